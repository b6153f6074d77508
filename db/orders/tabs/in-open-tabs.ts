import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { anyOf, query } from '../../sql.ts';

/** Returns those of these participants who are in a tab that has not ended, or wait to be let into one. */
export async function findInOpenTabs(
  orders: Database,
  participantIds: readonly string[],
): Promise<ReadonlySet<string>> {
  const rows = await query<{ id: string }>(
    orders.em.fork(),
    sql`select p.id from tab_participants p join tabs t on t.id = p.tab_id
        where p.id = ${anyOf(participantIds)} and t.closed_at is null and not p.is_removed
        union
        select id from knocks where id = ${anyOf(participantIds)} and status = 'waiting' and expires_at > now()`,
  );
  return new Set(rows.map(({ id }) => id));
}
