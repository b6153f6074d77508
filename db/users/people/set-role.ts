import { sql } from 'kysely';
import type { Role } from '../../../domain/permissions.ts';
import type { Database } from '../../database.ts';
import { query } from '../../sql.ts';
import { UserEntity } from '../entities.ts';

/**
 * What became of it: `unknown`, no such account; `unverified`, nobody has shown that its address is hers; `last_admin`,
 * nobody would be left who gives roles.
 */
export type RoleChange = 'set' | 'had_it' | 'unknown' | 'unverified' | 'last_admin';

/**
 * Gives an account another role. One whose address was never verified is given none: anybody may have signed up with it.
 * Idempotent. Pages and sockets that are open with the account notice within seconds.
 */
export async function setRole(
  users: Database,
  account: { readonly id: string } | { readonly email: string },
  role: Role,
): Promise<RoleChange> {
  return users.em.fork().transactional(async (em) => {
    const by = 'id' in account ? account : { email: account.email.trim().toLowerCase() };
    const user = await em.findOne(UserEntity, by);
    if (!user) return 'unknown';
    if (user.role === role) return 'had_it';
    if (!user.emailVerified) return 'unverified';
    if (user.role === 'admin') {
      // Two admins who demote each other at once wait for one another here.
      const admins = await query<object>(em, sql`select from users where role = 'admin' for update`);
      if (admins.length === 1) return 'last_admin';
    }
    user.role = role;
    user.updatedAt = new Date();
    return 'set';
  });
}
