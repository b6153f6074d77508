/** Writes a new order, and the decision on its hold. */

import { allocateBill, type AllocatedShare, type Allocation } from '../../../domain/allocations.ts';
import type { Language } from '../../../messages/compiled/languages.ts';
import type { Place } from '../../../domain/contract/places.ts';
import type { EventData } from '../../../domain/events.ts';
import type { EndReason } from '../../../domain/order.ts';
import type { SoldOutChoice } from '../../../domain/sold-out.ts';
import type { OwedShare, Standing } from '../../../domain/standing.ts';
import { splitBill } from '../../../domain/split.ts';
import type { Split } from '../../../domain/split-rule.ts';
import type { UnpaidBound, UnpaidBounds } from '../../../domain/unpaid.ts';
import type { PricedLine } from '../../catalog/products/pricing.ts';
import type { Shortage, StockItem } from '../../catalog/stock/stock.ts';
import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { mapRows, query, queryFirst, selectRow, type Sql } from '../../sql.ts';
import { changeOrder, changeOrderAtOnce, readStanding } from './change-order.ts';
import { OrderEntity, type OrderRow } from '../entities/order.ts';
import { PRICED_COLUMNS, PRICED_FIELDS, PRICED_VALUES } from './line-columns.ts';
import { sharersOf } from './sharers.ts';
import { returnLines } from '../tabs/return-lines.ts';
import { tellTab } from '../tabs/tell-tab.ts';
import { mailsPart } from '../mails/mails.ts';
import { beginFirstPayment, type FirstAttempt } from '../payments/begin-payment.ts';
import { fixShares, type NewShare } from '../payments/change-shares.ts';
import { judgeCard, type CardRefusal, type CardSource } from '../payments/card-attempts.ts';
import type { PayingAccount } from '../payments/attempts.ts';
import { judgeUnpaid, type Holder, type WantedPieces } from '../stock/unpaid-holds.ts';

/** A solo order, validated and priced by the API. */
export interface NewOrder {
  readonly id: string;
  readonly requestHash: string;
  readonly userId: string | null;
  readonly contact: {
    readonly name: string;
    readonly email: string;
    readonly isProven: boolean;
    readonly language: Language;
  };
  /** The guest and network that hold the stock until it is paid. */
  readonly holder: Holder & { readonly bounds: UnpaidBounds; readonly wanted: readonly WantedPieces[] };
  readonly place: Place | null;
  readonly currency: string;
  readonly lines: readonly NewLine[];
  /** What is to be done if something runs out; absent: it is left out. */
  readonly ifSoldOut?: SoldOutChoice | undefined;
  /** The participants besides the host. */
  readonly others?: readonly NewParticipant[];
  /** The payment that starts as soon as the stock is held. */
  readonly payment?: {
    readonly paymentMethodId: string;
    readonly tipAmount: number;
    readonly account: PayingAccount;
    readonly card: CardSource;
  };
  /** How long the hold may still be decided, in milliseconds from now by the database's clock. */
  readonly acceptForMs: number;
}

/** A line with its participant: the host, unless stated otherwise. */
type NewLine = PricedLine & {
  readonly participantId?: string;
  /** The participants who pay it, in equal parts. */
  readonly sharedBetween?: readonly string[];
};

/** A participant of an order. Mails go to those who gave an address. */
export interface NewParticipant {
  readonly id: string;
  readonly name: string;
  readonly email: string | null;
  readonly isProven: boolean;
  readonly userId: string | null;
}

/** Returns the default id of an order's host: the only participant of a solo order. */
export function hostOf(orderId: string): string {
  return deriveId('participant', orderId, 'host');
}

/** Returns the id of a payer's share of one bill version. */
export function shareIdOf(orderId: string, billVersion: number, participantId: string): string {
  return deriveId('share', orderId, billVersion, participantId);
}

/** Returns the host's payment attempt that comes with a new order. */
export function firstAttemptOf(orderId: string): { readonly shareId: string; readonly attemptId: string } {
  return {
    shareId: shareIdOf(orderId, FIRST_BILL, hostOf(orderId)),
    attemptId: withOrderAttemptOf(orderId),
  };
}

/** Returns the id of the attempt that comes with an order. */
export function withOrderAttemptOf(orderId: string): string {
  return deriveId('payment-attempt', orderId, 'with-order');
}

