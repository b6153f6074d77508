import { rolesThatMay } from '../../../domain/permissions.ts';
import { knownLanguage } from '../../../messages/choose-language.ts';
import type { Language } from '../../../messages/compiled/languages.ts';
import type { Database } from '../../database.ts';
import { UserEntity } from '../entities.ts';

/** Returns everybody who may read every order and so is notified of each, with her language, oldest account first. */
export async function listStaff(users: Database): Promise<{ email: string; language: Language }[]> {
  const staff = await users.em
    .fork()
    .find(
      UserEntity,
      { role: { $in: rolesThatMay('order.list_all') } },
      { fields: ['email', 'language'], orderBy: { createdAt: 'asc' }, limit: 50 },
    );
  return staff.map(({ email, language }) => ({ email, language: knownLanguage(language) }));
}

/** Returns the names of the accounts with these ids; unknown ids are left out. */
export async function readNames(users: Database, ids: readonly string[]): Promise<Map<string, string>> {
  if (ids.length === 0) return new Map();
  const found = await users.em
    .fork()
    .find(UserEntity, { id: { $in: [...new Set(ids)] } }, { fields: ['id', 'name'] });
  return new Map(found.map(({ id, name }) => [id, name]));
}
