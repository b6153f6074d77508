/** Records news from Stripe about payments that no workflow waits for any more. Each step is safe to repeat. */

import { sql } from 'kysely';
import type { Card } from '../../../domain/card.ts';
import { DISPUTE_REASONS, type DisputeStep } from '../../../domain/dispute.ts';
import { closedCode } from '../../../domain/events.ts';
import type { AttentionReason } from '../../../domain/failures.ts';
import { disputeStepKey } from '../../../domain/dispute.ts';
import { isCharged, isWanted } from '../../../domain/compare-payment.ts';
import { PAID_STATES } from '../../../domain/payment.ts';
import { hasEnded } from '../../../domain/order.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { literals, mapRows, selectOne, selectRow } from '../../sql.ts';
import { askForPerson, changeOrder, noteSeenTo, type OrdersManager } from '../orders/change-order.ts';
import { LedgerTransactionEntity } from '../entities/ledger.ts';
import { PaymentEntity, UNDECIDED_ATTEMPTS, type PaymentRow } from '../entities/payment.ts';
import { bookEarned, bookDispute, bookDisputeWon, bookVoid } from '../ledger/ledger.ts';
import { readRefund, reserve } from '../refunds/refunds.ts';
import { movePayments, runMove, runParts, VOIDED } from './change-shares.ts';

/**
 * Books money that Stripe took for an order that had ended without it, or for a share that is paid with another
 * payment, and reserves its refund. Returns the refund's id while it is to be made; undefined if the money is already
 * known, or the order is paid with it. The payment of a share that is paid otherwise stays given up: only one payment
 * ever pays a share.
 */
