/**
 * What an operator does by a command: `node admin.ts make-admin MAIL` gives an account the role that all others are
 * given by, `set-role MAIL ROLE` any role. It needs DATABASE_URL, or USERS_DATABASE_URL, and ends with 1 when nothing was done.
 */

import { readConfig } from './config.ts';
import { openDatabase } from './db/database.ts';
import { setRole, type RoleChange } from './db/users/people/set-role.ts';
import { usersDefinition } from './db/users/definition.ts';
import { ROLES, type Role } from './domain/permissions.ts';

const USAGE = `Usage:
  make-admin MAIL      makes the account with this mail address an admin
  set-role MAIL ROLE   gives it a role: ${ROLES.join(', ')}`;

const ANSWERS: Readonly<Record<RoleChange, (email: string, role: Role) => string>> = {
  set: (email, role) => `${email} is ${named(role)} now. Pages that are open with it notice within seconds.`,
  had_it: (email, role) => `${email} is ${named(role)} already.`,
  unknown: (email) => `No account has the address ${email}. Sign up with it on the shop's page first.`,
  unverified: (email) =>
    `${email} has not been verified. Open the link in the mail that came after signing up first.`,
  last_admin: (email) => `${email} is the last admin. Make somebody else an admin first.`,
};

function named(role: Role): string {
  return role === 'kitchen' ? 'of the kitchen' : `${/^[aeiou]/.test(role) ? 'an' : 'a'} ${role}`;
}

/** What is asked for, or undefined for anything else. */
function readCommand([command, email, ...rest]: readonly string[]):
  { email: string; role: Role } | undefined {
  if (!email) return undefined;
  if (command === 'make-admin' && rest.length === 0) return { email, role: 'admin' };
  const role = ROLES.find((one) => one === rest[0]);
  return command === 'set-role' && role && rest.length === 1 ? { email, role } : undefined;
}

async function main(args: readonly string[]): Promise<boolean> {
  const asked = readCommand(args);
  if (!asked) {
    console.error(USAGE);
    return false;
  }
  const { email, role } = asked;
  const users = await openDatabase(usersDefinition, readConfig().databases.users, { poolSize: 1 });
  try {
    const change = await setRole(users, { email }, role, { actorId: null });
    const isDone = change === 'set' || change === 'had_it';
    console[isDone ? 'log' : 'error'](ANSWERS[change](email, role));
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
