/** Rows read by SQL instead of through the unit of work, for what happens with every order: a quarter of the cost. */

import type { EntityName } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';

/**
 * The rows of an entity's table that `where` (SQL behind the word, with `?` for `values`) selects, with the entity's
 * names and types. They are plain: nothing tracks them, so nothing writes changes of theirs back.
 */
export async function selectRows<Row extends object>(
  em: SqlEntityManager,
  entity: EntityName<Row>,
  where: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const meta = em.getMetadata().get<Row>(entity);
  const rows = await em.execute<object[]>(`select * from ${meta.tableName} where ${where}`, [...values]);
  const driver = em.getDriver();
  return rows.map((row) => driver.mapResult<Row>(row as never, meta) as Row);
}

/** The first of them, or undefined. */
export async function selectRow<Row extends object>(
  em: SqlEntityManager,
  entity: EntityName<Row>,
  where: string,
  values: readonly unknown[],
): Promise<Row | undefined> {
  const [row] = await selectRows(em, entity, where, values);
  return row;
}
