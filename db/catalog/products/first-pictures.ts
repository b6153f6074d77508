import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { query } from '../../sql.ts';

/**
 * Returns the URLs of the pictures that a menu shows first: those of the first `count` products of its first category,
 * in menu order.
 */
export async function readFirstPictures(catalog: Database, count: number): Promise<string[]> {
  const rows = await query<{ readonly picture: string | null }>(
    catalog.em.fork(),
    sql`select picture from products
     where active and category = (select category from products where active order by position, id limit 1)
     order by position, id limit ${count}`,
  );
  return rows.flatMap(({ picture }) => (picture ? [`/api/images/${picture}.webp`] : []));
}
