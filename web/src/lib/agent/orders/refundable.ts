/** What is left to refund of an order, and the value of selected lines. */

import { isBlockedByDispute } from '#domain/dispute.ts';
import type { Order, Share } from '#domain/contract/orders.ts';
import type { ListedRefund } from '#domain/contract/payments.ts';
import { linesOfShare, type RefundGround } from '#domain/refund.ts';
import type { ShareStatus } from '#domain/share.ts';

const CAPTURED: readonly ShareStatus[] = ['captured', 'partly_refunded', 'refunded'];

/** Returns the captured amount that is not refunded yet, with tips, in minor units: the maximum of a refund. */
export function refundableAmount(order: Order): number {
  return sumOf(capturedShares(order));
}

/** Returns the amount authorized on cards and not captured: a cancellation voids it without a refund. */
export function authorizedAmount(order: Order): number {
  return sumOf(order.shares.filter(({ status, method }) => status === 'authorized' && method !== 'cash'));
}

/** Returns the cash received for this order: a cancellation has it handed out. */
export function cashAmount(order: Order): number {
  return sumOf(order.shares.filter(({ status, method }) => method === 'cash' && status !== 'voided'));
}

function sumOf(shares: readonly Share[]): number {
  return shares.reduce((sum, share) => sum + share.amount + share.tipAmount - share.refundedAmount, 0);
}

/** Returns the shares that can be refunded, without those whose bank reversed the payment. */
export function capturedShares(order: Order): Order['shares'] {
  return order.shares.filter(
    (share) => CAPTURED.includes(share.status) && !isBlockedByDispute(share.dispute),
  );
}

/** Returns the amount that banks took back by open or lost disputes. */
export function disputedAmount(order: Order): number {
  return sumOf(order.shares.filter(({ dispute }) => isBlockedByDispute(dispute)));
}

/** Returns what is refundable of this share: the remaining amount, and the units not refunded yet. */
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
