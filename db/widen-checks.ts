import type { Client } from 'pg';
import type { Database } from './database.ts';

/** `CHECK ((status = ANY (ARRAY['a'::text, 'b'::text])))`, as PostgreSQL describes `check (status in ('a', 'b'))`. */
const LIST = /^CHECK \(\(\w+ = ANY \(ARRAY\[(.*)\]\)\)\)$/;

/**
 * Widens every check on a closed list to its entity's present list, so that a new value in domain/ needs no migration.
 * Values are never removed: the running previous version may write them.
 */
export async function widenChecks(database: Database, client: Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string; name: string; definition: string }>(
    `select t.relname as table, a.attname as column, k.conname as name, pg_get_constraintdef(k.oid) as definition
     from pg_constraint k join pg_class t on t.oid = k.conrelid
       join pg_attribute a on a.attrelid = t.oid and a.attnum = k.conkey[1]
     where k.contype = 'c' and k.connamespace = 'public'::regnamespace and cardinality(k.conkey) = 1`,
  );
  const entities = [...database.getMetadata().getAll().values()];
  for (const { table, column, name, definition } of rows) {
    const allowed = valuesIn(definition);
    const entity = entities.find(({ tableName }) => tableName === table);
    const property = entity?.props.find(({ fieldNames }) => fieldNames?.[0] === column);
    const missing = (property?.items ?? []).map(String).filter((value) => !allowed?.includes(value));
    if (!allowed || missing.length === 0) continue;
    const list = [...allowed, ...missing].map((value) => client.escapeLiteral(value)).join(', ');
    // Existing rows have passed the narrower check; they are validated under a lock that blocks nobody.
    await client.query(
      `alter table ${client.escapeIdentifier(table)} drop constraint ${client.escapeIdentifier(name)},
         add constraint ${client.escapeIdentifier(name)}
           check (${client.escapeIdentifier(column)} in (${list})) not valid`,
    );
    await client.query(
      `alter table ${client.escapeIdentifier(table)} validate constraint ${client.escapeIdentifier(name)}`,
    );
  }
}

/** Returns the values that a check allows; undefined if it is not a list. */
function valuesIn(definition: string): string[] | undefined {
  const list = LIST.exec(definition)?.[1];
  if (list === undefined) return undefined;
  return [...list.matchAll(/'((?:[^']|'')*)'::\w+/g)].map(([, value]) => value!.replaceAll("''", "'"));
}
