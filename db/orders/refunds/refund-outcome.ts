/** Records a refund's outcome at Stripe. Each step is safe to repeat, in whatever order Stripe reports them. */

import { sql } from 'kysely';
import { closedCode } from '../../../domain/events.ts';
import { REFUND_FAILURES } from '../../../domain/refund.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { queryFirst, run, selectOne, selectRow } from '../../sql.ts';
import { askForPerson, changeOrder, type EventDraft, type OrdersManager } from '../orders/change-order.ts';
import { ShareEntity, type OrderRow } from '../entities/order.ts';
import { PaymentEntity, RefundEntity, type PaymentRow, type RefundRow } from '../entities/payment.ts';
import { bookRefund, bookRefundReversal } from '../ledger/ledger.ts';
import { addMails } from '../mails/mails.ts';
import { movePayments, reserveOfPayment, runMove } from '../payments/change-shares.ts';
import { reserve, settleShare } from './refunds.ts';

/** A refund's status at Stripe, which takes the money from our balance when it accepts the refund, `pending` too. */
export type RefundOutcome =
  | { readonly status: 'pending' | 'succeeded'; readonly stripeRefundId: string }
  | { readonly status: 'failed'; readonly stripeRefundId?: string; readonly code: string };

/** The outcome of a cash refund, which doesn't involve Stripe. */
export const HANDED_OUT = { status: 'succeeded', stripeRefundId: null } as const;

/**
 * Books a refund's outcome at Stripe, or that its cash was handed out: accepted, succeeded, or failed, perhaps much
 * later. A failed refund is reversed, can be made again, and needs a person; it stays failed. Returns its status.
 */
export async function recordRefundOutcome(
  orders: Database,
  refundId: string,
  outcome: RefundOutcome | typeof HANDED_OUT,
): Promise<RefundRow['status']> {
  const { orderId } = await selectOne(orders.em.fork(), RefundEntity, sql`id = ${refundId}`);
  const dedupeKey = `refund:${refundId}:${outcome.status === 'pending' ? 'made' : outcome.status}`;
  await changeOrder(orders, orderId, dedupeKey, async (order, em) => {
    const refund = await selectOne(em, RefundEntity, sql`id = ${refundId} for no key update`);
    return settle(em, order, refund, outcome);
  });
  return (await selectOne(orders.em.fork(), RefundEntity, sql`id = ${refundId}`)).status;
}

/**
 * Books a refund that was made at Stripe without us: writes its row, reserves and books it, and asks a person to look.
 * Once per Stripe refund. Throws while pending refunds of ours leave no room for it.
 */
export async function recordOutsideRefund(
  orders: Database,
  paymentId: string,
  outside: { stripeRefundId: string; amount: number; status: 'pending' | 'succeeded' },
): Promise<void> {
  const { orderId } = await selectOne(orders.em.fork(), PaymentEntity, sql`id = ${paymentId}`);
  const { stripeRefundId, amount } = outside;
  const id = deriveId('refund', stripeRefundId);
  await changeOrder(orders, orderId, `refund:${id}:outside`, async (order, em) => {
    const known = await selectRow(em, RefundEntity, sql`stripe_refund_id = ${stripeRefundId}`);
    if (known) return undefined;
    const payment = await selectOne(em, PaymentEntity, sql`id = ${paymentId} for no key update`);
    const reason = 'refunded_outside';
    const actor = { requestHash: '', actorId: 'stripe', origin: 'stripe' as const };
    const why = { cause: reason, reason: null } as const;
    await reserve(em, payment, { id, amount, ...why, restock: false, lines: [], ...actor });
    askForPerson(order, 'refunded_outside');
    const refund = await selectOne(em, RefundEntity, sql`id = ${id}`);
    const draft = await settle(em, order, refund, { status: outside.status, stripeRefundId });
    return draft && { ...draft, data: { ...draft.data, reason } };
  });
}

