import type { ListedRefund } from '#domain/contract/payments.ts';

/** Returns whether a failed refund was replaced: by one of the same amount to the same payer that did not fail. */
export function isReplaced(refund: ListedRefund, refunds: readonly ListedRefund[]): boolean {
  if (refund.status !== 'failed') return false;
  return refunds.some(
    ({ shareId, amount, status, isBesides, createdAt }) =>
      shareId === refund.shareId &&
      isBesides === refund.isBesides &&
      amount === refund.amount &&
      status !== 'failed' &&
      createdAt > refund.createdAt,
  );
}
