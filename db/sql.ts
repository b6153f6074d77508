/**
 * SQL with bound values: fragments of kysely's `sql`, which nest, and whose values are bound when they run (see
 * bound-statements.ts). Results are read-only: rows are plain and not tracked, and no changes to them are written back.
 * That costs a quarter of the unit of work, for the statements of every order.
 */

import type { EntityMetadata, EntityName } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { sql, type RawBuilder } from 'kysely';

/** A statement or a part of one. */
export type Sql = RawBuilder<unknown>;

/** Runs statements: a fork of a database, or the manager of a transaction. */
export type Runner = Pick<SqlEntityManager, 'getKysely'>;

async function execute(em: Runner, statement: Sql) {
  const kysely = em.getKysely();
  return kysely.executeQuery<object>(statement.compile(kysely));
}

/** Runs one statement and returns its rows. Rejects with PostgreSQL's error from the driver. */
export async function query<Row extends object>(em: Runner, statement: Sql): Promise<Readonly<Row>[]> {
  const { rows } = await execute(em, statement);
  return rows as Readonly<Row>[];
}

/** Returns the first row, or undefined. */
export async function queryFirst<Row extends object>(
  em: Runner,
  statement: Sql,
): Promise<Readonly<Row> | undefined> {
  const [row] = await query<Row>(em, statement);
  return row;
}

/** Runs one statement and returns how many rows it wrote, or, for a query, found. */
export async function run(em: Runner, statement: Sql): Promise<number> {
  const { rows, numAffectedRows } = await execute(em, statement);
  return Number(numAffectedRows ?? rows.length);
}

/** Runs a statement and returns its rows with the names and types of an entity. */
export async function queryRows<Row extends object>(
  em: SqlEntityManager,
  entity: EntityName<Row>,
  statement: Sql,
): Promise<Readonly<Row>[]> {
  return mapRows(em, entity, await query(em, statement));
}

/** Converts rows from PostgreSQL, or from its JSON, to the entity's names and types. */
export function mapRows<Row extends object>(
  em: SqlEntityManager,
  entity: EntityName<Row>,
  rows: readonly object[],
): Readonly<Row>[] {
  const meta = em.getMetadata().get<Row>(entity);
  const driver = em.getDriver();
  const known = columnsOf(meta);
  return rows.map((row) => {
    const columns = Object.fromEntries(Object.entries(row).filter(([name]) => known.has(name)));
    return driver.mapResult<Row>(columns as never, meta) as Row;
  });
}

/** Every row of every answer is mapped, so they are collected once. */
const knownColumns = new WeakMap<object, ReadonlySet<string>>();

/** The columns of a row: those that a table computes for its own searches are no part of it. */
function columnsOf(meta: EntityMetadata): ReadonlySet<string> {
  const known = knownColumns.get(meta) ?? new Set(meta.props.flatMap(({ fieldNames }) => fieldNames ?? []));
  knownColumns.set(meta, known);
  return known;
}

/** Returns the rows of the entity's table that match `where`, the SQL after that keyword. */
export function selectRows<Row extends object>(
  em: SqlEntityManager,
  entity: EntityName<Row>,
  where: Sql,
): Promise<Readonly<Row>[]> {
  return queryRows(em, entity, sql`select * from ${tableOf(em, entity)} where ${where}`);
}

/** Returns the first row of the entity's table that matches `where`, or undefined. */
export async function selectRow<Row extends object>(
  em: SqlEntityManager,
  entity: EntityName<Row>,
  where: Sql,
): Promise<Readonly<Row> | undefined> {
  const [row] = await selectRows(em, entity, where);
  return row;
}

/** Returns the first row of the entity's table that matches `where`. Throws when there is none. */
export async function selectOne<Row extends object>(
  em: SqlEntityManager,
  entity: EntityName<Row>,
  where: Sql,
): Promise<Readonly<Row>> {
  const row = await selectRow(em, entity, where);
  if (row) return row;
  const { sql: text, parameters } = where.compile(em.getKysely());
  const { tableName } = em.getMetadata().get<Row>(entity);
  throw new Error(`no row of ${tableName} has ${text}: ${parameters.join()}`);
}

function tableOf<Row extends object>(em: SqlEntityManager, entity: EntityName<Row>): Sql {
  return sql.raw(em.getMetadata().get<Row>(entity).tableName);
}

/**
 * Returns a list of the domain as literals, for `in (...)`: statuses and kinds are part of a statement's text, so that
 * PostgreSQL can match partial indexes.
 */
export function literals(values: readonly string[]): Sql {
  return sql.join(values.map((value) => sql.lit(value)));
}

/**
 * Lists ids, for `id = …`. They come from a subquery, so that PostgreSQL does not count them: for one id a plan of its
 * own would seem cheaper than the plan for any number of them, and the statement would be planned anew each time.
 */
export function anyOf(ids: readonly string[]): Sql {
  return sql`any((select ${ids}::uuid[])::uuid[])`;
}

/** Joins parts with commas. */
export function list(parts: readonly Sql[]): Sql {
  return sql.join(parts);
}

/**
 * Formats a time in ISO 8601 with full precision: a `Date` would drop its microseconds, and skip rows of the same
 * millisecond.
 */
export function exactTime(column: string): Sql {
  return sql`to_char(${sql.raw(column)} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
