import { sql } from 'kysely';
import type { Role } from '../../../domain/permissions.ts';
import type { Database } from '../../database.ts';
import { query } from '../../sql.ts';
import { UserEntity } from '../entities.ts';
import { notePeopleChange, type Actor } from './changes.ts';

/**
 * The result: `unknown`, no such account; `unverified`, its address is not verified; `last_admin`, nobody would be left
 * to assign roles.
 */
export type RoleChange = 'set' | 'had_it' | 'unknown' | 'unverified' | 'last_admin';

/**
 * Sets an account's role. An account with an unverified address gets none: anybody may have signed up with it.
 * Idempotent. Keeps who did it. The account's open pages and sockets notice within seconds.
 */
export async function setRole(
  users: Database,
  account: { readonly id: string } | { readonly email: string },
  role: Role,
  actor: Actor,
): Promise<RoleChange> {
  return users.em.fork().transactional(async (em) => {
    const by = 'id' in account ? account : { email: account.email.trim().toLowerCase() };
    const which = 'id' in by ? sql`id = ${by.id}` : sql`email = ${by.email}`;
    // Serializes two admins who demote each other, or change the same account, at the same time.
    const locked = await query<{ isAdmin: boolean }>(
      em,
      sql`select role = 'admin' as "isAdmin" from users where role = 'admin' or ${which} order by id for no key update`,
    );
    const user = await em.findOne(UserEntity, by);
    if (!user) return 'unknown';
    if (user.role === role) return 'had_it';
    if (!user.emailVerified) return 'unverified';
    if (user.role === 'admin' && locked.filter(({ isAdmin }) => isAdmin).length === 1) return 'last_admin';
    await notePeopleChange(em, user.id, actor, { type: 'role_changed', from: user.role, to: role });
    user.role = role;
    user.updatedAt = new Date();
    return 'set';
  });
}
