import type { EntityName } from '@mikro-orm/core';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import { sql } from 'kysely';
import type { Sql } from '../sql.ts';

/** Returns the assignments that make the row `found` the row `changed`. */
export function changedColumns<Row extends object>(
  em: SqlEntityManager,
  entity: EntityName<Row>,
  found: Row,
  changed: Row,
): Sql[] {
  const { properties } = em.getMetadata().get<Row>(entity);
  return (Object.keys(changed) as (keyof Row & string)[])
    .filter((name) => changed[name]?.valueOf() !== found[name]?.valueOf())
    .map((name) => {
      const { fieldNames, type } = (properties as Record<string, { fieldNames: string[]; type: string }>)[
        name
      ]!;
      const value = changed[name];
      const isJson = type === 'json' && value !== null && value !== undefined;
      return sql`${sql.id(fieldNames[0]!)} = ${isJson ? JSON.stringify(value) : value}`;
    });
}
