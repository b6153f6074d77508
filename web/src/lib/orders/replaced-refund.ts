import type { ListedRefund } from '#domain/contract/payments.ts';

/** Whether a refund that failed was made again since: the same amount to the same payer, and that one did not fail. */
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
