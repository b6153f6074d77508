/**
 * The later steps of an order's record: confirm, advance, end. Each is safe to repeat, and returns the order's
 * standing.
 */

import { noteSeen } from '../changes/see-changes.ts';
import { sql } from 'kysely';
import { findTransition, nextAdvance, type AdvanceTarget } from '../../../domain/order.ts';
import { END_STATUSES, type Ended, type OrderEnd } from '../../../domain/order-end.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { CapturedPayment, PaymentMethod } from '../../../domain/payment.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { literals, query, run, selectRows } from '../../sql.ts';
import {
  askForPerson,
  changeOrder,
  changeOrderAtOnce,
  readStanding,
  type OrdersManager,
} from './change-order.ts';
import { CancelRequestEntity, type CancelRequestRow, type OrderRow } from '../entities/order.ts';
import { PaymentEntity, type PaymentRow } from '../entities/payment.ts';
import { bookSale } from '../ledger/ledger.ts';
import { addMails, mailsPart, type Recipient } from '../mails/mails.ts';
import { bookCaptured } from '../payments/book-captured.ts';
import { moveShares, runParts, ShareMoveRefused } from '../payments/change-shares.ts';
import { GONE_UNITS } from '../questions/gone-units.ts';
import { closeQuestions, reopenQuestion } from '../questions/open-questions.ts';
import { readUnreturnedOf, reserve } from '../refunds/refunds.ts';
import { returnLines } from '../tabs/return-lines.ts';
import { cancelLinesIn, LinesRefused } from '../tabs/cancel-lines.ts';
import { freeClaim } from '../tabs/settle-claim.ts';
import { tellTab } from '../tabs/tell-tab.ts';

/**
 * Confirms an order, in one transaction: number, status, shares, ledger, event, and the mails to customer and staff.
 * Agents see an order only from now on. Safe to repeat, even when the order has moved on. Throws for an order that is
 * not being captured yet, or that another run has begun to end. With `isRound: false` its statement is spared
 * what it would tell a tab. A round that is `paidAfter` has nothing captured: its tab owes it from now on.
 */
export async function recordConfirmed(
  orders: Database,
  orderId: string,
  captured: readonly CapturedPayment[],
  staff: readonly Recipient[],
  { isRound = true, paidAfter = false }: { readonly isRound?: boolean; readonly paidAfter?: boolean } = {},
): Promise<Standing> {
  const confirmed = await changeOrderAtOnce(orders, {
    orderId,
    from: 'capturing',
    given: sql`not o.closing`,
    set: sql`number = nextval('order_numbers'), confirmed_at = clock_timestamp(), deadline = null`,
    parts: [
      ...bookCaptured('capture', captured),
      ...moveShares({ action: 'capture', by: 'workflow' }, { unowed: true }),
      // The order is confirmed only if all captures are booked.
      sql`booked_all as (select where (select count(*) from move) = ${captured.length})`,
      ...(paidAfter ? [bookSale(orderId)] : []),
      // A receipt comes with a payment.
      mailsPart([
        { type: paidAfter ? 'order_received' : 'receipt' },
        { type: 'agent_new_order', recipients: staff },
      ]),
    ],
    demands: ['booked_all'],
    to: 'confirmed',
    events: [
      {
        type: 'confirmed',
        dedupeKey: 'confirmed',
        perBill: true,
        data: { amount: captured.reduce((sum, { amount }) => sum + amount, 0) },
      },
    ],
    ...(isRound && { tabNews: { type: 'round_confirmed', follows: 'confirmed' } as const }),
  });
  const order = confirmed ?? (await readStanding(orders, orderId));
  if (order.status === 'capturing' || order.status === 'awaiting_payment')
    throw new Error(`order ${orderId} is not being captured: it cannot be confirmed`);
  return order;
}

/**
 * Books an agent's step: `preparing`, `ready` (the customer is notified) or `completed`. `isDone` says whether it is
 * booked as hers, now or before. If the order's status doesn't allow the step, nothing is written.
 */
export async function recordAdvanced(
  orders: Database,
  orderId: string,
  to: AdvanceTarget,
  agentId: string,
): Promise<{ isDone: boolean; order: Standing }> {
  const { event, order } = await changeOrder(orders, orderId, `advance:${to}`, async (order, em) => {
    if (nextAdvance(order) !== to) return undefined;
    order.status = to;
    // Whoever takes the ticket reads it as it is. An order that was never changed has the first version of its bill.
    if (to === 'preparing' && order.billVersion > 1) await noteSeen(em, orderId, agentId);
    if (to === 'ready') await addMails(em, orderId, { type: 'order_ready' });
    if (to === 'completed') await closeQuestions(em, order);
    if (to === 'completed') await tellTab(em, order, { type: 'round_completed', follows: to });
    return { type: to, actor: 'agent', actorId: agentId };
  });
  return { isDone: event?.actorId === agentId, order };
}

