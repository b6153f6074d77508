import type { DatabaseDefinition } from '../database.ts';
import { AccountEntity, SessionEntity, UserEntity, VerificationEntity } from './entities.ts';
import { CreateUsers } from './migrations/001-create-users.ts';

/** The users database: accounts, credentials and sessions. better-auth reads and writes these tables. */
export const usersDefinition: DatabaseDefinition = {
  entities: [UserEntity, SessionEntity, AccountEntity, VerificationEntity],
  migrations: [{ name: '001-create-users', class: CreateUsers }],
};
