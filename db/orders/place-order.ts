/** Writing a new order, and the decision on its hold. */

import { fixBill } from '../../domain/bill.ts';
import type { EndReason } from '../../domain/order.ts';
import type { PricedLine } from '../catalog/pricing.ts';
import type { Shortage, StockItem } from '../catalog/stock.ts';
import type { Database } from '../database.ts';
import { deriveId } from '../ids.ts';
import { changeOrder } from './change-order.ts';
import {
  EventEntity,
  LineEntity,
  OrderEntity,
  ParticipantEntity,
  PayRequestEntity,
  ShareEntity,
  type OrderRow,
} from './entities.ts';
import { addMails } from './mails.ts';

/** A solo order as the API has validated and priced it. */
export interface NewOrder {
  readonly id: string;
  readonly requestHash: string;
  readonly userId: string | null;
  readonly contact: { readonly name: string; readonly email: string };
  readonly place: string | null;
  readonly currency: string;
  readonly lines: readonly PricedLine[];
  /** Pays as soon as the stock is held. */
  readonly payment?: { readonly paymentMethodId: string; readonly tipAmount: number };
  /** How long a hold may still be decided, in milliseconds from now by the database's clock. */
  readonly acceptForMs: number;
}

/** The id of the only participant of a solo order. */
export function hostOf(orderId: string): string {
  return deriveId('participant', orderId, 'host');
}

/** The id of a payer's share of one bill version. */
export function shareIdOf(orderId: string, billVersion: number, participantId: string): string {
  return deriveId('share', orderId, billVersion, participantId);
}

/** The id of the pay request that comes with a new order. */
export function firstPayRequestOf(orderId: string): string {
  return deriveId('pay-request', orderId, 'with-order');
}

/**
 * Writes the order in `placing` with lines, contact and its first event, in one transaction. Written before with
 * the same id, nothing changes and the row that is there is answered: compare its `requestHash`.
 */
export async function insertOrder(
  orders: Database,
  input: NewOrder,
): Promise<{ order: OrderRow; isNew: boolean }> {
  return orders.em.fork().transactional(async (em) => {
    const existing = await em.findOne(OrderEntity, { id: input.id });
    if (existing) return { order: existing, isNew: false };
    const now = await databaseTime(em);
    const host = hostOf(input.id);
    const row = {
      id: input.id,
      kind: 'solo' as const,
      status: 'placing' as const,
      version: 1,
      billVersion: 1,
      currency: input.currency,
      totalAmount: input.lines.reduce((sum, line) => sum + line.amount, 0),
      place: input.place,
      hostParticipantId: host,
      userId: input.userId,
      requestHash: input.requestHash,
      acceptBefore: new Date(now.getTime() + input.acceptForMs),
      createdAt: now,
      updatedAt: now,
    };
    const written = await em.execute(
      `insert into orders (id, kind, status, version, bill_version, currency, total_amount, place,
         host_participant_id, user_id, request_hash, accept_before, created_at, updated_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing`,
      Object.values(row),
      'run',
    );
    if ((written as unknown as { affectedRows: number }).affectedRows === 0) {
      return { order: await em.findOneOrFail(OrderEntity, { id: input.id }), isNew: false };
    }
    await em.insert(ParticipantEntity, {
      id: host,
      orderId: input.id,
      name: input.contact.name,
      email: input.contact.email,
      userId: input.userId,
      createdAt: now,
    });
    await em.insertMany(
      LineEntity,
      input.lines.map((line, position) => ({
        ...line,
        id: deriveId('line', input.id, position),
        orderId: input.id,
        position,
        participantId: host,
        sharedBetween: [host],
      })),
    );
    if (input.payment) {
      await em.insert(PayRequestEntity, {
        id: firstPayRequestOf(input.id),
        orderId: input.id,
        shareId: shareIdOf(input.id, 1, host),
        requestHash: input.requestHash,
        paymentMethodId: input.payment.paymentMethodId,
        tipAmount: input.payment.tipAmount,
        createdAt: now,
      });
    }
    await em.insert(EventEntity, {
      orderId: input.id,
      version: 1,
      type: 'placed',
      at: now,
      actor: 'host',
      actorId: input.userId ?? host,
      dedupeKey: 'placed',
      data: { status: 'placing', amount: row.totalAmount },
    });
    return { order: await em.findOneOrFail(OrderEntity, { id: input.id }), isNew: true };
  });
}

/** What is needed to decide an order's hold, read in one query. */
export async function readHoldRequest(
  orders: Database,
  orderId: string,
): Promise<{ status: OrderRow['status']; isLate: boolean; items: StockItem[] } | undefined> {
  const rows = await orders.em
    .fork()
    .execute<{ status: OrderRow['status']; isLate: boolean; variantId: string; quantity: number }[]>(
      `select o.status, clock_timestamp() > o.accept_before as "isLate", l.variant_id as "variantId",
       sum(l.quantity)::int as quantity
     from orders o join lines l on l.order_id = o.id where o.id = ? group by o.id, l.variant_id`,
      [orderId],
    );
  const [first] = rows;
  return first && { status: first.status, isLate: first.isLate, items: rows };
}

/**
 * Books that the stock is held: fixes the bill's shares, sets the deadline, `placing` → `awaiting_payment`.
 * Answers `late` and changes nothing when the time to accept the order has passed meanwhile.
 */
export async function recordHeld(
  orders: Database,
  orderId: string,
  held: { deadline: Date; payLater: boolean },
): Promise<'held' | 'late'> {
  let late = false;
  await changeOrder(orders, orderId, 'held', async (order, em, version) => {
    if ((await databaseTime(em)) > order.acceptBefore) {
      late = true;
      return undefined;
    }
    const lines = await em.find(LineEntity, { orderId }, { orderBy: { position: 'asc' } });
    await em.insertMany(
      ShareEntity,
      fixBill(lines).shares.map((share) => ({
        id: shareIdOf(orderId, order.billVersion, share.participantId),
        orderId,
        billVersion: order.billVersion,
        participantId: share.participantId,
        amount: share.amount,
        tipAmount: 0,
        refundedAmount: 0,
        status: share.amount === 0 ? ('authorized' as const) : ('due' as const),
      })),
    );
    order.status = 'awaiting_payment';
    order.deadline = held.deadline;
    if (held.payLater) await addMails(em, order, version, 'order_received');
    return { type: 'held', data: { amount: order.totalAmount } };
  });
  return late ? 'late' : 'held';
}

/** Books that an order could not be accepted: `placing` → `rejected`. */
export async function recordRejected(
  orders: Database,
  orderId: string,
  reason: EndReason,
  shortages: readonly Shortage[],
): Promise<void> {
  await changeOrder(orders, orderId, 'rejected', (order) => {
    order.status = 'rejected';
    order.reason = reason;
    return { type: 'rejected', data: { reason, ...(shortages.length > 0 && { shortages }) } };
  });
}

/** Orders whose hold nobody decided in time: their workflow was never started, or no worker came. */
export async function listOverduePlacing(orders: Database, limit: number): Promise<string[]> {
  const rows = await orders.em.fork().execute<{ id: string }[]>(
    `select id from orders where status = 'placing' and accept_before < now() - interval '10 seconds'
       order by created_at limit ?`,
    [limit],
  );
  return rows.map((row) => row.id);
}

async function databaseTime(em: { execute: OrdersExecute }): Promise<Date> {
  const [row] = await em.execute(`select clock_timestamp() as now`);
  return new Date((row as { now: string | Date }).now);
}
type OrdersExecute = (sql: string) => Promise<unknown[]>;
