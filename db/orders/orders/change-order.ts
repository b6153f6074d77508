/**
 * The ways to change an order: its row and the event of the next version, in one transaction, once. `changeOrder` reads
 * first and decides in code; `changeOrderAtOnce` is one statement, for the steps of every order.
 */

import { sql } from 'kysely';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { EventData, EventType } from '../../../domain/events.ts';
import type { AttentionReason } from '../../../domain/failures.ts';
import { isTransition, type Actor, type OrderStatus } from '../../../domain/order.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { list, mapRows, query, queryFirst, run, selectRow, type Sql } from '../../sql.ts';
import { tabNewsParts, type TabNews } from '../tabs/tell-tab.ts';
import { changedColumns } from '../changed-columns.ts';
import { EventEntity, OrderEntity, type EventRow, type OrderRow } from '../entities/order.ts';

export type OrdersManager = SqlEntityManager;

/** An event from the step that causes it; a staff member's always has her id. */
export type EventDraft = {
  readonly type: EventType;
  readonly data?: Omit<EventData, 'status'>;
} & (
  | { readonly actor?: 'host' | 'workflow'; readonly actorId?: string | null }
  | { readonly actor: 'agent'; readonly actorId: string }
);

/** Thrown when an order to be changed is not in the database. */
export class OrderMissing extends Error {
  constructor(orderId: string) {
    super(`order ${orderId} is not in the orders database`);
  }
}

/** Thrown when the transitions table doesn't allow a step for its actor; nothing was written. */
export class TransitionRefused extends Error {
  readonly from: OrderStatus;
  readonly to: OrderStatus;

  constructor(orderId: string, from: OrderStatus, to: OrderStatus) {
    super(`order ${orderId} is ${from}: it cannot become ${to}`);
    this.from = from;
    this.to = to;
  }
}

/** The result of a step. */
export interface Changed {
  /** The step's event, written now or by an earlier run; undefined if there was nothing to change. */
  readonly event: EventRow | undefined;
  /** Where the order stands now. */
  readonly order: Standing;
}

/** What alters an order under its row lock. */
type Change = (
  order: OrderRow,
  em: OrdersManager,
  version: number,
) => Promise<EventDraft | undefined> | EventDraft | undefined;

/**
 * Changes an order under its row lock: `change` alters the row and its related rows, and returns the event, or
 * undefined for no change. The event gets the next version. Repeated with the same `dedupeKey`, it changes nothing and
 * returns the first event. Entities loaded by `change` are written when it returns. Throws TransitionRefused, and
 * writes nothing, when the transitions table does not allow the new status.
 */
export async function changeOrder(
  orders: Database,
  orderId: string,
  dedupeKey: string,
  change: Change,
): Promise<Changed> {
  return orders.em.fork().transactional((em) => changeOrderIn(em, orderId, dedupeKey, change));
}

/** Like `changeOrder`, in the caller's transaction. */
export async function changeOrderIn(
  em: OrdersManager,
  orderId: string,
  dedupeKey: string,
  change: Change,
): Promise<Changed> {
  const { order, before } = await lockOrder(em, orderId, dedupeKey);
  const found = { ...order };
  if (before) return { event: before, order: standingOf(found) };
  const version = order.version + 1;
  const draft = await change(order, em, version);
  if (!draft) return { event: undefined, order: standingOf(found) };
  assertTransition(orderId, found.status, order.status, draft.actor);
  order.version = version;
  order.updatedAt = new Date();
  const event: EventRow = {
    orderId,
    version,
    type: draft.type,
    at: order.updatedAt,
    actor: draft.actor ?? 'workflow',
    actorId: draft.actorId ?? null,
    dedupeKey,
    data: { status: order.status, ...draft.data },
  };
  await writeChange(em, found, order, event);
  return { event, order: standingOf(order) };
}

function assertTransition(orderId: string, from: OrderStatus, to: OrderStatus, by: Actor = 'workflow'): void {
  if (from !== to && !isTransition(from, to, by)) throw new TransitionRefused(orderId, from, to);
}

/** A row with an order's standing: no number is null in it. */
export type StandingRow = Omit<Standing, 'number'> & { readonly number?: number | null | undefined };

/** Returns an order's standing, from its row. */
export function standingOf({ status, version, attention, number }: StandingRow): Standing {
  return { status, version, attention, ...(number != null && { number }) };
}

/** Reads an order's standing. Throws OrderMissing. */
export async function readStanding(orders: Database, orderId: string): Promise<Standing> {
  const [row] = await query<StandingRow>(
    orders.em.fork(),
    sql`select status, version, attention, number from orders where id = ${orderId}`,
  );
  if (!row) throw new OrderMissing(orderId);
  return standingOf(row);
}

/** Adds a reason for attention to an order's row, after its present ones or, with `first`, before them. */
export function askForPerson(order: OrderRow, reason: AttentionReason, { first = false } = {}): void {
  if (order.attention.includes(reason)) return;
  order.attention = first ? [reason, ...order.attention] : [...order.attention, reason];
}

/** Removes a reason for attention from an order's row. */
export function noteSeenTo(order: OrderRow, reason: AttentionReason): void {
  order.attention = order.attention.filter((each) => each !== reason);
}

