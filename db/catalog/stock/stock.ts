/**
 * Stock and the holds on it. Every function is safe to repeat: units that an order already holds are not held again,
 * and a hold leaves each status only once. Variants are always locked in the order of their ids, so that orders never
 * deadlock.
 */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { anyOf, literals, query, run, type Runner, type Sql } from '../../sql.ts';
import { HOLD_STATUSES } from '../entities.ts';
import { noteChanges } from '../products/changes.ts';

type HoldStatus = (typeof HOLD_STATUSES)[number];
/** Units that are not on sale. */
const HELD = HOLD_STATUSES.filter((status) => status !== 'released');
const UNSOLD = ['live', 'committed'] as const satisfies readonly HoldStatus[];

/** An order's demand for one variant. */
export interface StockItem {
  readonly variantId: string;
  readonly quantity: number;
}

/** A shortage of one variant. */
export interface Shortage {
  readonly variantId: string;
  readonly requested: number;
  readonly available: number;
}

/** An order's hold, and its deadline. */
interface Hold {
  readonly orderId: string;
  readonly deadline: Date;
  readonly items: readonly StockItem[];
}

/**
 * Holds all of `items` for the order, or nothing, in one statement, so that the lock on a popular variant is short.
 * Returns the shortages: an empty list means held. Repeated for an order that already holds, it returns held without
 * touching the stock; a released hold is taken again.
 */
export async function holdStock(catalog: Database, hold: Hold): Promise<Shortage[]> {
  const [held] = await query<{ fits: boolean }>(catalog.em.fork(), holdStatement(hold));
  return held!.fits ? [] : findShortages(catalog, hold);
}

/**
 * Only rows written as held take stock: of two concurrent runs for one order, the second finds the first one's rows.
 */
function holdStatement({ orderId, deadline, items }: Hold): Sql {
  return sql`with wanted as (
    select v.id, v.available, given.quantity, h.status
    from json_to_recordset(${JSON.stringify(items)}::json) as given ("variantId" uuid, quantity int)
      join variants v on v.id = given."variantId"
      left join holds h on h.order_id = ${orderId} and h.variant_id = v.id
    order by v.id for no key update of v),
  decision as (
    select count(*) = ${items.length}::int and bool_and(coalesce(status, 'released') <> 'released' or available >= quantity) as fits
    from wanted),
  fresh as (
    insert into holds (order_id, variant_id, quantity, status, deadline)
    select ${orderId}::uuid, id, quantity, 'live', ${deadline}::timestamptz from wanted, decision where fits and status is null
    on conflict do nothing returning variant_id, quantity),
  again as (
    update holds set quantity = wanted.quantity, returned = 0, status = 'live', deadline = ${deadline}, updated_at = now()
    from wanted, decision
    where fits and holds.order_id = ${orderId} and holds.variant_id = wanted.id and holds.status = 'released'
    returning variant_id, holds.quantity),
  held as materialized (select * from fresh union all select * from again),
  taken as (
    update variants v set available = v.available - held.quantity from held where v.id = held.variant_id)
  select coalesce(fits, false) as fits from decision`;
}

async function findShortages(
  catalog: Database,
  { orderId, items }: { orderId: string; items: readonly StockItem[] },
): Promise<Shortage[]> {
  const rows = await query<{ id: string; available: number; isHeld: boolean }>(
    catalog.em.fork(),
    sql`select v.id, v.available, exists (
       select from holds where order_id = ${orderId} and variant_id = v.id and status <> 'released') as "isHeld"
     from variants v where v.id = ${anyOf(items.map((item) => item.variantId))}`,
  );
  // Another run for this order was first: its units are not missing.
  if (rows.length === items.length && rows.every(({ isHeld }) => isHeld)) return [];
  const available = new Map(rows.map((row) => [row.id, row.available]));
  const wanted = items.map(({ variantId, quantity }) => ({
    variantId,
    requested: quantity,
    available: available.get(variantId) ?? 0,
  }));
  const short = wanted.filter((item) => item.available < item.requested);
  // Stock may have come back since the refusal: then the refusal is still reported, with the requested quantities.
  return short.length > 0 ? short : wanted.slice(0, 1);
}

