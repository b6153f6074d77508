/** The later steps of an order's record: confirmed, advanced, ended, refunded. Each safe to repeat. */

import { randomUUID } from 'node:crypto';
import type { AttentionReason } from '../../domain/failures.ts';
import type { AdvanceTarget, EndReason } from '../../domain/order.ts';
import type { CapturedPayment, EndRefunds, PaymentMethod } from '../../domain/payment.ts';
import type { Database } from '../database.ts';
import { deriveId } from '../ids.ts';
import { selectRows } from '../rows.ts';
import {
  changeOrder,
  changeOrderAtOnce,
  wasChanged,
  type OrdersManager,
  type SqlPart,
} from './change-order.ts';
import { CancelRequestEntity, ShareEntity, type OrderRow } from './entities/order.ts';
import { PaymentEntity } from './entities/payment.ts';
import { bookEarned } from './ledger.ts';
import { addMails, mailsPart } from './mails.ts';
import { reserve } from './refunds.ts';

/**
 * Confirms an order, in one transaction: number, status, shares, ledger, event, and the mails to customer and
 * staff. Agents hear of an order only now. Safe to repeat. Throws for an order that is not being captured.
 */
export async function recordConfirmed(
  orders: Database,
  orderId: string,
  captured: readonly CapturedPayment[],
  staffEmails: readonly string[],
): Promise<void> {
  const isConfirmed = await changeOrderAtOnce(orders, {
    orderId,
    from: 'capturing',
    set: {
      sql: `status = 'confirmed', number = nextval('order_numbers'), confirmed_at = clock_timestamp(), deadline = null`,
      values: [],
    },
    parts: [
      ...bookCaptured(captured),
      mailsPart([{ type: 'receipt' }, { type: 'agent_new_order', recipients: staffEmails }]),
    ],
    status: 'confirmed',
    events: [
      {
        type: 'confirmed',
        dedupeKey: 'confirmed',
        data: { amount: captured.reduce((sum, { amount }) => sum + amount, 0) },
      },
    ],
  });
  if (!isConfirmed && !(await wasChanged(orders, orderId, 'confirmed')))
    throw new Error(`order ${orderId} is not being captured: it cannot be confirmed`);
}

/**
 * Captured money, booked on payments, shares, calls and ledger: parts of a statement on the order `before`. Cash is in
 * the ledger since it was recorded.
 */
function bookCaptured(captured: readonly CapturedPayment[]): SqlPart[] {
  return [
    {
      sql: `captured as (
        select given.* from before, json_to_recordset(?::json) as given ("paymentId" uuid, amount int))`,
      values: [JSON.stringify(captured)],
    },
    {
      sql: `stripe_call as (
        update stripe_calls set status = 'succeeded', updated_at = now() from captured
        where payment_id = captured."paymentId" and operation = 'capture' and status = 'started')`,
      values: [],
    },
    {
      sql: `payment as (
        update payments p set status = 'captured', captured_amount = captured.amount, updated_at = now()
        from captured where p.id = captured."paymentId" returning p.*)`,
      values: [],
    },
    {
      sql: `share as (
        update shares s set status = 'captured' from before
        where s.order_id = before.id and s.bill_version = before.bill_version
          and (s.amount = 0 or s.id in (select share_id from payment)))`,
      values: [],
    },
    bookEarned(
      'capture',
      captured.map(({ paymentId }) => paymentId),
    ),
  ];
}

/** Books an agent's step: `preparing`, `ready` (the customer hears of it) or `completed`. */
export async function recordAdvanced(
  orders: Database,
  orderId: string,
  to: AdvanceTarget,
  agentId: string,
): Promise<void> {
  await changeOrder(orders, orderId, `advance:${to}`, async (order, em) => {
    order.status = to;
    if (to === 'ready') await addMails(em, orderId, { type: 'order_ready' });
    return { type: to, actor: 'agent', actorId: agentId };
  });
}

/** How an order ended other than by completion. */
export interface OrderEnd {
  readonly status: 'expired' | 'canceled';
  readonly reason: EndReason;
  readonly cancelRequestId?: string | undefined;
  /** Money that was captured all the same, and is refunded now. */
  readonly captured?: readonly CapturedPayment[];
}

/**
 * Ends an order. Captured money is booked and its refunds reserved in the same transaction, cash too, for which a
 * person is asked. The refunds are answered, to be made. Repeated, it answers the same.
 */
