/**
 * Payments as our database knows them. What Stripe answered is written with the order's event, in one transaction. No
 * transaction is open while Stripe is being called.
 */

import type { Card } from '../../../domain/card.ts';
import { tellableCode } from '../../../domain/decline-sentence.ts';
import type { AttemptRef } from '../../../domain/payment.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { selectRow, selectRows } from '../../rows.ts';
import { changeOrderAtOnce, readStanding, type EventDraft } from '../orders/change-order.ts';
import { PaymentEntity, type PaymentRow } from '../entities/payment.ts';
import { bookAuthorization, bookVoid } from '../ledger/ledger.ts';

/** What Stripe said of a payment after confirm, or when read back. */
export interface PaymentOutcome {
  readonly status: 'authorized' | 'requires_action' | 'declined';
  readonly stripePaymentIntentId: string | null;
  readonly clientSecret: string | null;
  readonly declineCode: string | null;
  /** The card that paid; null unless it is authorized. */
  readonly card: Card | null;
}

/**
 * Books the outcome of an attempt on it, its payment and its share, with the event. Safe to repeat; an
 * outcome that is behind what is known already changes nothing. Returns where the order stands.
 */
export async function recordPaymentOutcome(
  orders: Database,
  ref: AttemptRef,
  payment: PaymentRow,
  outcome: PaymentOutcome,
): Promise<Standing> {
  const { orderId, shareId, attemptId } = ref;
  const isDeclined = outcome.status === 'declined';
  // Canceled at Stripe, it can never be paid any more: the next try is another payment.
  const isGone = isDeclined && outcome.declineCode === 'payment_intent_canceled';
  const { stripePaymentIntentId, clientSecret, declineCode, card } = outcome;
  // Once authorized, it does not matter what a payment had been taken for before.
  const behind = [
    'processing',
    'requires_action',
    ...(outcome.status === 'authorized' ? ['declined', 'captured'] : []),
  ];
  // The payment keeps the bank's own reason; what people are told may be less.
  const toldCode = declineCode && tellableCode(declineCode);
  const recorded = await changeOrderAtOnce(orders, {
    orderId,
    from: 'awaiting_payment',
    given: {
      sql: 'not exists (select from order_events where order_id = o.id and dedupe_key = ?)',
      values: [`pay:${attemptId}:${outcome.status}`],
    },
    parts: [
      {
        sql: `payment as (
          update payments set status = ?, stripe_payment_intent_id = ?, client_secret = ?, decline_code = ?,
            card_brand = ?, card_last4 = ?, updated_at = now()
          from before
          where payments.id = ? and payments.status = any(?) returning payments.id)`,
        values: [
          isGone ? 'canceled' : outcome.status,
          stripePaymentIntentId,
          clientSecret,
          declineCode,
          card?.brand ?? null,
          card?.last4 ?? null,
          payment.id,
          behind,
        ],
      },
      {
        sql: `attempt as (
          update payment_attempts set status = ?, decline_code = ? from payment where payment_attempts.id = ?)`,
        values: [outcome.status, toldCode, attemptId],
      },
      {
        sql: `share as (
          update shares set status = ?, decline_code = ?, tip_amount = ? from payment where shares.id = ?)`,
        values: [isDeclined ? 'due' : outcome.status, toldCode, isDeclined ? 0 : payment.tipAmount, shareId],
      },
      {
        sql: `stripe_call as (
          update stripe_calls set status = case when operation = 'confirm' and ?::boolean then 'failed' else 'succeeded' end,
            updated_at = now()
          from payment where payment_id = payment.id and status = 'started' and operation in ('create', 'confirm'))`,
        values: [isDeclined],
      },
      ...(outcome.status === 'authorized' ? [bookAuthorization(payment)] : []),
    ],
    demands: ['payment'],
    to: 'awaiting_payment',
    events: [{ ...outcomeEvent(shareId, payment, outcome), dedupeKey: `pay:${attemptId}:${outcome.status}` }],
  });
  return recorded ?? readStanding(orders, orderId);
}

function outcomeEvent(shareId: string, payment: PaymentRow, outcome: PaymentOutcome): EventDraft {
  const data = { shareId, paymentId: payment.id, amount: payment.amount };
  switch (outcome.status) {
    case 'authorized':
      return { type: 'payment_authorized', data };
    case 'requires_action':
      return { type: 'payment_requires_action', data };
    case 'declined':
      return {
        type: 'payment_declined',
        data: { ...data, declineCode: tellableCode(outcome.declineCode ?? 'generic_decline') },
      };
  }
}

/** The card payments of an order, or of one share of it, that may still come in at Stripe, or have. */
export async function listUnvoidedCards(
  orders: Database,
  { orderId, shareId }: { orderId: string; shareId?: string | undefined },
): Promise<PaymentRow[]> {
  return selectRows(
    orders.em.fork(),
    PaymentEntity,
    `order_id = ? and share_id = coalesce(?::uuid, share_id) and method = 'card' and status <> 'canceled' order by id`,
    [orderId, shareId ?? null],
  );
}

/** The payments of an order in one of these states. */
export async function listPayments(
  orders: Database,
  orderId: string,
  states: readonly PaymentRow['status'][],
): Promise<PaymentRow[]> {
  return selectRows(orders.em.fork(), PaymentEntity, 'order_id = ? and status = any(?) order by id', [
    orderId,
    states,
  ]);
}

/** A payment, or undefined. */
export async function readPayment(orders: Database, id: string): Promise<PaymentRow | undefined> {
  return selectRow(orders.em.fork(), PaymentEntity, 'id = ?', [id]);
}

/**
 * Books a payment as canceled at Stripe, its memo in the ledger with it, or, when Stripe had taken the money already,
 * as captured: that is booked in the ledger with the order's end. Safe to repeat.
 */
export async function recordVoided(
  orders: Database,
  payment: PaymentRow,
  outcome: { stripePaymentIntentId: string | null; capturedAmount: number; card?: Card | null },
): Promise<void> {
  const booking = bookVoid(payment);
  await orders.em.fork().execute(
    `with locked as materialized (select id from orders where id = ? for no key update),
     payment as (
       update payments set status = ?, captured_amount = ?, stripe_payment_intent_id = ?,
         card_brand = coalesce(?, card_brand), card_last4 = coalesce(?, card_last4), updated_at = now()
       from locked
       where payments.id = ? and order_id = locked.id and status not in ('captured', 'canceled')
       returning payments.id, status),
     voided as (select id from payment where status = 'canceled'),
     ${booking.sql}
     select id from payment`,
    [
      payment.orderId,
      outcome.capturedAmount > 0 ? 'captured' : 'canceled',
      outcome.capturedAmount,
      outcome.stripePaymentIntentId,
      outcome.card?.brand ?? null,
      outcome.card?.last4 ?? null,
      payment.id,
      ...booking.values,
    ],
  );
}

/** The newest payment of a share, with the client secret that its payer alone may have, or undefined. */
export async function readPaymentOfShare(orders: Database, shareId: string) {
  const [payment] = await orders.em
    .fork()
    .find(PaymentEntity, { shareId }, { orderBy: { createdAt: 'desc' }, limit: 1 });
  return payment;
}
