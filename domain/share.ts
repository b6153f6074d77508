/**
 * The life of a share and its payments: one table of transitions, which the one writer of both asserts, the API reads
 * and the docs draw. Also the payment status, which is derived from all shares of an order and never stored.
 */

import { PAID_STATES, UNVOIDED_STATES, type PaymentState } from './payment.ts';

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

/** Who moves a share. `stripe`: a change made at Stripe without us, or found only later. */
export type ShareMover = 'payer' | 'agent' | 'workflow' | 'stripe';

/** Every action on a share or its payment. */
export type ShareAction =
  | 'fix'
  | 'begin'
  | 'ask_payer'
  | 'authorize'
  | 'decline'
  | 'lose'
  | 'record_cash'
  | 'cover'
  | 'drop'
  | 'change'
  | 'void_payment'
  | 'find_taken'
  | 'capture'
  | 'keep'
  | 'void'
  | 'take_late'
  | 'return_late'
  | 'refund'
  | 'take_refund_back';

/** The required payment status, and the one after the step. `null`: there is no payment yet. */
interface PaymentMove {
  readonly from: readonly (PaymentState | null)[];
  readonly to: PaymentState;
}

/**
 * Rows of the table: a share in `from` becomes `to` when `by` does `action`. `from: null` creates the share; `to:
 * 'unchanged'` leaves it as it is. `payment`: the payment's required and next status; `none`: the step concerns no
 * payment.
 */
export interface ShareTransition {
  readonly action: ShareAction;
  readonly by: readonly ShareMover[];
  readonly from: readonly (ShareStatus | null)[];
  readonly to: ShareStatus | 'unchanged';
  readonly payment: PaymentMove | 'none';
}

/** Not paid yet, whatever is in progress. */
export const UNPAID_SHARES = [
  'due',
  'processing',
  'requires_action',
] as const satisfies readonly ShareStatus[];
/** The payer must act: nothing in progress could pay it. */
export const SHARES_TO_PAY = ['due', 'requires_action'] as const satisfies readonly ShareStatus[];
/** The share is paid, and nothing of it was refunded. */
export const PAID_SHARES = ['authorized', 'captured'] as const satisfies readonly ShareStatus[];
/** The share is paid, and not all of it was refunded. */
export const KEPT_SHARES = [...PAID_SHARES, 'partly_refunded'] as const satisfies readonly ShareStatus[];
const REFUNDABLE = ['captured', 'partly_refunded', 'voided'] as const;
/** Its outcome is undecided. */
const OPEN = ['processing', 'requires_action'] as const;
const UNPAID_STATES = [...OPEN, 'declined'] as const;
/** A payment that is given up pays such a share no more: the share is due again. */
const PAYS_UNTIL_CAPTURED = ['authorized'] as const satisfies readonly ShareStatus[];
const OTHER_SHARES = SHARE_STATUSES.filter((status) => status !== 'authorized');

