/** Rows read by SQL instead of through the unit of work, for what happens with every order: a quarter of the cost. */

import type { EntityName } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';

/**
 * What a statement answers, read as rows of an entity's table: with its names and types, but plain, so that nothing
 * tracks them and nothing writes changes of theirs back. `sql` has a `?` for each of `values`.
 */
export async function queryRows<Row extends object>(
  em: SqlEntityManager,
  entity: EntityName<Row>,
  sql: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const rows = await em.execute<object[]>(sql, [...values]);
  return mapRows(em, entity, rows);
}

/** Rows as PostgreSQL answers them, or wrote them as JSON, with the entity's names and types. */
export function mapRows<Row extends object>(
  em: SqlEntityManager,
  entity: EntityName<Row>,
  rows: readonly object[],
): Row[] {
  const meta = em.getMetadata().get<Row>(entity);
  const driver = em.getDriver();
  // What a table computes for its own searches is no part of the row.
  const known = new Set(meta.props.flatMap(({ fieldNames }) => fieldNames ?? []));
  return rows.map((row) => {
    const columns = Object.fromEntries(Object.entries(row).filter(([name]) => known.has(name)));
    return driver.mapResult<Row>(columns as never, meta) as Row;
  });
}

/** The rows of the entity's table that `where` selects: the SQL behind that word. */
export function selectRows<Row extends object>(
  em: SqlEntityManager,
  entity: EntityName<Row>,
  where: string,
  values: readonly unknown[],
): Promise<Row[]> {
  const { tableName } = em.getMetadata().get<Row>(entity);
  return queryRows(em, entity, `select * from ${tableName} where ${where}`, values);
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

/** The first of them. Throws when there is none. */
export async function selectOne<Row extends object>(
  em: SqlEntityManager,
  entity: EntityName<Row>,
  where: string,
  values: readonly unknown[],
): Promise<Row> {
  const row = await selectRow(em, entity, where, values);
  if (!row)
    throw new Error(
      `no row of ${em.getMetadata().get<Row>(entity).tableName} has ${where}: ${values.join()}`,
    );
  return row;
}

/** SQL of a time in ISO 8601, exactly as it is kept: a `Date` would cut its microseconds, and skip rows of the same millisecond. */
export function exactTime(column: string): string {
  return `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