/** The bill version of a new order. */
const FIRST_BILL = 1;

/**
 * `isPastBound`: the unpaid holds exceed a limit, so an order that comes with a payment is held for a short time only.
 * `refused`: nothing was written.
 */
export type InsertedOrder =
  | { readonly order: OrderRow; readonly isNew: boolean; readonly isPastBound: boolean }
  | { readonly refused: { readonly unpaid: UnpaidBound } | { readonly card: CardRefusal } };

/**
 * Writes the order in `placing` with lines, contact and its first event: one statement, so one transaction and one
 * round trip, since every customer who orders waits for it. If the id exists, it changes nothing and returns the
 * existing row: compare its `requestHash`.
 */
export async function insertOrder(orders: Database, input: NewOrder): Promise<InsertedOrder> {
  const em = orders.em.fork();
  const { holder, payment } = input;
  const unpaid = judgeUnpaid(holder, holder.wanted, holder.bounds);
  const card = judgeCard(payment?.card ?? NO_CARD, undefined, 'unpaid');
  const row = await queryFirst<JudgedRow>(
    em,
    sql`with ${unpaid}, ${card}, ${insertion(input)}
     select bound.reached, card.refused, (select to_json(placed) from placed) as placed from bound, card`,
  );
  const isPastBound = row!.reached !== null;
  if (row!.placed) return { order: mapRows(em, OrderEntity, [row!.placed])[0]!, isNew: true, isPastBound };
  const before = await selectRow(em, OrderEntity, sql`id = ${input.id}`);
  if (before) return { order: before, isNew: false, isPastBound };
  if (payment) return { refused: { card: row!.refused ?? 'pieces' } };
  return { refused: { unpaid: row!.reached! } };
}

/** The checks of a new order, and its row if it was written. */
interface JudgedRow {
  readonly placed: object | null;
  readonly reached: UnpaidBound | null;
  readonly refused: CardRefusal | null;
}

/** An order without a payment has no card. */
const NO_CARD: CardSource = { network: null, bounds: { perPayer: 1, perNetwork: 1 } };

/** Writes the order with all its rows, if `bound` and `card` allow it. */
function insertion(input: NewOrder): Sql {
  const { id, holder, payment } = input;
  const host = hostOf(id);
  const firstAttempt = firstAttemptOf(id);
  const totalAmount = input.lines.reduce((sum, line) => sum + line.amount, 0);
  const people = [{ ...input.contact, id: host, userId: input.userId }, ...(input.others ?? [])];
  const lines = input.lines.map((line, position) => ({
    participantId: host,
    sharedBetween: [line.participantId ?? host],
    ...line,
    id: deriveId('line', id, position),
    position,
  }));
  const placed = { status: 'placing', amount: totalAmount } satisfies EventData;
  return sql`placed as (
    insert into orders (id, status, version, bill_version, currency, total_amount, place,
      host_participant_id, user_id, request_hash, accept_before, pays_later, held_by, network)
    select ${id}::uuid, 'placing', 1, 1, ${input.currency}, ${totalAmount}::int, ${input.place && JSON.stringify(input.place)}::jsonb, ${host}::uuid, ${input.userId}, ${input.requestHash},
      clock_timestamp() + make_interval(secs => ${input.acceptForMs / 1000}), ${payment === undefined}::boolean, ${holder.guest}, ${holder.network}
    from bound, card
    where ${payment === undefined ? sql`bound.reached is null` : sql`not bound.too_many and card.refused is null`}
    on conflict (id) do nothing
    returning *),
  person as (
    insert into participants (id, order_id, name, email, email_proven, language, user_id, created_at)
    select person.id, placed.id, person.name, person.email, person."isProven", coalesce(person.language, 'en'), person."userId", placed.created_at
    from placed, json_to_recordset(${JSON.stringify(people)}::json) as person (id uuid, name text, email text, "isProven" boolean,
      language text, "userId" text)),
  line as (
    insert into lines (id, order_id, position, participant_id, shared_between, if_sold_out, ${PRICED_COLUMNS})
    select given.id, placed.id, given.position, given."participantId", given."sharedBetween", ${input.ifSoldOut ?? 'leave_out'}, ${PRICED_VALUES}
    from placed, json_to_recordset(${JSON.stringify(lines)}::json) as given (id uuid, position int, "participantId" uuid,
      "sharedBetween" uuid[], ${PRICED_FIELDS})),
  attempt as (
    insert into payment_attempts (id, order_id, share_id, participant_id, request_hash, payment_method_id, tip_amount,
      user_id, stripe_customer_id, save_card, network, created_at)
    select ${firstAttempt.attemptId}::uuid, id, ${firstAttempt.shareId}::uuid, host_participant_id, request_hash, ${payment?.paymentMethodId ?? null}, ${payment?.tipAmount ?? 0}::int, user_id, ${payment?.account.stripeCustomerId ?? null}, ${payment?.account.saveCard ?? false}::boolean, ${payment?.card.network ?? null}, created_at
    from placed where ${sql.lit(payment !== undefined)}),
  event as (
    insert into order_events (order_id, version, type, at, actor, actor_id, dedupe_key, data)
    select id, 1, 'placed', created_at, 'host', ${input.userId ?? host}, 'placed', ${JSON.stringify(placed)}::jsonb from placed)`;
}

