/** What is written when Stripe tells of a payment that nobody waits for any more. Each step safe to repeat. */

import type { Card } from '../../../domain/card.ts';
import type { AttentionReason } from '../../../domain/failures.ts';
import { disputeStepKey } from '../../../domain/dispute.ts';
import { isCharged, isWanted } from '../../../domain/compare-payment.ts';
import { hasEnded } from '../../../domain/order.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { queryRows, selectOne, selectRow } from '../../rows.ts';
import { askForPerson, changeOrder, noteSeenTo, type OrdersManager } from '../orders/change-order.ts';
import { LedgerTransactionEntity } from '../entities/ledger.ts';
import { PaymentEntity, type PaymentRow } from '../entities/payment.ts';
import { bookEarned, bookDispute, bookDisputeWon, bookVoid } from '../ledger/ledger.ts';
import { readRefund, reserve } from '../refunds/refunds.ts';

/**
 * Books money that Stripe took for an order that had ended without it, or for a share that is paid with another payment,
 * and reserves its refund; answers the refund's id as long as that is to be made, or undefined: we know of that money
 * already, or the order is paid with it. Of a share that is paid otherwise, the payment stays given up: only one ever pays a share.
 */
export async function recordLatePayment(
  orders: Database,
  payment: PaymentRow,
  { capturedAmount, card }: { capturedAmount: number; card: Card | null },
): Promise<string | undefined> {
  const refundId = deriveId('refund', payment.id, 'late');
  const { event } = await changeOrder(orders, payment.orderId, `late:${payment.id}`, async (order, em) => {
    const known = await selectOne(em, PaymentEntity, 'id = ? for no key update', [payment.id]);
    const isKnown = known.refundedAmount > 0 || (await isCaptureBooked(em, payment.id));
    const isNeeded = isWanted({ status: known.status, orderStatus: order.status });
    if (isKnown || isNeeded || capturedAmount < 1) return undefined;
    const mayBePaidOtherwise = !hasEnded(order.status) || isCharged(order.status);
    const booking = bookEarned('capture', [payment.id]);
    const [captured] = await queryRows(
      em,
      PaymentEntity,
      `with payment as (
         update payments late set
           status = case when ?::boolean or exists (
               select from payments paid where paid.share_id = late.share_id and paid.id <> late.id
                 and paid.status in ('authorized', 'captured'))
             then 'canceled' else 'captured' end,
           captured_amount = ?, card_brand = ?, card_last4 = ?, updated_at = now()
         where id = ? returning *),
       ${booking.sql}
       select * from payment`,
      [
        mayBePaidOtherwise,
        capturedAmount,
        card?.brand ?? null,
        card?.last4 ?? null,
        payment.id,
        ...booking.values,
      ],
    );
    await reserve(em, captured!, {
      id: refundId,
      amount: capturedAmount,
      reason: 'late_payment',
      restock: false,
      lines: [],
      requestHash: '',
      actorId: 'workflow',
      origin: 'order',
    });
    askForPerson(order, 'late_payment');
    const { shareId, id: paymentId } = payment;
    return { type: 'late_payment', data: { shareId, paymentId, amount: capturedAmount } };
  });
  if (!event) return undefined;
  return (await readRefund(orders, refundId))?.status === 'pending' ? refundId : undefined;
}

/**
 * Books that a payment of an order that was confirmed is captured, which our record only knows as authorized: its order has
 * earned it.
 */
export async function recordMissedCapture(
  orders: Database,
  payment: PaymentRow,
  capturedAmount: number,
): Promise<void> {
  const { id: paymentId, shareId, orderId } = payment;
  await changeOrder(orders, orderId, `captured:${paymentId}`, async (order, em) => {
    const now = await selectOne(em, PaymentEntity, 'id = ? for no key update', [paymentId]);
    if (!isCharged(order.status) || now.status !== 'authorized') return undefined;
    const isBooked = await isCaptureBooked(em, paymentId);
    const booking = isBooked ? undefined : bookEarned('capture', [paymentId]);
    await em.execute(
      `with payment as (
         update payments set status = 'captured', captured_amount = ?, updated_at = now() where id = ? returning *),
       share as (update shares set status = 'captured' where id in (select share_id from payment))
       ${booking ? `, ${booking.sql}` : ''}
       select id from payment`,
      [capturedAmount, paymentId, ...(booking?.values ?? [])],
    );
    return { type: 'payment_captured', data: { shareId, paymentId, amount: capturedAmount } };
  });
}