export async function recordEnded(
  orders: Database,
  orderId: string,
  end: OrderEnd,
  staffEmails: readonly string[],
): Promise<EndRefunds> {
  const dedupeKey = `ended:${end.status}`;
  await changeOrder(orders, orderId, dedupeKey, async (order, em) => {
    const wasConfirmed = order.number !== null && order.number !== undefined;
    const captured = [...(end.captured ?? []), ...(await listRecordedCash(em, order.id, end.captured))];
    if (captured.length > 0) await bookCapturedOf(em, orderId, captured);
    const request = end.cancelRequestId
      ? await em.findOne(CancelRequestEntity, { id: end.cancelRequestId })
      : undefined;
    await voidShares(em, order);
    const { refundAmount, cashAmount } = await reserveEndRefunds(em, order, end, request?.restock ?? false);
    if (cashAmount > 0) order.needsAttention ??= 'cash_to_return';
    order.status = end.status;
    order.reason = request?.reason ?? end.reason;
    order.deadline = null;
    const data = {
      ...(refundAmount > 0 && { refundAmount }),
      ...(cashAmount > 0 && { cashAmount }),
      ...(request?.reason && { reason: request.reason }),
    };
    await addMails(
      em,
      orderId,
      { type: end.status === 'expired' ? 'order_expired' : 'order_canceled', data },
      ...(wasConfirmed ? [{ type: 'agent_order_canceled', recipients: staffEmails } as const] : []),
    );
    return {
      type: end.status,
      ...actorOf(request),
      data: {
        reason: request?.reason ?? end.reason,
        amount: refundAmount,
        ...(request?.restock && { restock: true as const }),
      },
    };
  });
  const refunds = await orders.em.fork().execute<{ id: string; method: PaymentMethod }[]>(
    `select r.id, p.method from refunds r join payments p on p.id = r.payment_id
     where r.order_id = ? and r.status = 'pending' order by r.id`,
    [orderId],
  );
  return {
    refundIds: refunds.map(({ id }) => id),
    returnsCash: refunds.some(({ method }) => method === 'cash'),
  };
}

/** Who asked for the end of an order: the workflow, where nobody did. */
function actorOf(request: { actor: 'host' | 'agent'; actorId: string } | null | undefined) {
  if (!request) return {};
  const { actor, actorId } = request;
  // Told apart for the types: one of the staff always has an id.
  return actor === 'agent' ? { actor, actorId } : { actor, actorId };
}

/** Cash that was recorded of an order that ends before it is confirmed, but for what is `known` already. */
async function listRecordedCash(
  em: OrdersManager,
  orderId: string,
  known: readonly CapturedPayment[] = [],
): Promise<CapturedPayment[]> {
  const payments = await selectRows(
    em,
    PaymentEntity,
    `order_id = ? and method = 'cash' and status = 'authorized'`,
    [orderId],
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
  const parts = bookCaptured(captured);
  await em.execute(
    `with before as (select * from orders where id = ?), ${parts.map(({ sql }) => sql).join(', ')} select from before`,
    [orderId, ...parts.flatMap(({ values }) => values)],
    'run',
  );
}

async function voidShares(em: OrdersManager, order: OrderRow): Promise<void> {
  const shares = await em.find(ShareEntity, { orderId: order.id, billVersion: order.billVersion });
  for (const share of shares) {
    if (['due', 'processing', 'requires_action', 'authorized'].includes(share.status))
      share.status = 'voided';
  }
}

async function reserveEndRefunds(
  em: OrdersManager,
  order: OrderRow,
  end: OrderEnd,
  restock: boolean,
): Promise<{ refundAmount: number; cashAmount: number }> {
  const payments = await selectRows(
    em,
    PaymentEntity,
    `order_id = ? and status = 'captured' for no key update`,
    [order.id],
  );
  let refundAmount = 0;
  let cashAmount = 0;
  for (const payment of payments) {
    const amount = payment.capturedAmount - payment.refundedAmount;
    if (amount <= 0) continue;
    refundAmount += amount;
    if (payment.method === 'cash') cashAmount += amount;
    await reserve(em, payment, {
      id: deriveId('refund', payment.id, 'end'),
      amount,
      reason: end.reason,
      restock,
      lines: null,
      requestHash: '',
      actorId: end.cancelRequestId ?? 'workflow',
      origin: 'order',
    });
  }
  return { refundAmount, cashAmount };
}

/** Marks an order as needing a person, with the reason; the first reason stays. */
export async function recordAttention(
  orders: Database,
  orderId: string,
  reason: AttentionReason,
): Promise<void> {
  await changeOrder(orders, orderId, `attention:${reason}`, (order) => {
    order.needsAttention ??= reason;
    return { type: 'attention_raised', data: { reason } };
  });
}

/** Notes that one of the staff has seen to what the order needed a person for. Safe to repeat. */
export async function clearAttention(orders: Database, orderId: string, agentId: string): Promise<void> {
  await changeOrder(orders, orderId, `attention-cleared:${randomUUID()}`, (order) => {
    const reason = order.needsAttention;
    if (!reason) return undefined;
    order.needsAttention = null;
    return { type: 'attention_cleared', actor: 'agent', actorId: agentId, data: { reason } };
  });
}
