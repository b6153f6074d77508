import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { query } from '../../sql.ts';

/** The parts of the catalog that an open menu must keep up to date. */
export interface MenuState {
  /** Units for sale now, by variant on the menu. */
  readonly available: ReadonlyMap<string, number>;
  /** Changes with every product: name, price, picture, place, and whether it is on the menu. */
  readonly edition: string;
}

/** Reads the state of the menu in one statement, small enough to run every second. */
export async function readMenuState(catalog: Database): Promise<MenuState> {
  const rows = await query<{ id: string; available: number; productId: string; version: number }>(
    catalog.em.fork(),
    sql`select v.id, v.available, p.id as "productId", p.version
       from products p join variants v on v.product_id = p.id and v.active
       where p.active order by p.position, p.id, v.position, v.id`,
  );
  return {
    available: new Map(rows.map(({ id, available }) => [id, available])),
    edition: rows.map(({ id, productId, version }) => `${id} ${productId} ${version}`).join(),
  };
}
