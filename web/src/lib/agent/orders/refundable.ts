/** How much of an order can still go back, and what a choice of lines is worth. */

import { isBlockedByDispute } from '#domain/dispute.ts';
import type { Order, Share } from '#domain/contract/orders.ts';
import type { ListedRefund } from '#domain/contract/payments.ts';
import { linesOfShare, type RefundGround } from '#domain/refund.ts';
import type { ShareStatus } from '#domain/share.ts';

const CAPTURED: readonly ShareStatus[] = ['captured', 'partly_refunded', 'refunded'];

/** What was captured and has not gone back yet, tips included, in minor units: the most a refund may be. */
export function refundableAmount(order: Order): number {
  return sumOf(capturedShares(order));
}

/** What was authorized on cards and not captured: a cancellation lets go of it without a refund. */
export function authorizedAmount(order: Order): number {
  return sumOf(order.shares.filter(({ status, method }) => status === 'authorized' && method !== 'cash'));
}

/** What is in the till of this order: a cancellation has it handed out. */
export function cashAmount(order: Order): number {
  return sumOf(order.shares.filter(({ status, method }) => method === 'cash' && status !== 'voided'));
}

function sumOf(shares: readonly Share[]): number {
  return shares.reduce((sum, share) => sum + share.amount + share.tipAmount - share.refundedAmount, 0);
}

/** The shares that money can go back of; not those whose bank has taken it back by itself. */
export function capturedShares(order: Order): Order['shares'] {
  return order.shares.filter(
    (share) => CAPTURED.includes(share.status) && !isBlockedByDispute(share.dispute),
  );
}

/** What banks have taken back of it by disputes that are open or lost. */
export function disputedAmount(order: Order): number {
  return sumOf(order.shares.filter(({ dispute }) => isBlockedByDispute(dispute)));
}

/** What a refund of this share can be of: what is left of it, and the units that have not gone back yet. */
export function refundGround(order: Order, share: Share, refunds: readonly ListedRefund[]): RefundGround {
  const own = refunds.filter(
    ({ shareId, status, isBesides }) => shareId === share.id && status !== 'failed' && !isBesides,
  );
  const returned = new Map<string, number>();
  for (const { lineId, quantity } of own.flatMap(({ lines }) => lines ?? [])) {
    returned.set(lineId, (returned.get(lineId) ?? 0) + quantity);
  }
  const pending = own.reduce((sum, { status, amount }) => sum + (status === 'pending' ? amount : 0), 0);
  const paid = CAPTURED.includes(share.status) ? share.amount + share.tipAmount : 0;
  return {
    currency: order.currency,
    lines: linesOfShare(order.lines, share),
    returned,
    refundableAmount: Math.max(0, paid - share.refundedAmount - pending),
  };
}