/**
 * Ends an order, if the transitions table allows it to the requester. In the same transaction, captured money is booked
 * and its refunds reserved, including cash, which a person must hand out. Returns the refunds to be made. Repeated, or
 * for an order that has ended otherwise meanwhile, it returns what remains to be done.
 */
export async function recordEnded(
  orders: Database,
  orderId: string,
  end: OrderEnd,
  staff: readonly Recipient[],
): Promise<Ended> {
  let changeId: string | undefined;
  const { order: standing } = await changeOrder(orders, orderId, `ended:${end.status}`, async (order, em) => {
    if (order.changeId) {
      changeId = order.changeId;
      return undefined;
    }
    const request = end.cancelRequestId
      ? await em.findOne(CancelRequestEntity, { id: end.cancelRequestId })
      : undefined;
    if (!mayEnd(order, end, request)) return undefined;
    const wasConfirmed = order.number !== null && order.number !== undefined;
    // Goods that were not used yet; otherwise the canceler decides.
    const restock = wasConfirmed && (order.status === 'confirmed' || (request?.restock ?? false));
    // A confirmed order's payments were booked with its confirmation.
    const captured = wasConfirmed
      ? []
      : [...(end.captured ?? []), ...(await listRecordedCash(em, order.id, end.captured))];
    const isOwed = wasConfirmed && order.paidAfter;
    if (isOwed && !(await cancelAllLines(em, order, end, request))) return undefined;
    if (captured.length > 0) await bookCapturedOf(em, orderId, captured);
    await voidShares(em, orderId);
    const { refundAmount, cashAmount } = await reserveEndRefunds(em, order, end, request?.restock ?? false);
    if (cashAmount > 0) askForPerson(order, 'cash_to_return');
    order.status = end.status;
    order.reason = end.reason;
    order.cancelRequestId = request?.id ?? null;
    order.deadline = null;
    await closeQuestions(em, order);
    const data = {
      ...(refundAmount > 0 && { refundAmount }),
      ...(cashAmount > 0 && { cashAmount }),
    };
    const event = {
      type: end.status,
      ...actorOf(request),
      data: {
        reason: end.reason,
        amount: refundAmount,
        ...(restock && { restock: true as const }),
      },
    };
    if (order.kind === 'settlement') {
      await freeClaim(em, order, { reason: end.reason, ...actorOf(request), follows: `ended:${end.status}` });
      return event;
    }
    await addMails(
      em,
      orderId,
      { type: end.status === 'expired' ? 'order_expired' : 'order_canceled', data },
      ...(wasConfirmed ? [{ type: 'agent_order_canceled', recipients: staff } as const] : []),
    );
    // The host takes back what was not charged yet.
    const type = !wasConfirmed && request?.actor === 'host' ? 'round_taken_back' : 'round_ended';
    const news = { type, follows: `ended:${end.status}`, data: { reason: end.reason } } as const;
    await tellTab(em, order, { ...news, ...actorOf(request) });
    if (!wasConfirmed) await returnLines(em, order);
    return event;
  });
  return {
    order: standing,
    ...(changeId !== undefined && { changeId }),
    ...(await readEnd(orders, orderId)),
  };
}

/** Somebody pays a part of it: by then she is done. */
const CLAIM_MS = 60_000;

/** Cancels all lines of a round that its tab owes; returns false while somebody is paying a part of it. */
async function cancelAllLines(
  em: OrdersManager,
  order: OrderRow,
  { reason, cancelRequestId }: OrderEnd,
  request: (EndRequest & { readonly reason?: string | null | undefined }) | null | undefined,
): Promise<boolean> {
  try {
    await cancelLinesIn(em, order, {
      commandId: cancelRequestId ?? deriveId('cancel', order.id, 'end'),
      ...{ requestHash: '', cause: reason, reason: request?.reason ?? null, asksForCash: true },
      ...{ actor: request?.actor ?? 'workflow', actorId: request?.actorId ?? 'workflow' },
    });
    return true;
  } catch (error) {
    if (!(error instanceof LinesRefused)) throw error;
    // It is not carried out later, when nobody expects it any more.
    await run(em, sql`update cancel_requests set refused_at = now() where id = ${cancelRequestId ?? null}`);
    if (request?.questionId) {
      order.openQuestions -= 1;
      await reopenQuestion(em, order, request.questionId, new Date(Date.now() + CLAIM_MS));
    }
    return false;
  }
}

/** Returns whether the transitions table allows this end from the order's status. */
function mayEnd({ status }: OrderRow, end: OrderEnd, request: EndRequest | null | undefined): boolean {
  if (end.status === 'expired') return findTransition(status, 'expire', 'workflow') !== undefined;
  if (request)
    return findTransition(status, request.questionId ? 'sell_out' : 'cancel', request.actor) !== undefined;
  return findTransition(status, 'fail_capture', 'workflow') !== undefined;
}

