import type { Database } from '../../database.ts';
import { UserEntity } from '../entities.ts';

/** What became of it: `unknown`, no account has that address; `unverified`, nobody has shown that it is hers. */
export type MadeAdmin = 'made' | 'was_admin' | 'unknown' | 'unverified';

/**
 * Makes the account with this mail address an admin. One whose address was never verified is refused: anybody may have
 * signed up with it. Idempotent.
 */
export async function makeAdmin(users: Database, email: string): Promise<MadeAdmin> {
  return users.em.fork().transactional(async (em) => {
    const user = await em.findOne(UserEntity, { email: email.trim().toLowerCase() });
    if (!user) return 'unknown';
    if (user.role === 'admin') return 'was_admin';
    if (!user.emailVerified) return 'unverified';
    user.role = 'admin';
    user.updatedAt = new Date();
    return 'made';
  });
}