/** Books that a payment of an order that has ended was canceled at Stripe, and takes its memo back. */
export async function recordVoidedOutside(orders: Database, payment: PaymentRow): Promise<void> {
  await changeOrder(orders, payment.orderId, `voided:${payment.id}`, async (order, em) => {
    const now = await selectOne(em, PaymentEntity, 'id = ? for no key update', [payment.id]);
    if (!hasEnded(order.status) || now.status === 'canceled' || now.status === 'captured') return undefined;
    const booking = bookVoid(payment);
    await em.execute(
      `with voided as (
         update payments set status = 'canceled', updated_at = now() where id = ? returning id),
       ${booking.sql}
       select id from voided`,
      [payment.id, ...booking.values],
    );
    noteSeenTo(order, 'void_failed');
    return {
      type: 'payment_voided',
      data: { shareId: payment.shareId, paymentId: payment.id, amount: now.amount },
    };
  });
}

/** A dispute as Stripe has it now; amounts in minor units, none negative. */
export interface DisputeState {
  readonly stripeDisputeId: string;
  readonly reason: string;
  readonly amount: number;
  readonly currency: string;
  readonly outcome: 'open' | 'won' | 'lost';
  /** What it took off our balance; null while it took nothing, as an inquiry. */
  readonly taken: { readonly amount: number; readonly fee: number } | null;
  /** What came back; null while nothing did. */
  readonly returned: { readonly amount: number; readonly fee: number } | null;
}

/** Books a dispute as far as it is: opened, its money taken, won with what came back, or lost. Staff must look. */
export async function recordDispute(
  orders: Database,
  payment: PaymentRow,
  dispute: DisputeState,
): Promise<void> {
  const { orderId, shareId, id: paymentId } = payment;
  const { stripeDisputeId, amount, currency, taken, returned, outcome } = dispute;
  const of = { id: deriveId('dispute', stripeDisputeId), orderId, currency };
  const data = { shareId, paymentId, amount };
  const step = (name: Parameters<typeof disputeStepKey>[1], change: Parameters<typeof changeOrder>[3]) =>
    changeOrder(orders, orderId, disputeStepKey(stripeDisputeId, name), change);
  await step(taken ? 'taken' : 'opened', async (order, em) => {
    if (taken) await bookDispute(em, of, taken);
    askForPerson(order, 'disputed');
    return { type: 'disputed', data: { ...data, reason: dispute.reason } };
  });
  if (returned) {
    await step('won', async (_order, em) => {
      await bookDisputeWon(em, of, returned);
      return { type: 'dispute_won', data };
    });
  }
  if (outcome === 'lost') await step('lost', () => ({ type: 'dispute_lost', data }));
}

/** Notes that a payment at Stripe is not what we asked for; a person must look before anything is done about it. */
export async function recordMismatch(orders: Database, payment: PaymentRow): Promise<void> {
  const reason: AttentionReason = 'payment_mismatch';
  await changeOrder(orders, payment.orderId, `mismatch:${payment.id}`, (order) => {
    askForPerson(order, reason);
    return { type: 'attention_raised', data: { reason, paymentId: payment.id } };
  });
}

/** Whether its capture is in the ledger. */
async function isCaptureBooked(em: OrdersManager, paymentId: string): Promise<boolean> {
  const where = `kind = 'capture' and reference_id = ?`;
  return (await selectRow(em, LedgerTransactionEntity, where, [paymentId])) !== undefined;
}
