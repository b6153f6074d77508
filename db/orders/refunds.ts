/** Refunds: reserved under the order's row lock before Stripe is called, so that parallel clicks never give back more than was captured. */

import type { Database } from '../database.ts';
import { changeOrder } from './change-order.ts';
import { LineEntity, PaymentEntity, RefundEntity, type PaymentRow, type RefundRow } from './entities.ts';

export interface RefundDraft {
  readonly id: string;
  readonly orderId: string;
  /** Needed where the order has several captured shares. */
  readonly shareId?: string | undefined;
  /** By lines, by amount, or, with neither, all that is left. */
  readonly lines?: readonly { lineId: string; quantity: number }[] | undefined;
  readonly amount?: number | undefined;
  readonly reason: string;
  readonly restock: boolean;
  readonly requestHash: string;
  readonly actorId: string;
}

/** Why a refund cannot be: nothing is reserved then. */
export type RefundRefusal = 'nothing_captured' | 'more_than_captured' | 'unknown_line' | 'choose_share';

/** Reserves a refund and writes it as pending. Repeated with the same id, the first one is answered. */
export async function reserveRefund(
  orders: Database,
  draft: RefundDraft,
): Promise<{ refund: RefundRow } | { refused: RefundRefusal; refundable: number }> {
  let refused: { refused: RefundRefusal; refundable: number } | undefined;
  await changeOrder(orders, draft.orderId, `refund:${draft.id}`, async (_order, em) => {
    const payments = await em.find(PaymentEntity, {
      orderId: draft.orderId,
      status: 'captured',
      ...(draft.shareId === undefined ? {} : { shareId: draft.shareId }),
    });
    const [payment, another] = payments;
    const refundable = payment ? payment.capturedAmount - payment.refundedAmount : 0;
    const refuse = (reason: RefundRefusal) => {
      refused = { refused: reason, refundable };
      return undefined;
    };
    if (!payment) return refuse('nothing_captured');
    if (another) return refuse('choose_share');
    const lines = await em.find(LineEntity, { orderId: draft.orderId });
    const amount = draft.lines ? amountOfLines(draft.lines, lines) : (draft.amount ?? refundable);
    if (amount === undefined) return refuse('unknown_line');
    if (amount < 1 || amount > refundable) return refuse('more_than_captured');
    payment.refundedAmount += amount;
    payment.updatedAt = new Date();
    em.persist(em.create(RefundEntity, refundRow(draft, payment, amount)));
    return {
      type: 'refund_started',
      actor: 'agent',
      actorId: draft.actorId,
      data: { refundId: draft.id, shareId: payment.shareId, amount },
    };
  });
  if (refused) return refused;
  return { refund: await orders.em.fork().findOneOrFail(RefundEntity, { id: draft.id }) };
}

function refundRow(draft: RefundDraft, payment: PaymentRow, amount: number): RefundRow {
  const now = new Date();
  return {
    id: draft.id,
    orderId: draft.orderId,
    shareId: payment.shareId,
    paymentId: payment.id,
    amount,
    currency: payment.currency,
    reason: draft.reason,
    status: 'pending',
    stripeRefundId: null,
    lines: draft.lines ?? (draft.amount === undefined ? null : []),
    restock: draft.restock,
    requestHash: draft.requestHash,
    actorId: draft.actorId,
    createdAt: now,
    updatedAt: now,
  };
}

function amountOfLines(
  wanted: readonly { lineId: string; quantity: number }[],
  lines: readonly { id: string; quantity: number; unitAmount: number }[],
): number | undefined {
  let amount = 0;
  for (const { lineId, quantity } of wanted) {
    const line = lines.find((candidate) => candidate.id === lineId);
    if (!line || quantity > line.quantity) return undefined;
    amount += quantity * line.unitAmount;
  }
  return amount;
}

/** Moves a share to partly refunded or refunded, by what its payment has given back. */
export function settleShare(share: { amount: number; tipAmount: number; refundedAmount: number }) {
  return share.refundedAmount >= share.amount + share.tipAmount ? 'refunded' : 'partly_refunded';
}

/** A refund, or undefined. */
export async function readRefund(orders: Database, id: string): Promise<RefundRow | undefined> {
  return (await orders.em.fork().findOne(RefundEntity, { id })) ?? undefined;
}
