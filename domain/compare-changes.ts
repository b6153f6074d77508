/** Finds changes of orders that do not end, and money that a change gave back and nobody got. Pure. */

import type { FoundDifference } from './compare-payment.ts';
import type { ChangeStatus } from './order-change.ts';
import type { OrderStatus } from './order.ts';

/** What an applied change can still wait for. */
export const CHANGE_AWAITS = ['capture', 'stock'] as const;
export type ChangeAwaits = (typeof CHANGE_AWAITS)[number];

/** A change as reconciliation compares it. */
export interface ComparedChange {
  readonly changeId: string;
  readonly changeStatus: ChangeStatus;
  /** What an applied change waits for: that what it costs more is taken, or that the stock of an unpaid order follows. */
  readonly changeAwaits: ChangeAwaits | null;
  readonly orderId: string;
  readonly orderStatus: OrderStatus;
  readonly amount: number;
  readonly currency: string;
}

/** Returns the difference for a change that its order still names beyond its limit. */
export function describeChangePastEnd(change: ComparedChange): FoundDifference {
  const { changeId, changeStatus, changeAwaits, orderId, orderStatus, amount, currency } = change;
  return {
    kind: 'endless_change',
    subject: changeId,
    ...{ orderId, paymentId: null, intentId: null, amount: Math.abs(amount), currency },
    details: { orderStatus, changeId, changeStatus, ...(changeAwaits && { changeAwaits }) },
  };
}

/** What changes took off a share, as far as no refund gives it back. */
export interface UnreturnedShare {
  readonly shareId: string;
  readonly paymentId: string;
  readonly orderId: string;
  readonly orderStatus: OrderStatus;
  readonly amount: number;
  readonly currency: string;
}

/** Returns the difference for money that a change gave back, and that no refund brings. */
export function describeUnreturned(share: UnreturnedShare): FoundDifference {
  const { shareId, paymentId, orderId, orderStatus, amount, currency } = share;
  return {
    kind: 'change_not_returned',
    subject: shareId,
    ...{ orderId, paymentId, intentId: null, amount, currency },
    details: { orderStatus },
  };
}

/** Returns the difference for stock that is still held under the id of a change that is over. */
export function describeHoldOfChange(change: ComparedChange): FoundDifference {
  return { ...describeChangePastEnd(change), kind: 'overdue_hold' };
}
