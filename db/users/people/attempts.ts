import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { run } from '../../sql.ts';

/** Deletes what is over of the API's counts of tries to sign in, to sign up or to be sent a mail. */
export async function deleteOldAttempts(users: Database): Promise<void> {
  await run(users.em.fork(), sql`delete from attempts where expire < extract(epoch from now()) * 1000`);
}
