/** The history of accounts: whose role was changed, who was signed out, and by whom. Written with the change. */

import { sql } from 'kysely';
import type { PeopleChange } from '../../../domain/contract/people.ts';
import type { Database } from '../../database.ts';
import { query, run, type Runner } from '../../sql.ts';

/** Who acts; null: an operator, by the command. */
export interface Actor {
  readonly actorId: string | null;
}

export interface PeopleChangeRow extends Actor {
  readonly id: string;
  readonly at: Date;
  readonly userId: string;
  readonly change: PeopleChange['change'];
}

/** Returns the changes, newest first; with `before`, only those older than it. */
export function listPeopleChanges(
  users: Database,
  { before = null, limit }: { readonly before?: string | null | undefined; readonly limit: number },
): Promise<PeopleChangeRow[]> {
  return query<PeopleChangeRow>(
    users.em.fork(),
    sql`select id, at, actor_id as "actorId", user_id as "userId", data || jsonb_build_object('type', type) as change
     from people_changes where ${before}::bigint is null or id < ${before}::bigint
     order by id desc limit ${limit}`,
  );
}

/** Records a change in the caller's transaction. */
export async function notePeopleChange(
  em: Runner,
  userId: string,
  { actorId }: Actor,
  { type, ...data }: PeopleChange['change'],
): Promise<void> {
  await run(
    em,
    sql`insert into people_changes (user_id, actor_id, type, data)
     values (${userId}, ${actorId}, ${type}, ${JSON.stringify(data)}::jsonb)`,
  );
}