/** Removes the deadline from an order's hold: live → committed. Returns false when nothing is held or sold for it. */
export async function commitHold(catalog: Database, orderId: string): Promise<boolean> {
  const rows = await query<{ status: string }>(
    catalog.em.fork(),
    sql`update holds set status = case status when 'live' then 'committed' else status end, updated_at = now()
       where order_id = ${orderId} and status in (${literals(HELD)}) returning status`,
  );
  return rows.length > 0;
}

/** Marks an order's committed hold as sold. */
export async function sellHold(catalog: Database, orderId: string): Promise<void> {
  await run(
    catalog.em.fork(),
    sql`update holds set status = 'sold', updated_at = now() where order_id = ${orderId} and status = 'committed'`,
  );
}

/**
 * Releases an order's hold to the stock. `sold` units return only with `restock`; without it they stay sold. A released
 * hold is not released again.
 */
export async function releaseHold(
  catalog: Database,
  orderId: string,
  options: { restock?: boolean } = {},
): Promise<void> {
  const statuses = options.restock ? HELD : UNSOLD;
  await catalog.em.fork().transactional(async (tx) => {
    await lockVariantsOf(tx, orderId);
    await run(
      tx,
      sql`with released as (
         update holds set status = 'released', updated_at = now()
         where order_id = ${orderId} and status in (${literals(statuses)}) returning variant_id, quantity - returned as quantity)
       update variants v set available = available + released.quantity
       from released where v.id = released.variant_id`,
    );
  });
}

/** Holds what an order still holds unpaid until a later deadline. */
export async function extendHold(catalog: Database, orderId: string, deadline: Date): Promise<void> {
  await run(
    catalog.em.fork(),
    sql`update holds set deadline = greatest(deadline, ${deadline}), updated_at = now()
        where order_id = ${orderId} and status = 'live'`,
  );
}

/**
 * Lowers an order's hold to these quantities, while nothing of it is sold; the rest is on sale again. It is never
 * raised, so repeats and late runs with more goods change nothing.
 */
export async function lowerHold(
  catalog: Database,
  orderId: string,
  items: readonly StockItem[],
): Promise<void> {
  await catalog.em.fork().transactional(async (tx) => {
    await lockVariantsOf(tx, orderId);
    await run(
      tx,
      sql`with needed as (
         select h.variant_id, coalesce(given.quantity, 0) as quantity
         from holds h left join json_to_recordset(${JSON.stringify(items)}::json) as given ("variantId" uuid, quantity int)
           on given."variantId" = h.variant_id
         where h.order_id = ${orderId}),
       lowered as (
         update holds h set updated_at = now(),
           status = case when needed.quantity > 0 then h.status else 'released' end,
           quantity = case when needed.quantity > 0 then needed.quantity else h.quantity end
         from needed
         where h.order_id = ${orderId} and h.variant_id = needed.variant_id and h.status in (${literals(UNSOLD)})
           and h.quantity > needed.quantity
         returning h.variant_id, old.quantity - needed.quantity as quantity)
       update variants v set available = available + lowered.quantity from lowered where v.id = lowered.variant_id`,
    );
  });
}

/**
 * Makes what a change holds, by its id, a part of what its order has sold. A hold that was joined is gone, so repeats
 * change nothing.
 */
export async function joinHold(
  catalog: Database,
  { changeId, orderId }: { changeId: string; orderId: string },
): Promise<void> {
  await catalog.em.fork().transactional(async (tx) => {
    await lockVariantsOf(tx, changeId);
    await run(
      tx,
      sql`with joined as (
         delete from holds where order_id = ${changeId} and status in (${literals(UNSOLD)})
         returning variant_id, quantity, deadline)
       insert into holds as h (order_id, variant_id, quantity, status, deadline)
       select ${orderId}::uuid, variant_id, quantity, 'sold', deadline from joined
       on conflict (order_id, variant_id) do update set quantity = h.quantity + excluded.quantity, updated_at = now()`,
    );
  });
}

/**
 * Puts refunded units back on sale; at most what the order still has of each variant. Units that have run out, `areGone`,
 * are taken off what was received instead. Repeated for the same refund, it changes nothing.
 */
