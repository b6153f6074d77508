import { sql } from 'kysely';
import type { Role } from '../../../domain/permissions.ts';
import type { Database } from '../../database.ts';
import { query } from '../../sql.ts';
import { UserEntity } from '../entities.ts';

/**
 * The result: `unknown`, no such account; `unverified`, its address is not verified; `last_admin`, nobody would be left
 * to assign roles.
 */
export type RoleChange = 'set' | 'had_it' | 'unknown' | 'unverified' | 'last_admin';

/**
 * Sets an account's role. An account with an unverified address gets none: anybody may have signed up with it.
 * Idempotent. The account's open pages and sockets notice within seconds.
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
      // Serializes two admins who demote each other at the same time.
      const admins = await query<object>(em, sql`select from users where role = 'admin' for update`);
      if (admins.length === 1) return 'last_admin';
    }
    user.role = role;
    user.updatedAt = new Date();
    return 'set';
  });
}
