import type { Role } from '../../../domain/permissions.ts';
import type { Database } from '../../database.ts';
import { UserEntity } from '../entities.ts';

/** An account, as shown to those who assign roles. */
export interface AccountRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly emailVerified: boolean;
  readonly role: Role;
}

const FIELDS = ['id', 'name', 'email', 'emailVerified', 'role'] as const;

/** Returns the accounts with staff roles, by name; or, whatever its role, the one with this mail address. */
export async function listAccounts(users: Database, email?: string): Promise<AccountRow[]> {
  const which = email === undefined ? { role: { $ne: 'customer' as const } } : { email };
  return users.em.fork().find(UserEntity, which, {
    fields: FIELDS,
    orderBy: { name: 'asc', id: 'asc' },
    disableIdentityMap: true,
  });
}

/** Returns an account, or undefined. */
export async function readAccount(users: Database, id: string): Promise<AccountRow | undefined> {
  return (await users.em.fork().findOne(UserEntity, { id }, { fields: FIELDS })) ?? undefined;
}
