import type { DatabaseDefinition } from '../database.ts';
import {
  AccountEntity,
  SavedCardEntity,
  SessionEntity,
  StripeCustomerEntity,
  UserEntity,
  VerificationEntity,
} from './entities.ts';
import { CreateUsers } from './migrations/001-create-users.ts';
import { AddSavedCards } from './migrations/002-saved-cards.ts';
import { CreateAttempts } from './migrations/027-attempts.ts';
import { AddAccountLanguage } from './migrations/065-language.ts';
import { AddPeopleChanges } from './migrations/070-people-changes.ts';
import { AddAccountWords } from './migrations/100-search-words.ts';

/**
 * The users database: accounts, credentials and sessions, whose tables better-auth reads and writes; and each account's
 * Stripe Customer and saved cards.
 */
export const usersDefinition: DatabaseDefinition = {
  entities: [
    UserEntity,
    SessionEntity,
    AccountEntity,
    VerificationEntity,
    StripeCustomerEntity,
    SavedCardEntity,
  ],
  migrations: [
    { name: '001-create-users', class: CreateUsers },
    { name: '002-saved-cards', class: AddSavedCards },
    { name: '027-attempts', class: CreateAttempts },
    { name: '065-language', class: AddAccountLanguage },
    { name: '070-people-changes', class: AddPeopleChanges },
    { name: '100-search-words', class: AddAccountWords },
  ],
};