export async function returnStock(
  catalog: Database,
  refund: { id: string; orderId: string; items: readonly StockItem[]; areGone?: boolean },
): Promise<void> {
  await catalog.em.fork().transactional(async (tx) => {
    await lockVariantsOf(tx, refund.orderId);
    for (const { variantId, quantity } of sumByVariant(refund.items)) {
      await run(
        tx,
        sql`with noted as (
           insert into stock_returns (refund_id, variant_id, quantity)
           select ${refund.id}, variant_id, least(${quantity}, quantity - returned) from holds
           where order_id = ${refund.orderId} and variant_id = ${variantId} and status = 'sold' and returned < quantity
           on conflict do nothing returning variant_id, quantity),
         returned as (
           update holds h set returned = h.returned + noted.quantity, updated_at = now()
           from noted where h.order_id = ${refund.orderId} and h.variant_id = noted.variant_id)
         update variants v set ${moved(refund)} from noted where v.id = noted.variant_id`,
      );
    }
  });
}

/**
 * Takes units that a change has taken off an order out of what it has sold, and puts them on sale; units that have run
 * out, `areGone`, are taken off what was received instead, and so are never on sale again. Repeated for the same change, it
 * changes nothing.
 */
export async function takeOffHold(
  catalog: Database,
  change: { id: string; orderId: string; items: readonly StockItem[]; areGone?: boolean },
): Promise<void> {
  await catalog.em.fork().transactional(async (tx) => {
    await lockVariantsOf(tx, change.orderId);
    for (const { variantId, quantity } of sumByVariant(change.items)) {
      await run(
        tx,
        sql`with noted as (
           insert into stock_returns (refund_id, variant_id, quantity)
           select ${change.id}, variant_id, least(${quantity}, quantity - returned) from holds
           where order_id = ${change.orderId} and variant_id = ${variantId} and status = 'sold' and returned < quantity
           on conflict do nothing returning variant_id, quantity),
         gone as (
           delete from holds h using noted
           where h.order_id = ${change.orderId} and h.variant_id = noted.variant_id and h.quantity = noted.quantity),
         lowered as (
           update holds h set quantity = h.quantity - noted.quantity, updated_at = now() from noted
           where h.order_id = ${change.orderId} and h.variant_id = noted.variant_id and h.quantity > noted.quantity)
         update variants v set ${moved(change)} from noted where v.id = noted.variant_id`,
      );
    }
  });
}

/** What becomes of units that an order gives back: they are on sale, or, once they are gone, were never received. */
function moved({ areGone = false }: { areGone?: boolean }): Sql {
  return areGone
    ? sql`received = v.received - noted.quantity`
    : sql`available = v.available + noted.quantity`;
}

/** Serializes changes to an order's holds; the next one then sees the result. */
async function lockVariantsOf(tx: Runner, orderId: string): Promise<void> {
  await run(
    tx,
    sql`select v.id from variants v join holds h on h.variant_id = v.id
     where h.order_id = ${orderId} order by v.id for no key update of v`,
  );
}

/** Returns the units per variant. */
export function sumByVariant(items: readonly StockItem[]): StockItem[] {
  const quantities = new Map<string, number>();
  for (const { variantId, quantity } of items) {
    quantities.set(variantId, (quantities.get(variantId) ?? 0) + quantity);
  }
  return [...quantities].map(([variantId, quantity]) => ({ variantId, quantity }));
}

/** Sets a variant's available units; holds stay. Returns false for an unknown variant. */
export async function setAvailable(
  catalog: Database,
  variantId: string,
  available: number,
  actorId?: string,
): Promise<boolean> {
  return catalog.em.fork().transactional(async (tx) => {
    const [before] = await query<{ productId: string; name: string; available: number }>(
      tx,
      sql`select product_id as "productId", name, available from variants where id = ${variantId} for no key update`,
    );
    if (!before) return false;
    await run(
      tx,
      sql`update variants set received = received - available + ${available}, available = ${available} where id = ${variantId}`,
    );
    const data = { from: before.available, to: available, variant: before.name };
    await noteChanges(tx, before.productId, actorId, [{ type: 'counted', variantId, data }]);
    return true;
  });
}