/** An order whose hold must be decided. */
export interface HoldRequest extends Standing {
  /** The deadline of its hold; null before it is held, and once it needs none. */
  readonly deadline: Date | null;
  readonly isLate: boolean;
  readonly billVersion: number;
  readonly currency: string;
  readonly totalAmount: number;
  readonly lines: readonly HoldLine[];
  /** The rule by which a round's bill becomes shares, and the people among whom; null: everybody pays her own. */
  readonly split: Split | null;
  /** It is confirmed unpaid, and so has no shares: its tab is paid in parts. */
  readonly paidAfter: boolean;
  readonly participantIds: readonly string[] | null;
  /** The attempt to pay that came with it. */
  readonly attempt: FirstAttempt | null;
}

type HoldLine = StockItem & {
  readonly id: string;
  /** In minor units, tax included. */
  readonly amount: number;
  /** The participants who share this line, at least one, and the weight of each; no weights: all alike. */
  readonly sharedBetween: readonly string[];
  readonly weights: readonly number[] | null;
};

/** Reads what the decision on an order's hold needs, in one query. Its lines don't change any more. */
export async function readHoldRequest(orders: Database, orderId: string): Promise<HoldRequest | undefined> {
  const [row] = await query<HoldRequest & { deadline: string | null }>(
    orders.em.fork(),
    sql`select o.status, o.version, o.attention, o.deadline, clock_timestamp() > o.accept_before as "isLate", o.bill_version as "billVersion", o.currency,
       o.total_amount as "totalAmount",
       (select json_agg(json_build_object('id', id, 'variantId', variant_id, 'quantity', quantity,
          'amount', amount, 'sharedBetween', shared_between, 'weights', weights) order by position)
        from lines where order_id = o.id) as lines,
       o.split, o.paid_after as "paidAfter", case when o.split is not null then
         (select json_agg(id order by id) from participants where order_id = o.id) end as "participantIds",
       (select json_build_object('id', id, 'shareId', share_id, 'paymentMethodId', payment_method_id, 'tipAmount', tip_amount,
          'stripeCustomerId', stripe_customer_id)
        from payment_attempts where id = ${firstAttemptOf(orderId).attemptId}) as "attempt"
     from orders o where o.id = ${orderId}`,
  );
  return row && { ...row, deadline: row.deadline === null ? null : new Date(row.deadline) };
}

/** Returns the shares of an order's bill, with the part of each line that each pays. */
function sharesOf(
  orderId: string,
  held: Pick<HoldRequest, 'lines' | 'currency' | 'billVersion' | 'split' | 'participantIds'>,
): (NewShare & { readonly allocations: readonly Allocation[] })[] {
  return splitHeld(orderId, held).map((share) => ({
    ...share,
    id: shareIdOf(orderId, held.billVersion, share.participantId),
  }));
}

function splitHeld(
  orderId: string,
  held: Pick<HoldRequest, 'lines' | 'currency' | 'split' | 'participantIds'>,
): readonly AllocatedShare[] {
  const { currency, split, participantIds } = held;
  const lines = held.lines.map((line) => ({ ...line, sharedBetween: sharersOf(line) }));
  if (!split) return allocateBill({ currency, lines });
  const result = splitBill({ currency, lines, participantIds: participantIds ?? [], split });
  if (!result.ok)
    throw new Error(`order ${orderId} cannot be split as it was sent: ${JSON.stringify(result.problem)}`);
  return result.shares;
}

