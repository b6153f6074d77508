import { sql } from 'kysely';
import type { Sql } from '../../db/sql.ts';

/** Builds a statement from text with a `?` for each of `values`, for tables of similar statements. */
export function statement(text: string, ...values: readonly unknown[]): Sql {
  const parts = text.split('?');
  return sql(Object.assign(parts, { raw: parts }), ...values);
}
