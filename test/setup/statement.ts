import { sql } from 'kysely';
import type { Sql } from '../../db/sql.ts';

/** A statement of a text with a `?` for each of `values`: for tables of statements that differ in little. */
export function statement(text: string, ...values: readonly unknown[]): Sql {
  const parts = text.split('?');
  return sql(Object.assign(parts, { raw: parts }), ...values);
}