/**
 * Books that the stock is held: fixes the bill's shares, sets the deadline, `placing` → `awaiting_payment`, and begins
 * the payment that came with the order. Returns the order's standing: still `placing` when the time to accept it has
 * passed meanwhile, or further when another run decided; with the shares to collect if this run decided. Safe to repeat.
 */
export async function recordHeld(
  orders: Database,
  orderId: string,
  held: Omit<HoldRequest, keyof Standing> & { readonly deadline: Date; readonly payLater: boolean },
): Promise<Standing & { readonly owed?: readonly OwedShare[] }> {
  const { attempt } = held;
  const shares = held.paidAfter ? [] : sharesOf(orderId, held);
  const allocations = shares.flatMap((share) =>
    share.allocations.map((allocation) => ({ ...allocation, shareId: share.id })),
  );
  const paid = held.payLater
    ? undefined
    : shares.find(({ id, amount }) => id === attempt?.shareId && amount > 0);
  const first = paid && attempt && beginFirstPayment({ ...held, orderId, share: paid, attempt });
  const recorded = await changeOrderAtOnce(orders, {
    orderId,
    from: 'placing',
    given: sql`clock_timestamp() <= o.accept_before`,
    set: sql`deadline = ${held.deadline}`,
    parts: [
      ...fixShares(shares, first?.payment),
      sql`allocation as (
          insert into allocations (share_id, line_id, amount)
          select given."shareId", given."lineId", given.amount
          from before, json_to_recordset(${JSON.stringify(allocations)}::json) as given ("shareId" uuid, "lineId" uuid, amount int))`,
      ...(first?.parts ?? []),
      // Its people hear of a round that is paid after once it is confirmed, at the next moment.
      ...(held.payLater && !held.paidAfter ? [mailsPart([{ type: 'order_received' }])] : []),
    ],
    to: 'awaiting_payment',
    events: [
      { type: 'held', dedupeKey: 'held', perBill: true, data: { amount: held.totalAmount } },
      ...(first ? [first.event] : []),
    ],
  });
  if (!recorded) return readStanding(orders, orderId);
  return { ...recorded, owed: shares.map(({ id, amount }) => ({ id, isPaid: amount === 0 })) };
}

/** Books that an order could not be accepted: `placing` → `rejected`. Changes nothing if the order has moved on. */
export async function recordRejected(
  orders: Database,
  orderId: string,
  reason: EndReason,
  shortages: readonly Shortage[],
): Promise<Standing> {
  const { order } = await changeOrder(orders, orderId, 'rejected', async (order, em) => {
    if (order.status !== 'placing') return undefined;
    order.status = 'rejected';
    order.reason = reason;
    const data = { reason, ...(shortages.length > 0 && { shortages }) };
    await tellTab(em, order, { type: 'round_ended', follows: 'rejected', data });
    await returnLines(em, order);
    return { type: 'rejected', data };
  });
  return order;
}

export interface OverdueOrder {
  readonly orderId: string;
  readonly totalAmount: number;
  readonly currency: string;
  readonly tabId: string | null;
}

/** Returns claims on parts of tabs that should have ended by themselves. */
export async function listOverdueClaims(orders: Database, limit: number): Promise<string[]> {
  const rows = await query<{ id: string }>(
    orders.em.fork(),
    sql`select id from orders where kind = 'settlement' and status = 'awaiting_payment'
          and deadline < now() - interval '10 seconds' order by deadline limit ${limit}`,
  );
  return rows.map(({ id }) => id);
}

/** Returns orders whose hold was not decided in time: their workflow never started, or no worker was available. */
export async function listOverduePlacing(orders: Database, limit: number): Promise<OverdueOrder[]> {
  return query(
    orders.em.fork(),
    sql`select id as "orderId", total_amount as "totalAmount", currency, tab_id as "tabId" from orders
        where status = 'placing' and accept_before < now() - interval '10 seconds'
        order by created_at limit ${limit}`,
  );
}