export async function recordLatePayment(
  orders: Database,
  payment: PaymentRow,
  { capturedAmount, card }: { capturedAmount: number; card: Card | null },
): Promise<string | undefined> {
  const refundId = deriveId('refund', payment.id, 'late');
  const { event } = await changeOrder(orders, payment.orderId, `late:${payment.id}`, async (order, em) => {
    const known = await selectOne(em, PaymentEntity, sql`id = ${payment.id} for no key update`);
    const isKnown = known.refundedAmount > 0 || (await isCaptureBooked(em, payment.id));
    const isNeeded = isWanted({ status: known.status, orderStatus: order.status });
    if (isKnown || isNeeded || capturedAmount < 1) return undefined;
    const isBesides =
      !hasEnded(order.status) || isCharged(order.status) || (await isPaidOtherwise(em, known));
    const step = { action: isBesides ? 'return_late' : 'take_late', by: 'stripe' } as const;
    const captured = await runMove(em, order.id, step, [
      ...movePayments(step, [
        {
          paymentId: payment.id,
          payment: { capturedAmount, cardBrand: card?.brand ?? null, cardLast4: card?.last4 ?? null },
        },
      ]),
      bookEarned('capture', [payment.id], { isKept: false }),
    ]);
    await reserve(em, mapRows(em, PaymentEntity, [captured])[0]!, {
      id: refundId,
      amount: capturedAmount,
      cause: 'late_payment',
      reason: null,
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
 * Books a capture at Stripe for a confirmed order whose record has the payment as authorized: the order has earned it.
 */
export async function recordMissedCapture(
  orders: Database,
  payment: PaymentRow,
  capturedAmount: number,
): Promise<void> {
  const { id: paymentId, shareId, orderId } = payment;
  await changeOrder(orders, orderId, `captured:${paymentId}`, async (order, em) => {
    const now = await selectOne(em, PaymentEntity, sql`id = ${paymentId} for no key update`);
    if (!isCharged(order.status) || now.status !== 'authorized') return undefined;
    const isBooked = await isCaptureBooked(em, paymentId);
    const step = { action: 'capture', by: 'stripe' } as const;
    await runMove(em, orderId, step, [
      ...movePayments(step, [{ paymentId, payment: { capturedAmount } }]),
      ...(isBooked ? [] : [bookEarned('capture', [paymentId])]),
    ]);
    return { type: 'payment_captured', data: { shareId, paymentId, amount: capturedAmount } };
  });
}

/** Books that the payment of an ended order was canceled at Stripe, and reverses its memo. */
export async function recordVoidedOutside(orders: Database, payment: PaymentRow): Promise<void> {
  await changeOrder(orders, payment.orderId, `voided:${payment.id}`, async (order, em) => {
    const now = await selectOne(em, PaymentEntity, sql`id = ${payment.id} for no key update`);
    if (!hasEnded(order.status) || now.status === 'canceled' || now.status === 'captured') return undefined;
    const step = { action: 'void_payment', by: 'stripe' } as const;
    await runMove(em, order.id, step, [
      ...movePayments(step, [{ paymentId: payment.id }]),
      VOIDED,
      bookVoid(payment),
    ]);
    noteSeenTo(order, 'void_failed');
    return {
      type: 'payment_voided',
      data: { shareId: payment.shareId, paymentId: payment.id, amount: now.amount },
    };
  });
}

/** A dispute's current state at Stripe; amounts in minor units, none negative. */
export interface DisputeState {
  readonly stripeDisputeId: string;
  /** Stripe's code. */
  readonly reason: string;
  readonly amount: number;
  readonly currency: string;
  readonly outcome: 'open' | 'won' | 'lost';
  /** The amount taken from our balance; null while none was, as for an inquiry. */
  readonly taken: { readonly amount: number; readonly fee: number } | null;
  /** The amount returned; null while none was. */
  readonly returned: { readonly amount: number; readonly fee: number } | null;
}

/**
 * Books the progress of a dispute: opened, its money taken, won with the returned amount, or lost. Asks staff to look.
 */
export async function recordDispute(
  orders: Database,
  payment: PaymentRow,
  dispute: DisputeState,
): Promise<void> {
  const { orderId, shareId, id: paymentId } = payment;
  const { stripeDisputeId, amount, currency, taken, returned, outcome } = dispute;
  const of = { id: deriveId('dispute', stripeDisputeId), orderId, currency };
  const data = { shareId, paymentId, amount };
  const stepTo = (step: DisputeStep['step']): DisputeStep => ({ id: stripeDisputeId, step });
  const begun = stepTo(taken ? 'taken' : 'opened');
  await changeOrder(orders, orderId, disputeStepKey(begun), async (order, em) => {
    if (taken) await bookDispute(em, of, taken);
    askForPerson(order, 'disputed');
    const reason = closedCode(DISPUTE_REASONS, dispute.reason);
    return { type: 'disputed', data: { ...data, reason, dispute: begun } };
  });
  if (returned) {
    const won = stepTo('won');
    await changeOrder(orders, orderId, disputeStepKey(won), async (_order, em) => {
      await bookDisputeWon(em, of, returned);
      return { type: 'dispute_won', data: { ...data, dispute: won } };
    });
  }
  if (outcome === 'lost') {
    const lost = stepTo('lost');
    await changeOrder(orders, orderId, disputeStepKey(lost), () => ({
      type: 'dispute_lost',
      data: { ...data, dispute: lost },
    }));
  }
}

/**
 * Books that a payment at Stripe is not the one we requested. An undecided one is given up, with its attempts: its
 * share can be paid with another one. A person must look before anything is done at Stripe.
 */
export async function recordMismatch(orders: Database, payment: PaymentRow): Promise<Standing> {
  const reason: AttentionReason = 'payment_mismatch';
  const { id: paymentId, orderId, shareId } = payment;
  const { order } = await changeOrder(orders, orderId, `mismatch:${paymentId}`, async (order, em) => {
    askForPerson(order, reason);
    const share = { declineCode: NOT_PROCESSED, tipAmount: 0 };
    await runParts(em, orderId, [
      ...movePayments({ action: 'lose', by: 'workflow' }, [{ paymentId, share }]),
      sql`attempt as (
          update payment_attempts a set status = 'declined', decline_code = ${NOT_PROCESSED} from payment
          where a.payment_id = payment.id and a.status in (${literals(UNDECIDED_ATTEMPTS)}))`,
    ]);
    return { type: 'attention_raised', data: { reason, shareId, paymentId } };
  });
  return order;
}

/** The message to a payer whose payment failed between us and Stripe: she was not charged, and may try again. */
const NOT_PROCESSED = 'processing_error';

/** Returns whether another payment pays its share. */
async function isPaidOtherwise(em: OrdersManager, { id, shareId }: PaymentRow): Promise<boolean> {
  const pays = sql`share_id = ${shareId} and id <> ${id} and status in (${literals(PAID_STATES)})`;
  return (await selectRow(em, PaymentEntity, pays)) !== undefined;
}

/** Returns whether its capture is in the ledger. */
async function isCaptureBooked(em: OrdersManager, paymentId: string): Promise<boolean> {
  const booking = sql`kind = 'capture' and reference_id = ${paymentId}`;
  return (await selectRow(em, LedgerTransactionEntity, booking)) !== undefined;
}
