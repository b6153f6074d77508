/**
 * What an operator does by a command: `node admin.ts make-admin MAIL` gives an account the role that all others are
 * given by. It needs DATABASE_URL, or USERS_DATABASE_URL, and ends with 1 when nothing was done.
 */

import { readConfig } from './config.ts';
import { openDatabase } from './db/database.ts';
import { makeAdmin, type MadeAdmin } from './db/users/people/make-admin.ts';
import { usersDefinition } from './db/users/definition.ts';

const USAGE = 'Usage: make-admin MAIL   makes the account with this mail address an admin';

const ANSWERS: Readonly<Record<MadeAdmin, (email: string) => string>> = {
  made: (email) => `${email} is an admin now. Pages that are open with it notice within seconds.`,
  was_admin: (email) => `${email} is an admin already.`,
  unknown: (email) => `No account has the address ${email}. Sign up with it on the shop's page first.`,
  unverified: (email) =>
    `${email} has not been verified. Open the link in the mail that came after signing up first.`,
};

async function main([command, email, ...rest]: readonly string[]): Promise<boolean> {
  if (command !== 'make-admin' || !email || rest.length > 0) {
    console.error(USAGE);
    return false;
  }
  const users = await openDatabase(usersDefinition, readConfig().databases.users, { poolSize: 1 });
  try {
    const made = await makeAdmin(users, email);
    const isDone = made === 'made' || made === 'was_admin';
    console[isDone ? 'log' : 'error'](ANSWERS[made](email));
    return isDone;
  } finally {
    await users.close();
  }
}

try {
  process.exitCode = (await main(process.argv.slice(2))) ? 0 : 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
