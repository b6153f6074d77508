/**
 * Payments in our database. Stripe's answer is written with the order's event, in one transaction. No transaction is
 * open during a call to Stripe.
 */

import { sql } from 'kysely';
import type { Card } from '../../../domain/card.ts';
import { tellableCode } from '../../../domain/decline-sentence.ts';
import type { AttemptRef } from '../../../domain/payment.ts';
import { BOARD_STATUSES, type OrderStatus } from '../../../domain/order.ts';
import type { ShareAction } from '../../../domain/share.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { literals, selectOne, selectRow, selectRows, type Sql } from '../../sql.ts';
import {
  changeOrder,
  changeOrderAtOnce,
  readStanding,
  type ChangeAtOnce,
  type EventDraft,
} from '../orders/change-order.ts';
import { PAY_OPERATIONS, PaymentEntity, type PaymentRow } from '../entities/payment.ts';
import { bookAuthorization, bookVoid } from '../ledger/ledger.ts';
import { movePayments, runParts, VOIDED } from './change-shares.ts';

/** A payment's outcome at Stripe, after confirm or when read back. */
export interface PaymentOutcome {
  readonly status: 'authorized' | 'requires_action' | 'declined';
  readonly stripePaymentIntentId: string | null;
  readonly clientSecret: string | null;
  readonly declineCode: string | null;
  /** The card that paid; null unless it is authorized. */
  readonly card: Card | null;
}

/**
 * Books the outcome of an attempt on it, its payment and its share, with the event. Safe to repeat; an outdated outcome,
 * or that of an attempt after which another has begun on the share, changes nothing. Returns the order's standing.
 */
export async function recordPaymentOutcome(
  orders: Database,
  ref: AttemptRef,
  payment: PaymentRow,
  outcome: PaymentOutcome,
): Promise<Standing> {
  const { orderId, shareId, attemptId, changeId } = ref;
  const isDeclined = outcome.status === 'declined';
  const { stripePaymentIntentId, clientSecret, declineCode, card } = outcome;
  // The payment keeps the bank's own code; people may see a less specific one.
  const toldCode = declineCode && tellableCode(declineCode);
  const outcomeIn = (status: OrderStatus): ChangeAtOnce => ({
    orderId,
    from: status,
    given: sql`${changeId === undefined ? sql`true` : isHeld(changeId)} and not exists (select from order_events where order_id = o.id and dedupe_key = ${`pay:${attemptId}:${outcome.status}`})
      and not exists (select from shares where id = ${shareId} and attempt_id <> ${attemptId})`,
    parts: [
      ...movePayments({ action: actionOf(outcome), by: 'workflow' }, [
        {
          paymentId: payment.id,
          payment: {
            ...{ stripePaymentIntentId, clientSecret, declineCode },
            ...{ cardBrand: card?.brand ?? null, cardLast4: card?.last4 ?? null },
          },
          share: { declineCode: toldCode, tipAmount: isDeclined ? 0 : payment.tipAmount },
        },
      ]),
      sql`attempt as (
          update payment_attempts set status = ${outcome.status}, decline_code = ${toldCode} from payment where payment_attempts.id = ${attemptId})`,
      sql`stripe_call as (
          update stripe_calls set status = case when operation = 'confirm' and ${isDeclined}::boolean then 'failed' else 'succeeded' end,
            updated_at = now()
          from payment where stripe_calls.payment_id = payment.id and stripe_calls.status = 'started' and operation in (${literals(PAY_OPERATIONS)}))`,
      ...(outcome.status === 'authorized' ? [bookAuthorization(payment)] : []),
    ],
    demands: ['move'],
    to: status,
    events: [{ ...outcomeEvent(shareId, payment, outcome), dedupeKey: `pay:${attemptId}:${outcome.status}` }],
  });
  // A change is paid while its order is prepared, which goes one way.
  for (const status of changeId === undefined ? (['awaiting_payment'] as const) : BOARD_STATUSES) {
    const recorded = await changeOrderAtOnce(orders, outcomeIn(status));
    if (recorded) return recorded;
  }
  return readStanding(orders, orderId);
}

/** Whether the order `o` has that change open, and it is not being given up. */
function isHeld(changeId: string): Sql {
  return sql`exists (select from changes c where c.id = o.change_id and c.id = ${changeId} and c.status = 'held')`;
}

function actionOf({ status, declineCode }: PaymentOutcome): ShareAction {
  switch (status) {
    case 'authorized':
      return 'authorize';
    case 'requires_action':
      return 'ask_payer';
    case 'declined':
      return declineCode === 'payment_intent_canceled' ? 'lose' : 'decline';
  }
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

/** Returns the card payments of an order, or of one share, that may have succeeded at Stripe or still can. */
export async function listUnvoidedCards(
  orders: Database,
  { orderId, shareId }: { orderId: string; shareId?: string | undefined },
): Promise<PaymentRow[]> {
  return selectRows(
    orders.em.fork(),
    PaymentEntity,
    sql`order_id = ${orderId} and share_id = coalesce(${shareId ?? null}::uuid, share_id) and method = 'card' and status <> 'canceled' order by id`,
  );
}

/** Returns the payments of an order in one of these statuses. */
export async function listPayments(
  orders: Database,
  orderId: string,
  states: readonly PaymentRow['status'][],
): Promise<PaymentRow[]> {
  return selectRows(
    orders.em.fork(),
    PaymentEntity,
    sql`order_id = ${orderId} and status = any(${states}) order by id`,
  );
}

/** Returns a payment, or undefined. */
export async function readPayment(orders: Database, id: string): Promise<PaymentRow | undefined> {
  return selectRow(orders.em.fork(), PaymentEntity, sql`id = ${id}`);
}

/**
 * Books a payment as canceled at Stripe, and reverses its memo in the ledger; or, if Stripe had already taken the
 * money, as captured, which is booked in the ledger with the order's end. An authorization that is given up has an
 * event: its share is due again, unless its order has ended. Safe to repeat.
 */
export async function recordVoided(
  orders: Database,
  payment: PaymentRow,
  outcome: { stripePaymentIntentId: string | null; capturedAmount: number; card?: Card | null },
): Promise<void> {
  const { stripePaymentIntentId, capturedAmount, card } = outcome;
  const { id: paymentId, orderId, shareId, amount } = payment;
  const columns = {
    ...{ stripePaymentIntentId, capturedAmount },
    ...(card && { cardBrand: card.brand, cardLast4: card.last4 }),
  };
  const step = { action: capturedAmount > 0 ? 'find_taken' : 'void_payment', by: 'workflow' } as const;
  await changeOrder(orders, orderId, `voided:${paymentId}`, async (_order, em) => {
    const { status } = await selectOne(em, PaymentEntity, sql`id = ${paymentId} for no key update`);
    const moved = movePayments(step, [{ paymentId, payment: columns }]);
    await runParts(em, orderId, [...moved, VOIDED, bookVoid(payment)]);
    if (status !== 'authorized' || capturedAmount > 0) return undefined;
    return { type: 'payment_voided', data: { shareId, paymentId, amount } };
  });
}

/** Returns the newest payment of a share, with the client secret, which only its payer may receive, or undefined. */
export async function readPaymentOfShare(orders: Database, shareId: string) {
  return selectRow(
    orders.em.fork(),
    PaymentEntity,
    sql`share_id = ${shareId} order by created_at desc limit 1`,
  );
}