export const SHARE_TRANSITIONS = [
  // The bill is fixed. A share of 0 needs no payment.
  { action: 'fix', by: ['workflow'], from: [null], to: 'due', payment: 'none' },
  { action: 'fix', by: ['workflow'], from: [null], to: 'authorized', payment: 'none' },
  // An attempt. The workflow retries one whose outcome is unknown.
  {
    action: 'begin',
    by: ['payer'],
    from: [null, 'due', 'requires_action'],
    to: 'processing',
    payment: { from: [null, ...OPEN, 'declined'], to: 'processing' },
  },
  {
    action: 'begin',
    by: ['workflow'],
    from: ['processing'],
    to: 'processing',
    payment: { from: [null, ...OPEN, 'declined'], to: 'processing' },
  },
  {
    action: 'ask_payer',
    by: ['workflow'],
    from: OPEN,
    to: 'requires_action',
    payment: { from: OPEN, to: 'requires_action' },
  },
  // Once it is authorized, the payment's previous status doesn't matter.
  {
    action: 'authorize',
    by: ['workflow'],
    from: UNPAID_SHARES,
    to: 'authorized',
    payment: { from: [...OPEN, 'declined', 'captured'], to: 'authorized' },
  },
  { action: 'decline', by: ['workflow'], from: OPEN, to: 'due', payment: { from: OPEN, to: 'declined' } },
  // Canceled at Stripe, which is final: the next attempt is another payment.
  { action: 'lose', by: ['workflow'], from: OPEN, to: 'due', payment: { from: OPEN, to: 'canceled' } },
  // Only if no card payment can succeed any more: the writer checks.
  {
    action: 'record_cash',
    by: ['agent'],
    from: UNPAID_SHARES,
    to: 'authorized',
    payment: { from: [null], to: 'authorized' },
  },
  // Somebody else takes the share over, or lines that it alone pays are dropped, while nothing is in progress: the writer
  // checks. A share of which nothing is left needs no payment.
  { action: 'cover', by: ['payer', 'workflow'], from: SHARES_TO_PAY, to: 'due', payment: 'none' },
  { action: 'drop', by: ['agent', 'workflow'], from: SHARES_TO_PAY, to: 'due', payment: 'none' },
  { action: 'drop', by: ['agent', 'workflow'], from: SHARES_TO_PAY, to: 'authorized', payment: 'none' },
  // A change of the bill, while nothing pays it.
  { action: 'change', by: ['workflow'], from: SHARES_TO_PAY, to: 'due', payment: 'none' },
  { action: 'change', by: ['workflow'], from: SHARES_TO_PAY, to: 'authorized', payment: 'none' },
  {
    action: 'void_payment',
    by: ['workflow', 'stripe'],
    from: SHARE_STATUSES,
    to: 'unchanged',
    payment: { from: UNPAID_STATES, to: 'canceled' },
  },
  {
    action: 'void_payment',
    by: ['workflow', 'stripe'],
    from: OTHER_SHARES,
    to: 'unchanged',
    payment: { from: ['authorized'], to: 'canceled' },
  },
  {
    action: 'void_payment',
    by: ['workflow', 'stripe'],
    from: PAYS_UNTIL_CAPTURED,
    to: 'due',
    payment: { from: ['authorized'], to: 'canceled' },
  },
  // It was to be voided, but Stripe had taken the money.
  {
    action: 'find_taken',
    by: ['workflow'],
    from: SHARE_STATUSES,
    to: 'unchanged',
    payment: { from: UNVOIDED_STATES, to: 'captured' },
  },
  // All shares are captured, or none.
  {
    action: 'capture',
    by: ['workflow'],
    from: ['authorized', 'captured'],
    to: 'captured',
    payment: { from: ['authorized', 'captured'], to: 'captured' },
  },
  {
    action: 'capture',
    by: ['stripe'],
    from: ['authorized', 'captured'],
    to: 'captured',
    payment: { from: ['authorized'], to: 'captured' },
  },
  { action: 'capture', by: ['workflow'], from: ['authorized'], to: 'captured', payment: 'none' },
  // Money of an order that ends without it: it is refunded.
  {
    action: 'keep',
    by: ['workflow'],
    from: [...UNPAID_SHARES, 'authorized'],
    to: 'captured',
    payment: { from: ['authorized', 'captured'], to: 'captured' },
  },
  { action: 'void', by: ['workflow'], from: [...UNPAID_SHARES, 'authorized'], to: 'voided', payment: 'none' },
  // Late money is refunded. The share may have been paid with another payment.
  {
    action: 'take_late',
    by: ['stripe'],
    from: SHARE_STATUSES,
    to: 'unchanged',
    payment: { from: [...UNVOIDED_STATES, 'captured', 'canceled'], to: 'captured' },
  },
  {
    action: 'return_late',
    by: ['stripe'],
    from: SHARE_STATUSES,
    to: 'unchanged',
    payment: { from: [...UNPAID_STATES, 'canceled'], to: 'canceled' },
  },
  {
    action: 'return_late',
    by: ['stripe'],
    from: OTHER_SHARES,
    to: 'unchanged',
    payment: { from: PAID_STATES, to: 'canceled' },
  },
  {
    action: 'return_late',
    by: ['stripe'],
    from: PAYS_UNTIL_CAPTURED,
    to: 'due',
    payment: { from: PAID_STATES, to: 'canceled' },
  },
  {
    action: 'refund',
    by: ['workflow', 'stripe'],
    from: REFUNDABLE,
    to: 'partly_refunded',
    payment: { from: ['captured'], to: 'captured' },
  },
  {
    action: 'refund',
    by: ['workflow', 'stripe'],
    from: REFUNDABLE,
    to: 'refunded',
    payment: { from: ['captured'], to: 'captured' },
  },
  {
    action: 'take_refund_back',
    by: ['stripe'],
    from: ['partly_refunded', 'refunded'],
    to: 'partly_refunded',
    payment: { from: ['captured'], to: 'captured' },
  },
  {
    action: 'take_refund_back',
    by: ['stripe'],
    from: ['partly_refunded', 'refunded'],
    to: 'captured',
    payment: { from: ['captured'], to: 'captured' },
  },
] as const satisfies readonly ShareTransition[];

const ROWS: readonly ShareTransition[] = SHARE_TRANSITIONS;

/** Returns an action's rows for the given actor, and, if given, only those that lead `to`. */
export function shareTransitions(
  action: ShareAction,
  by: readonly ShareMover[],
  to?: ShareStatus,
): ShareTransition[] {
  return ROWS.filter(
    (row) =>
      row.action === action &&
      row.by.some((mover) => by.includes(mover)) &&
      (to === undefined || row.to === to),
  );
}

/** Returns whether a payer may start to pay a share: nothing is in progress or authorized. */
export function canPay(status: ShareStatus): boolean {
  return shareTransitions('begin', ['payer']).some(({ from }) => from.includes(status));
}

export const PAYMENT_STATUSES = [
  'unpaid',
  'partly_authorized',
  'authorized',
  'paid',
  'partly_refunded',
  'refunded',
] as const;
export type PaymentStatus = (typeof PAYMENT_STATUSES)[number];

/**
 * Derives an order's payment status. An order without shares, whose hold is not decided, is unpaid. A share of which
 * changes have left nothing has nothing to be refunded.
 */
export function paymentStatusOf(
  shares: readonly { status: ShareStatus; amount: number; tipAmount: number }[],
): PaymentStatus {
  const all = (...wanted: ShareStatus[]) =>
    shares.length > 0 && shares.every((share) => wanted.includes(share.status));
  const any = (...wanted: ShareStatus[]) => shares.some((share) => wanted.includes(share.status));
  const holding = shares.filter(({ amount, tipAmount }) => amount + tipAmount > 0);
  if (holding.length > 0 && holding.every(({ status }) => status === 'refunded')) return 'refunded';
  if (any('refunded', 'partly_refunded')) return 'partly_refunded';
  if (all('captured')) return 'paid';
  if (all('authorized', 'captured')) return 'authorized';
  if (any('authorized', 'captured')) return 'partly_authorized';
  return 'unpaid';
}
