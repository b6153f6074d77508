/** What is left to refund of an order, and the value of selected lines. */

import { isBlockedByDispute } from '#domain/dispute.ts';
import type { Order, Share } from '#domain/contract/orders.ts';
import type { ListedRefund } from '#domain/contract/payments.ts';
import { payerKeyOf } from '#domain/payer-shares.ts';
import { wayOf, type Way } from '#domain/paid-with.ts';
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

/**
 * Returns the shares that can be refunded, without those whose bank reversed the payment. Those of one payer, who has paid
 * several times since she has changed her order, are one, with the id of the first.
 */
export function capturedShares(order: Order): Order['shares'] {
  const ofPayers = new Map<string, Share[]>();
  for (const share of refundableShares(order)) {
    const payer = payerKeyOf(share);
    ofPayers.set(payer, [...(ofPayers.get(payer) ?? []), share]);
  }
  return [...ofPayers.values()].map((shares) => {
    const sum = (field: 'amount' | 'tipAmount' | 'refundedAmount' | 'changedAmount') =>
      shares.reduce((total, share) => total + share[field], 0);
    return {
      ...shares[0]!,
      ...{ amount: sum('amount'), tipAmount: sum('tipAmount') },
      ...{ refundedAmount: sum('refundedAmount'), changedAmount: sum('changedAmount') },
      allocations: shares.flatMap(({ allocations }) => allocations),
    };
  });
}

function refundableShares(order: Order): Share[] {
  return order.shares.filter(
    (share) => CAPTURED.includes(share.status) && !isBlockedByDispute(share.dispute),
  );
}

/** A payment of a payer, and what of it can still go back. */
export interface PaymentLeft {
  readonly id: string;
  readonly way: Way;
  readonly amount: number;
}

/** Returns the payments of a payer who has paid several times, in the order in which they are refunded; empty for one. */
export function paymentsLeft(order: Order, share: Share, refunds: readonly ListedRefund[]): PaymentLeft[] {
  const own = refundableShares(order).filter((each) => payerKeyOf(each) === payerKeyOf(share));
  if (own.length < 2) return [];
  return own.flatMap((each) => {
    const way = wayOf(each);
    const amount = each.amount + each.tipAmount - each.refundedAmount - pendingOf([each.id], refunds);
    return way && amount > 0 ? [{ id: each.id, way, amount }] : [];
  });
}

function pendingOf(shareIds: readonly string[], refunds: readonly ListedRefund[]): number {
  return refunds
    .filter(
      ({ shareId, status, isBesides }) => shareIds.includes(shareId) && status === 'pending' && !isBesides,
    )
    .reduce((sum, { amount }) => sum + amount, 0);
}

/** Returns the amount that banks took back by open or lost disputes. */
export function disputedAmount(order: Order): number {
  return sumOf(order.shares.filter(({ dispute }) => isBlockedByDispute(dispute)));
}

/** Returns what is refundable of this share of `capturedShares`: the remaining amount, and the units not refunded yet. */
export function refundGround(order: Order, share: Share, refunds: readonly ListedRefund[]): RefundGround {
  const ids = order.shares.filter((each) => payerKeyOf(each) === payerKeyOf(share)).map(({ id }) => id);
  const own = refunds.filter(
    ({ shareId, status, isBesides }) => ids.includes(shareId) && status !== 'failed' && !isBesides,
  );
  const returned = new Map<string, number>();
  for (const { lineId, quantity } of own.flatMap(({ lines }) => lines ?? [])) {
    returned.set(lineId, (returned.get(lineId) ?? 0) + quantity);
  }
  const paid = CAPTURED.includes(share.status) ? share.amount + share.tipAmount : 0;
  return {
    currency: order.currency,
    lines: linesOfShare(order.lines, share),
    returned,
    refundableAmount: Math.max(0, paid - share.refundedAmount - pendingOf(ids, refunds)),
  };
}
