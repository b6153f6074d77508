/** How much of an order can still go back, and what a choice of lines is worth. */

import type { Order } from '#domain/contract.ts';
import type { ShareStatus } from '#domain/share.ts';

const CAPTURED: readonly ShareStatus[] = ['captured', 'partly_refunded', 'refunded'];

/** What was captured, tips included, in minor units. */
export function capturedAmount(order: Order): number {
  return order.shares
    .filter((share) => CAPTURED.includes(share.status))
    .reduce((sum, share) => sum + share.amount + share.tipAmount, 0);
}

/** What was captured and has not gone back yet: what a cancellation returns, and the most a refund may be. */
export function refundableAmount(order: Order): number {
  return Math.max(0, capturedAmount(order) - order.refundedAmount);
}

/** What was authorized and not captured: a cancellation lets go of it without a refund. */
export function authorizedAmount(order: Order): number {
  return order.shares
    .filter((share) => share.status === 'authorized')
    .reduce((sum, share) => sum + share.amount + share.tipAmount, 0);
}

/** What `chosen` quantities by line id cost on this order, in minor units. */
export function linesAmount(order: Order, chosen: ReadonlyMap<string, number>): number {
  return order.lines.reduce((sum, line) => sum + (chosen.get(line.id) ?? 0) * line.unitAmount, 0);
}
