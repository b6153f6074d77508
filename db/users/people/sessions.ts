import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { query } from '../../sql.ts';
import { notePeopleChange, type Actor } from './changes.ts';

/** Ends all sessions of an account, and returns how many were still valid. Idempotent. */
export async function endSessions(users: Database, userId: string, actor: Actor): Promise<number> {
  return users.em.fork().transactional(async (em) => {
    const ended = await query<{ wasValid: boolean }>(
      em,
      sql`delete from sessions where user_id = ${userId} returning expires_at > now() as "wasValid"`,
    );
    const sessions = ended.filter(({ wasValid }) => wasValid).length;
    if (sessions > 0) await notePeopleChange(em, userId, actor, { type: 'signed_out', sessions });
    return sessions;
  });
}