async function settle(
  em: OrdersManager,
  order: OrderRow,
  refund: RefundRow,
  outcome: RefundOutcome | typeof HANDED_OUT,
): Promise<EventDraft | undefined> {
  // A succeeded refund may still fail; no other change goes backwards.
  if (refund.status === 'failed' || (refund.status === 'succeeded' && outcome.status !== 'failed'))
    return undefined;
  if (outcome.status === 'pending' && refund.madeAt) return undefined;
  const data = { refundId: refund.id, shareId: refund.shareId, amount: refund.amount };
  if (outcome.status === 'failed') {
    await takeBack(em, refund, outcome);
    askForPerson(order, 'refund_failed', { first: true });
    return { type: 'refund_failed', data: { ...data, reason: closedCode(REFUND_FAILURES, outcome.code) } };
  }
  const payment = await selectOne(em, PaymentEntity, sql`id = ${refund.paymentId}`);
  if (!refund.madeAt) await bookRefund(em, refund, payment.method);
  await run(
    em,
    sql`update refunds set status = ${outcome.status}, stripe_refund_id = ${outcome.stripeRefundId}, made_at = coalesce(made_at, now()), updated_at = now()
     where id = ${refund.id}`,
  );
  if (outcome.status === 'pending') return { type: 'refund_pending', data };
  await moveShare(em, refund, payment, refund.amount);
  const isCash = payment.method === 'cash';
  const isTold = refund.origin === 'order' && (await hasOwnMail(em, order, refund));
  if (!isTold) {
    await addMails(em, order.id, {
      type: 'refund_issued',
      refundId: refund.id,
      data: { refundAmount: refund.amount, ...(isCash && { cashAmount: refund.amount }) },
    });
  }
  return { type: 'refunded', data: { ...data, ...(isCash && { method: 'cash' }) } };
}

/** The mail of an order's end, or of a change that was made, tells of its refunds; a settlement has none. */
async function hasOwnMail(em: OrdersManager, { kind }: OrderRow, refund: RefundRow): Promise<boolean> {
  if (refund.cause === 'late_payment' || kind === 'settlement') return false;
  if (refund.cause !== 'changed') return true;
  const change = await queryFirst(
    em,
    sql`select from changes
        where order_id = ${refund.orderId} and outcome->'refundIds' @> to_jsonb(${refund.id}::text)`,
  );
  return change !== undefined;
}

async function takeBack(
  em: OrdersManager,
  refund: RefundRow,
  outcome: RefundOutcome & { status: 'failed' },
): Promise<void> {
  await run(
    em,
    sql`with ${reserveOfPayment(refund.paymentId, -refund.amount)}
     update refunds set status = 'failed', failure_code = ${outcome.code},
       stripe_refund_id = coalesce(${outcome.stripeRefundId ?? null}, stripe_refund_id),
       updated_at = now() where id = ${refund.id}`,
  );
  if (refund.madeAt) await bookRefundReversal(em, refund);
  if (refund.status !== 'succeeded') return;
  const payment = await selectOne(em, PaymentEntity, sql`id = ${refund.paymentId}`);
  await moveShare(em, refund, payment, -refund.amount);
}

/**
 * A refund of a payment that was given up leaves its share as it is: another payment pays it. So does one of a change,
 * which has lowered the share's amount.
 */
async function moveShare(
  em: OrdersManager,
  refund: RefundRow,
  payment: PaymentRow,
  amount: number,
): Promise<void> {
  if (payment.status === 'canceled' || refund.cause === 'changed') return;
  const share = await selectOne(em, ShareEntity, sql`id = ${refund.shareId}`);
  const refundedAmount = share.refundedAmount + amount;
  const changedAmount = share.changedAmount ?? 0;
  const amountNow = payment.amount - payment.tipAmount - changedAmount;
  const paid = { amount: amountNow, tipAmount: payment.tipAmount, refundedAmount };
  const step = {
    action: amount > 0 ? 'refund' : 'take_refund_back',
    by: 'stripe',
    to: settleShare(paid),
  } as const;
  await runMove(
    em,
    refund.orderId,
    step,
    movePayments(step, [{ paymentId: payment.id, share: { refundedAmount } }]),
  );
}
