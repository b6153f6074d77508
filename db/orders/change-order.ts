/**
 * The ways an order changes: its row and the event of the next version, in one transaction, once. `changeOrder` where
 * something must be read and thought about first; `changeOrderAtOnce`, one statement, for what every order goes through.
 */

import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { EventData, EventType } from '../../domain/events.ts';
import type { OrderStatus } from '../../domain/order.ts';
import type { Database } from '../database.ts';
import { mapRows, selectRow } from '../rows.ts';
import { EventEntity, OrderEntity, type EventRow, type OrderRow } from './entities/order.ts';

export type OrdersManager = SqlEntityManager;

/** What happened, as the step that did it says; one of the staff never acts without her id. */
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

/**
 * Changes an order under its row lock: `change` alters the row and what belongs to it and answers the event, or
 * undefined for no change. The event gets the next version. Repeated with the same `dedupeKey`, nothing is
 * changed and the first event is answered again. Entities that `change` loads are written when it has ended.
 */
export async function changeOrder(
  orders: Database,
  orderId: string,
  dedupeKey: string,
  change: (
    order: OrderRow,
    em: OrdersManager,
    version: number,
  ) => Promise<EventDraft | undefined> | EventDraft | undefined,
): Promise<EventRow | undefined> {
  return orders.em.fork().transactional(async (em) => {
    const { order, before } = await lockOrder(em, orderId, dedupeKey);
    if (before) return before;
    const found = { ...order };
    const version = order.version + 1;
    const draft = await change(order, em, version);
    if (!draft) return undefined;
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
    return event;
  });
}

/**
 * Locks the order's row, the first lock that anybody takes of what belongs to an order (ADR 8), and returns it, with the event of this step if it was done before. PostgreSQL reads the event
 * as it was before the lock was waited for, if it was: then the row's version is not the one seen at first, and the
 * event is looked for again.
 */
async function lockOrder(
  em: OrdersManager,
  orderId: string,
  dedupeKey: string,
): Promise<{ order: OrderRow; before: EventRow | undefined }> {
  const [row] = await em.execute<{ version: number; seen: number; before: object | null }[]>(
    `select o.*, seen.version as seen, to_json(e) as before
     from orders o join orders seen on seen.id = o.id
       left join order_events e on e.order_id = o.id and e.dedupe_key = ?
     where o.id = ? for no key update of o`,
    [dedupeKey, orderId],
  );
  if (!row) throw new OrderMissing(orderId);
  const { seen, before: early, ...columns } = row;
  const before =
    seen === row.version
      ? mapRows(em, EventEntity, early ? [early] : [])[0]
      : await selectRow(em, EventEntity, 'order_id = ? and dedupe_key = ?', [orderId, dedupeKey]);
  return { order: mapRows(em, OrderEntity, [columns])[0]!, before };
}

/** A part of a statement: common table expressions, and the values of their `?`s. */
export interface SqlPart {
  readonly sql: string;
  readonly values: readonly unknown[];
}

/** A change of an order that is one statement. */
export interface ChangeAtOnce {
  readonly orderId: string;
  /** What the order must be, and is not when it was changed before: then nothing is written. */
  readonly from: OrderStatus;
  /** A further condition on the row, `o`, looked at once it is locked. */
  readonly given?: SqlPart;
  /** What becomes of the row: assignments, besides version and time. */
  readonly set?: SqlPart;
  /**
   * What is written with it, as parts of the statement. They take their rows from `before`, the order as it was, so
   * that they write nothing where there is none; the status that its events tell is `status`.
   */
  readonly parts: readonly SqlPart[];
  /** Parts, by name, that must have written something, or the order stays as it is. */
  readonly demands?: readonly string[];
  readonly status: OrderStatus;
  /** One version each. */
  readonly events: readonly (EventDraft & { readonly dedupeKey: string })[];
}

/**
 * Changes an order in one statement, so in one transaction and one round trip. Answers whether it did: it does not when
 * the order is not as the change asks, or was changed by it before. Of two at the same time one waits for the other.
 */
export async function changeOrderAtOnce(orders: Database, change: ChangeAtOnce): Promise<boolean> {
  const { orderId, parts, events } = change;
  const demanded = (change.demands ?? []).map((name) => ` and exists (select from ${name})`).join('');
  const event = {
    sql: `event as (
      insert into order_events (order_id, version, type, at, actor, actor_id, dedupe_key, data)
      select before.id, before.version + given.position, given.type, clock_timestamp(), given.actor, given."actorId",
        given."dedupeKey", given.data
      from before, json_to_recordset(?::json) as given (position int, type text, actor text, "actorId" text,
        "dedupeKey" text, data jsonb)
      where true${demanded})`,
    values: [
      JSON.stringify(
        events.map(({ type, actor = 'workflow', actorId = null, dedupeKey, data }, index) => ({
          position: index + 1,
          type,
          actor,
          actorId,
          dedupeKey,
          data: { status: change.status, ...data },
        })),
      ),
    ],
  };
  const written = await orders.em.fork().execute<{ affectedRows: number }>(
    `with locked as (select * from orders where id = ? for no key update),
     before as materialized (
       select * from locked o where o.status = ? and ${change.given?.sql ?? 'true'}),
     ${[...parts, event].map(({ sql }) => sql).join(',\n')}
     update orders set version = before.version + ?, updated_at = clock_timestamp()${change.set ? `, ${change.set.sql}` : ''}
     from before where orders.id = before.id${demanded}`,
    [
      ...[orderId, change.from, ...(change.given?.values ?? [])],
      ...[...parts, event].flatMap(({ values }) => values),
      ...[events.length, ...(change.set?.values ?? [])],
    ],
    'run',
  );
  return written.affectedRows > 0;
}

/** Whether an order was changed by the step of this key. */
export async function wasChanged(orders: Database, orderId: string, dedupeKey: string): Promise<boolean> {
  const sql = `select exists (select from order_events where order_id = ? and dedupe_key = ?) as was`;
  const [row] = await orders.em.fork().execute<{ was: boolean }[]>(sql, [orderId, dedupeKey]);
  return row!.was;
}

/** Writes what differs between the two rows, and the event, in one statement. */
async function writeChange(
  em: OrdersManager,
  found: OrderRow,
  order: OrderRow,
  event: EventRow,
): Promise<void> {
  const { properties } = em.getMetadata().get(OrderEntity);
  const changed = (Object.keys(order) as (keyof OrderRow & string)[]).filter(
    (name) => order[name]?.valueOf() !== found[name]?.valueOf(),
  );
  const columns = changed.map((name) => `${properties[name].fieldNames[0]} = ?`);
  await em.execute(
    `with event as (
       insert into order_events (order_id, version, type, at, actor, actor_id, dedupe_key, data)
       values (?, ?, ?, ?, ?, ?, ?, ?))
     update orders set ${columns.join(', ')} where id = ?`,
    [
      event.orderId,
      event.version,
      event.type,
      event.at,
      event.actor,
      event.actorId,
      event.dedupeKey,
      JSON.stringify(event.data),
      ...changed.map((name) => order[name]),
      event.orderId,
    ],
    'run',
  );
}
