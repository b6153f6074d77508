import { hashPassword } from 'better-auth/crypto';
import type { Database } from '../../db/database.ts';
import { deriveId } from '../../db/ids.ts';
import { AccountEntity, UserEntity } from '../../db/users/entities.ts';
import { DEMO_ACCOUNTS, DEMO_PASSWORD } from './accounts.ts';

/**
 * Adds missing demo accounts with a verified address; returns how many. An existing address keeps its account, password
 * and role. Idempotent.
 */
export async function loadAccounts(users: Database): Promise<number> {
  const em = users.em.fork();
  const taken = await em.find(UserEntity, { email: { $in: DEMO_ACCOUNTS.map(({ email }) => email) } });
  const missing = DEMO_ACCOUNTS.filter(({ email }) => !taken.some((user) => user.email === email));
  for (const account of missing) {
    const userId = deriveId('demo', 'user', account.email);
    const password = await hashPassword(DEMO_PASSWORD);
    const times = { createdAt: new Date(), updatedAt: new Date() };
    await em.transactional(async (tx) => {
      await tx.insert(UserEntity, { ...account, ...times, id: userId, emailVerified: true });
      await tx.insert(AccountEntity, {
        ...times,
        id: deriveId('demo', 'account', account.email),
        userId,
        accountId: userId,
        providerId: 'credential',
        password,
      });
    });
  }
  return missing.length;
}
