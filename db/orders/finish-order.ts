/** The later steps of an order's record: confirmed, advanced, ended, refunded. Each safe to repeat. */

import { randomUUID } from 'node:crypto';
import type { AttentionReason } from '../../domain/failures.ts';
import type { AdvanceTarget, EndReason } from '../../domain/order.ts';
import type { CapturedPayment, EndRefunds, PaymentMethod } from '../../domain/payment.ts';
import type { Database } from '../database.ts';
import { deriveId } from '../ids.ts';
import { queryRows, selectRows } from '../rows.ts';
import { changeOrder, type OrdersManager } from './change-order.ts';
import { CancelRequestEntity, PaymentEntity, ShareEntity, type OrderRow } from './entities.ts';
import { bookCapture } from './ledger.ts';
import { addMails } from './mails.ts';
import { reserve } from './refunds.ts';

/**
 * Confirms an order, in one transaction: number, status, shares, ledger, event, and the mails to customer and
 * staff. Agents hear of an order only now.
 */
export async function recordConfirmed(
  orders: Database,
  orderId: string,
  captured: readonly CapturedPayment[],
  staffEmails: readonly string[],
): Promise<void> {
  await changeOrder(orders, orderId, 'confirmed', async (order, em, version) => {
    await bookCaptured(em, order, captured);
    const [row] = await em.execute<{ number: number }[]>(`select nextval('order_numbers')::int as number`);
    order.number = row!.number;
    order.status = 'confirmed';
    order.confirmedAt = new Date();
    order.deadline = null;
    await addMails(
      em,
      order,
      version,
      { type: 'receipt' },
      { type: 'agent_new_order', recipients: staffEmails },
    );
    return { type: 'confirmed', data: { amount: captured.reduce((sum, { amount }) => sum + amount, 0) } };
  });
}

async function bookCaptured(
  em: OrdersManager,
  order: OrderRow,
  captured: readonly CapturedPayment[],
): Promise<void> {
  const payments = await queryRows(em, PaymentEntity, BOOK_CAPTURED, [
    JSON.stringify(captured),
    order.id,
    order.billVersion,
    order.id,
  ]);
  // Cash was booked when it was recorded.
  for (const payment of payments) if (payment.method === 'card') await bookCapture(em, payment);
}

const BOOK_CAPTURED = `
  with captured as (select * from json_to_recordset(?::json) as given ("paymentId" uuid, amount int)),
  call as (
    update stripe_calls set status = 'succeeded', updated_at = now()
    where payment_id in (select "paymentId" from captured) and operation = 'capture' and status = 'started'),
  share as (
    update shares set status = 'captured' where order_id = ? and bill_version = ? and (amount = 0
      or id in (select p.share_id from payments p join captured on p.id = captured."paymentId")))
  update payments p set status = 'captured', captured_amount = captured.amount, updated_at = now()
  from captured where p.id = captured."paymentId" and p.order_id = ? returning p.*`;

/** Books an agent's step: `preparing`, `ready` (the customer hears of it) or `completed`. */
export async function recordAdvanced(
  orders: Database,
  orderId: string,
  to: AdvanceTarget,
  agentId: string,
): Promise<void> {
  await changeOrder(orders, orderId, `advance:${to}`, async (order, em, version) => {
    order.status = to;
    if (to === 'ready') await addMails(em, order, version, { type: 'order_ready' });
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
  await changeOrder(orders, orderId, dedupeKey, async (order, em, version) => {
    const wasConfirmed = order.number !== null && order.number !== undefined;
    const captured = [...(end.captured ?? []), ...(await listRecordedCash(em, order.id, end.captured))];
    if (captured.length > 0) await bookCaptured(em, order, captured);
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
      order,
      version,
      { type: end.status === 'expired' ? 'order_expired' : 'order_canceled', data },
      ...(wasConfirmed ? [{ type: 'agent_order_canceled', recipients: staffEmails } as const] : []),
    );
    return {
      type: end.status,
      actor: request?.actor ?? 'workflow',
      actorId: request?.actorId ?? null,
      data: { reason: request?.reason ?? end.reason, amount: refundAmount },
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
  const payments = await selectRows(em, PaymentEntity, `order_id = ? and status = 'captured' for update`, [
    order.id,
  ]);
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