/** Returns what remains to be done for an ended order; nothing for any other. */
async function readEnd(orders: Database, orderId: string): Promise<Omit<Ended, 'order'>> {
  const [end] = await query<{
    restock: boolean;
    refunds: RefundOfEnd[] | null;
    elsewhere: Ended['elsewhere'] | null;
    gone: Ended['gone'] | null;
  }>(
    orders.em.fork(),
    sql`select coalesce((e.data->'restock')::boolean, false) as restock,
       (select json_agg(json_build_object('id', r.id, 'method', p.method) order by r.id)
        from refunds r join payments p on p.id = r.payment_id
        where r.order_id = e.order_id and r.status = 'pending') as refunds,
       case when o.paid_after then (
         select json_agg(json_build_object('orderId', r.order_id, 'refundId', r.id) order by r.id)
         from refunds r where r.status = 'pending' and r.id in (
           select x.refund_id from refund_parts x join lines l on l.id = x.line_id
           where l.order_id = o.id)) end as elsewhere,
       ${GONE_UNITS} as gone
     from order_events e join orders o on o.id = e.order_id and o.status = e.type
     where e.order_id = ${orderId} and e.type in (${literals(END_STATUSES)})`,
  );
  const refunds = end?.refunds ?? [];
  return {
    refundIds: refunds.map(({ id }) => id),
    ...(end?.elsewhere && { elsewhere: end.elsewhere }),
    ...(end?.gone && { gone: end.gone }),
    returnsCash: refunds.some(({ method }) => method === 'cash'),
    restock: end?.restock ?? false,
  };
}

/** A request to end an order; one that answers a question may have been chosen at ordering. */
type EndRequest = Pick<CancelRequestRow, 'actor' | 'actorId' | 'questionId'>;

/** Returns who requested an order's end; by default, the workflow. */
function actorOf(request: EndRequest | null | undefined) {
  if (!request || (request.questionId && request.actorId === 'workflow')) return {};
  const { actor, actorId } = request;
  // Separate for the types: staff always have an id.
  return actor === 'agent' ? { actor, actorId } : { actor, actorId };
}

interface RefundOfEnd {
  readonly id: string;
  readonly method: PaymentMethod;
}

/** Returns the cash recorded for an order that ends before it is confirmed, except what is `known` already. */
async function listRecordedCash(
  em: OrdersManager,
  orderId: string,
  known: readonly CapturedPayment[] = [],
): Promise<CapturedPayment[]> {
  const payments = await selectRows(
    em,
    PaymentEntity,
    sql`order_id = ${orderId} and method = 'cash' and status = 'authorized'`,
  );
  return payments
    .filter(({ id }) => !known.some(({ paymentId }) => paymentId === id))
    .map(({ id, amount }) => ({ paymentId: id, amount }));
}

async function bookCapturedOf(
  em: OrdersManager,
  orderId: string,
  captured: readonly CapturedPayment[],
): Promise<void> {
  const kept = await runParts(em, orderId, bookCaptured('keep', captured));
  if (kept.length !== captured.length) throw new ShareMoveRefused(orderId, 'keep');
}

async function voidShares(em: OrdersManager, orderId: string): Promise<void> {
  await runParts(em, orderId, moveShares({ action: 'void', by: 'workflow' }), 'before');
}

type EndRefund = Pick<Parameters<typeof reserve>[2], 'id' | 'cause' | 'lines' | 'restock'>;

async function reserveEndRefunds(
  em: OrdersManager,
  order: OrderRow,
  end: OrderEnd,
  restock: boolean,
): Promise<{ refundAmount: number; cashAmount: number }> {
  const payments = await selectRows(
    em,
    PaymentEntity,
    sql`order_id = ${order.id} and status = 'captured' for no key update`,
  );
  // What a change was to give back, and could not, is none of the shares' any more.
  const unreturned =
    order.billVersion > 1
      ? await readUnreturnedOf(
          em,
          payments.map(({ id }) => id),
        )
      : new Map<string, number>();
  let refundAmount = 0;
  let cashAmount = 0;
  const give = async (payment: PaymentRow, amount: number, of: EndRefund) => {
    if (amount <= 0) return;
    refundAmount += amount;
    if (payment.method === 'cash') cashAmount += amount;
    const actorId = end.cancelRequestId ?? 'workflow';
    await reserve(em, payment, {
      ...of,
      ...{ amount, reason: null, requestHash: '', actorId, origin: 'order' },
    });
  };
  for (const payment of payments) {
    const { id, capturedAmount, refundedAmount } = payment;
    const ofChanges = unreturned.get(id) ?? 0;
    const changed = { cause: 'changed', lines: [], restock: false } as const;
    await give(payment, ofChanges, { id: deriveId('refund', id, 'end', 'changed'), ...changed });
    const ended = { cause: end.reason, lines: null, restock };
    await give(payment, capturedAmount - refundedAmount - ofChanges, {
      id: deriveId('refund', id, 'end'),
      ...ended,
    });
  }
  return { refundAmount, cashAmount };
}
