import type { Language } from '../../../messages/compiled/languages.ts';
import type { Database } from '../../database.ts';
import { UserEntity } from '../entities.ts';

/** Sets the language of an account's pages and mails. */
export async function setLanguage(users: Database, userId: string, language: Language): Promise<void> {
  await users.em.fork().nativeUpdate(UserEntity, { id: userId }, { language });
}
