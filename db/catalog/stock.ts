/**
 * Stock and the holds on it. Every function is safe to repeat: what an order already holds is not held again,
 * and a hold that left a status is not moved out of it twice. Variants are always locked in the order of their
 * ids, so that two orders never wait for each other.
 */

import type { Database } from '../database.ts';
import { sqlList } from '../sql-list.ts';

/** What an order wants of one variant. */
export interface StockItem {
  readonly variantId: string;
  readonly quantity: number;
}

/** What is missing of one variant. */
export interface Shortage {
  readonly variantId: string;
  readonly requested: number;
  readonly available: number;
}

class OutOfStock extends Error {}

/**
 * Holds all of `items` for the order, or nothing. Answers the shortages: an empty list means held. Repeated
 * for an order that holds already, it answers held without touching the stock.
 */
export async function holdStock(
  catalog: Database,
  hold: { orderId: string; deadline: Date; items: readonly StockItem[] },
): Promise<Shortage[]> {
  const items = [...hold.items].sort((left, right) => (left.variantId < right.variantId ? -1 : 1));
  const em = catalog.em.fork();
  try {
    await em.transactional(async (tx) => {
      for (const { variantId, quantity } of items) {
        const inserted = await tx.execute(
          `insert into holds (order_id, variant_id, quantity, status, deadline)
           values (?, ?, ?, 'live', ?) on conflict do nothing`,
          [hold.orderId, variantId, quantity, hold.deadline],
          'run',
        );
        if (affected(inserted) === 0) continue;
        const taken = await tx.execute(
          `update variants set available = available - ? where id = ? and available >= ?`,
          [quantity, variantId, quantity],
          'run',
        );
        if (affected(taken) === 0) throw new OutOfStock();
      }
    });
    return [];
  } catch (error) {
    if (error instanceof OutOfStock) return findShortages(catalog, items);
    throw error;
  }
}

async function findShortages(catalog: Database, items: readonly StockItem[]): Promise<Shortage[]> {
  const rows = await catalog.em
    .fork()
    .execute<{ id: string; available: number }[]>(`select id, available from variants where id = any(?)`, [
      sqlList(items.map((item) => item.variantId)),
    ]);
  const available = new Map(rows.map((row) => [row.id, row.available]));
  const wanted = items.map(({ variantId, quantity }) => ({
    variantId,
    requested: quantity,
    available: available.get(variantId) ?? 0,
  }));
  const short = wanted.filter((item) => item.available < item.requested);
  // Stock may have come back since the refusal: then the refusal is still named, with what was asked for.
  return short.length > 0 ? short : wanted.slice(0, 1);
}

/** Takes the deadline off an order's hold: live → committed. Answers false when nothing live or committed is held. */
export async function commitHold(catalog: Database, orderId: string): Promise<boolean> {
  const rows = await catalog.em.fork().execute<{ status: string }[]>(
    `update holds set status = 'committed', updated_at = now()
       where order_id = ? and status in ('live', 'committed') returning status`,
    [orderId],
  );
  return rows.length > 0;
}

/** Books an order's committed hold as sold. */
export async function sellHold(catalog: Database, orderId: string): Promise<void> {
  await catalog.em
    .fork()
    .execute(
      `update holds set status = 'sold', updated_at = now() where order_id = ? and status = 'committed'`,
      [orderId],
      'run',
    );
}

/**
 * Gives an order's hold back to the stock. `sold` units come back only with `restock`; without it they stay
 * sold. What was released before is not released again.
 */
export async function releaseHold(
  catalog: Database,
  orderId: string,
  options: { restock?: boolean } = {},
): Promise<void> {
  const statuses = options.restock ? ['live', 'committed', 'sold'] : ['live', 'committed'];
  await catalog.em.fork().transactional(async (tx) => {
    await tx.execute(
      `select v.id from variants v join holds h on h.variant_id = v.id
       where h.order_id = ? order by v.id for update of v`,
      [orderId],
    );
    await tx.execute(
      `with released as (
         update holds set status = 'released', updated_at = now()
         where order_id = ? and status = any(?) returning variant_id, quantity - returned as quantity)
       update variants v set available = available + released.quantity
       from released where v.id = released.variant_id`,
      [orderId, sqlList(statuses)],
      'run',
    );
  });
}

/**
 * Puts sold units back on sale that come back with a refund; at most what the order still has of each variant.
 * Repeated for the same refund, nothing more comes back.
 */
export async function returnStock(
  catalog: Database,
  refund: { id: string; orderId: string; items: readonly StockItem[] },
): Promise<void> {
  const items = [...refund.items].sort((left, right) => (left.variantId < right.variantId ? -1 : 1));
  await catalog.em.fork().transactional(async (tx) => {
    for (const { variantId, quantity } of items) {
      await tx.execute(
        `with returned as (
           update holds h set returned = h.returned + least(?, h.quantity - h.returned), updated_at = now()
           where h.order_id = ? and h.variant_id = ? and h.status = 'sold' and h.returned < h.quantity
             and not exists (select 1 from stock_returns r where r.refund_id = ? and r.variant_id = h.variant_id)
           returning h.variant_id, least(?, h.quantity - (select b.returned from holds b
             where b.order_id = h.order_id and b.variant_id = h.variant_id)) as quantity),
         noted as (
           insert into stock_returns (refund_id, variant_id, quantity)
           select ?, variant_id, quantity from returned returning variant_id, quantity)
         update variants v set available = available + noted.quantity from noted where v.id = noted.variant_id`,
        [quantity, refund.orderId, variantId, refund.id, quantity, refund.id],
        'run',
      );
    }
  });
}

/** Sets what is available of a variant now; holds stay. Answers false for an unknown variant. */
export async function setAvailable(
  catalog: Database,
  variantId: string,
  available: number,
): Promise<boolean> {
  const result = await catalog.em
    .fork()
    .execute(
      `update variants set received = received - available + ?, available = ? where id = ?`,
      [available, available, variantId],
      'run',
    );
  return affected(result) > 0;
}

function affected(result: unknown): number {
  return (result as { affectedRows: number }).affectedRows;
}
