import type { Language } from '../../../messages/compiled/languages.ts';
import type { Database } from '../../database.ts';
import { UserEntity } from '../entities.ts';

/** Sets the language that pages and mails are written in for an account. */
export async function setLanguage(users: Database, userId: string, language: Language): Promise<void> {
  await users.em.fork().nativeUpdate(UserEntity, { id: userId }, { language });
}
