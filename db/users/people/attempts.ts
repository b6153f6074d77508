import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { run } from '../../sql.ts';

/** Deletes expired counts of attempts to sign in, to sign up or to have a mail sent. */
export async function deleteOldAttempts(users: Database): Promise<void> {
  await run(users.em.fork(), sql`delete from attempts where expire < extract(epoch from now()) * 1000`);
}
