/** Writing a new order, and the decision on its hold. */

import { fixBill } from '../../domain/bill.ts';
import type { EventData } from '../../domain/events.ts';
import type { EndReason } from '../../domain/order.ts';
import type { PricedLine } from '../catalog/pricing.ts';
import type { Shortage, StockItem } from '../catalog/stock.ts';
import type { Database } from '../database.ts';
import { deriveId } from '../ids.ts';
import { selectRows } from '../rows.ts';
import { changeOrder } from './change-order.ts';
import { LineEntity, OrderEntity, type OrderRow } from './entities.ts';
import { addMails } from './mails.ts';
import type { PayingAccount } from './requests.ts';

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
  readonly payment?: {
    readonly paymentMethodId: string;
    readonly tipAmount: number;
    readonly account: PayingAccount;
  };
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
 * Writes the order in `placing` with lines, contact and its first event: one statement, so one transaction and
 * one round trip, since everybody who orders waits for it. Written before with the same id, nothing changes and
 * the row that is there is answered: compare its `requestHash`.
 */
export async function insertOrder(
  orders: Database,
  input: NewOrder,
): Promise<{ order: OrderRow; isNew: boolean }> {
  const em = orders.em.fork();
  const host = hostOf(input.id);
  const totalAmount = input.lines.reduce((sum, line) => sum + line.amount, 0);
  const lines = input.lines.map((line, position) => ({
    ...line,
    id: deriveId('line', input.id, position),
    position,
  }));
  const [written] = await em.execute<object[]>(INSERT_ORDER, [
    input.id,
    input.currency,
    totalAmount,
    input.place,
    host,
    input.userId,
    input.requestHash,
    input.acceptForMs / 1000,
    input.payment === undefined,
    host,
    input.contact.name,
    input.contact.email,
    host,
    host,
    JSON.stringify(lines),
    firstPayRequestOf(input.id),
    shareIdOf(input.id, 1, host),
    input.payment?.paymentMethodId ?? null,
    input.payment?.tipAmount ?? 0,
    input.payment?.account.stripeCustomerId ?? null,
    input.payment?.account.saveCard ?? false,
    input.payment !== undefined,
    input.userId ?? host,
    JSON.stringify({ status: 'placing', amount: totalAmount } satisfies EventData),
  ]);
  if (written) return { order: em.map(OrderEntity, written as never), isNew: true };
  return { order: await em.findOneOrFail(OrderEntity, { id: input.id }), isNew: false };
}

const INSERT_ORDER = `
  with placed as (
    insert into orders (id, kind, status, version, bill_version, currency, total_amount, place,
      host_participant_id, user_id, request_hash, accept_before, pays_later)
    values (?, 'solo', 'placing', 1, 1, ?, ?, ?, ?, ?, ?, clock_timestamp() + make_interval(secs => ?), ?)
    on conflict (id) do nothing
    returning *),
  host as (
    insert into participants (id, order_id, name, email, user_id, created_at)
    select ?::uuid, id, ?, ?, user_id, created_at from placed),
  line as (
    insert into lines (id, order_id, position, participant_id, shared_between, variant_id, name, options,
      quantity, unit_amount, amount, tax_rate, note)
    select given.id, placed.id, given.position, ?::uuid, array[?::uuid], given."variantId", given.name,
      given.options, given.quantity, given."unitAmount", given.amount, given."taxRate", given.note
    from placed, json_to_recordset(?::json) as given (id uuid, position int, "variantId" uuid, name text,
      options jsonb, quantity int, "unitAmount" int, amount int, "taxRate" int, note text)),
  pay_request as (
    insert into pay_requests (id, order_id, share_id, request_hash, payment_method_id, tip_amount,
      user_id, stripe_customer_id, save_card, created_at)
    select ?::uuid, id, ?::uuid, request_hash, ?, ?::int, user_id, ?, ?::boolean, created_at
    from placed where ?::boolean),
  event as (
    insert into order_events (order_id, version, type, at, actor, actor_id, dedupe_key, data)
    select id, 1, 'placed', created_at, 'host', ?, 'placed', ?::jsonb from placed)
  select * from placed`;

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
    const lines = await selectRows(em, LineEntity, 'order_id = ? order by position', [orderId]);
    const { shares } = fixBill(lines, order.currency);
    const written = await em.execute(
      `insert into shares (id, order_id, bill_version, participant_id, amount, status)
       select id, ?, ?, "participantId", amount, case amount when 0 then 'authorized' else 'due' end
       from json_to_recordset(?::json) as share (id uuid, "participantId" uuid, amount int)
       where clock_timestamp() <= ?::timestamptz`,
      [
        orderId,
        order.billVersion,
        JSON.stringify(
          shares.map((share) => ({
            ...share,
            id: shareIdOf(orderId, order.billVersion, share.participantId),
          })),
        ),
        order.acceptBefore,
      ],
      'run',
    );
    late = (written as unknown as { affectedRows: number }).affectedRows === 0;
    if (late) return undefined;
    order.status = 'awaiting_payment';
    order.deadline = held.deadline;
    if (held.payLater) await addMails(em, order, version, { type: 'order_received' });
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
