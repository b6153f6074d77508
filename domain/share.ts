/** A share's life, and the payment status that is derived from all shares of an order and never stored. */

export const SHARE_STATUSES = [
  'due',
  'processing',
  'requires_action',
  'authorized',
  'captured',
  'partly_refunded',
  'refunded',
  'voided',
] as const;
export type ShareStatus = (typeof SHARE_STATUSES)[number];

export const PAYMENT_STATUSES = [
  'unpaid',
  'partly_authorized',
  'authorized',
  'paid',
  'partly_refunded',
  'refunded',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/** Shares in these statuses may be paid: nothing is under way and nothing is authorized. */
export function canPay(status: ShareStatus): boolean {
  return status === 'due' || status === 'requires_action';
}

/** Derives an order's payment status. An order without shares (still open) is unpaid. */
export function paymentStatusOf(shares: readonly { status: ShareStatus }[]): PaymentStatus {
  const all = (...wanted: ShareStatus[]) =>
    shares.length > 0 && shares.every((share) => wanted.includes(share.status));
  const any = (...wanted: ShareStatus[]) => shares.some((share) => wanted.includes(share.status));
  if (all('refunded')) return 'refunded';
  if (any('refunded', 'partly_refunded')) return 'partly_refunded';
  if (all('captured')) return 'paid';
  if (all('authorized', 'captured')) return 'authorized';
  if (any('authorized', 'captured')) return 'partly_authorized';
  return 'unpaid';
}