/**
 * Locks the order's row, always the first lock on anything of an order (ADR 8), and returns it, with this step's event
 * if it exists. If the lock was waited for, PostgreSQL reads the event from the earlier snapshot. The row's version
 * then differs from the one first seen, and the event is read again.
 */
async function lockOrder(
  em: OrdersManager,
  orderId: string,
  dedupeKey: string,
): Promise<{ order: OrderRow; before: EventRow | undefined }> {
  const [row] = await query<{ version: number; seen: number; before: object | null }>(
    em,
    sql`select o.*, seen.version as seen, to_json(e) as before
     from orders o join orders seen on seen.id = o.id
       left join order_events e on e.order_id = o.id and e.dedupe_key = ${dedupeKey}
     where o.id = ${orderId} for no key update of o`,
  );
  if (!row) throw new OrderMissing(orderId);
  const { seen, before: early, ...columns } = row;
  const before =
    seen === row.version
      ? mapRows(em, EventEntity, early ? [early] : [])[0]
      : await selectRow(em, EventEntity, sql`order_id = ${orderId} and dedupe_key = ${dedupeKey}`);
  return { order: mapRows(em, OrderEntity, [columns])[0]!, before };
}

/** A change of an order in one statement. */
export interface ChangeAtOnce {
  readonly orderId: string;
  /** The required status, which the order no longer has once it was changed: then nothing is written. */
  readonly from: OrderStatus;
  /** A further condition on the row, `o`, checked once it is locked. */
  readonly given?: Sql;
  /** Further assignments to the row, besides status, version and time. */
  readonly set?: Sql;
  /**
   * Further writes, as parts of the statement. They select from `before`, the order's old row, so that they write
   * nothing when it is empty.
   */
  readonly parts: readonly Sql[];
  /** Parts, by name, that must have written something; otherwise the order stays as it is. */
  readonly demands?: readonly string[];
  /** The order's next status, and its events. */
  readonly to: OrderStatus;
  /** One version each. `perBill`: once per version of the bill, instead of once per order. */
  readonly events: readonly (EventDraft & { readonly dedupeKey: string; readonly perBill?: boolean })[];
  /** What a round's tab tells of it, with its next version; nothing for an order without a tab. */
  readonly tabNews?: TabNews;
}

/**
 * Changes an order in one statement, so in one transaction and one round trip. Returns the order's new standing, or
 * undefined when nothing was written: the order doesn't meet the conditions, or was changed by this step before.
 * Concurrent changes wait for each other. Throws TransitionRefused when the transitions table doesn't allow the change.
 */
export async function changeOrderAtOnce(
  orders: Database,
  change: ChangeAtOnce,
): Promise<Standing | undefined> {
  const { orderId, parts, events } = change;
  assertTransition(orderId, change.from, change.to, events[0]?.actor);
  const demanded = sql.join(
    (change.demands ?? []).map((name) => sql` and exists (select from ${sql.id(name)})`),
    sql``,
  );
  const told = events.map(
    ({ type, actor = 'workflow', actorId = null, dedupeKey, perBill = false, data }, index) => ({
      position: index + 1,
      type,
      actor,
      actorId,
      dedupeKey,
      perBill,
      data: { status: change.to, ...data },
    }),
  );
  const event = sql`event as (
      insert into order_events (order_id, version, type, at, actor, actor_id, dedupe_key, data)
      select before.id, before.version + given.position, given.type, clock_timestamp(), given.actor, given."actorId",
        given."dedupeKey" || case when given."perBill" then ':' || before.bill_version else '' end, given.data
      from before, json_to_recordset(${JSON.stringify(told)}::json) as given (position int, type text, actor text,
        "actorId" text, "dedupeKey" text, "perBill" boolean, data jsonb)
      where true${demanded})`;
  const news = change.tabNews ? tabNewsParts(change.tabNews, demanded) : [];
  const row = await queryFirst<StandingRow>(
    orders.em.fork(),
    sql`with locked as (select * from orders where id = ${orderId} for no key update),
     before as materialized (select * from locked o where o.status = ${change.from} and ${change.given ?? sql`true`}),
     ${list([...parts, event, ...news])}
     update orders set status = ${change.to}, version = before.version + ${events.length},
       updated_at = clock_timestamp()${change.set ? sql`, ${change.set}` : sql``}
     from before where orders.id = before.id${demanded}
     returning orders.status, orders.version, orders.attention, orders.number`,
  );
  return row && standingOf(row);
}

/** Writes the differences between the two rows, and the event, in one statement. */
async function writeChange(
  em: OrdersManager,
  found: OrderRow,
  order: OrderRow,
  event: EventRow,
): Promise<void> {
  await run(
    em,
    sql`with event as (
       insert into order_events (order_id, version, type, at, actor, actor_id, dedupe_key, data)
       values (${event.orderId}, ${event.version}, ${event.type}, ${event.at}, ${event.actor}, ${event.actorId},
         ${event.dedupeKey}, ${JSON.stringify(event.data)}))
     update orders set ${list(changedColumns(em, OrderEntity, found, order))} where id = ${event.orderId}`,
  );
}
