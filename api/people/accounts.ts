/** `/api/people`: lists accounts, changes roles, ends sessions, and tells who did so. */

import { z } from 'zod';
import type { Databases } from '../../db/databases.ts';
import { listAccounts, readAccount, type AccountRow } from '../../db/users/people/accounts.ts';
import { listPeopleChanges, type PeopleChangeRow } from '../../db/users/people/changes.ts';
import { endSessions } from '../../db/users/people/sessions.ts';
import { setRole } from '../../db/users/people/set-role.ts';
import type { PeopleChange, PersonWithRole } from '../../domain/contract/people.ts';
import { ApiError, notFound } from '../http/api-error.ts';
import { readChangePage } from '../http/change-page.ts';
import { cutPage, notACursor, readCursor } from '../http/cursor.ts';
import type { Handlers } from '../http/route.ts';

const PAGE_SIZE = 50;
const cursorSchema = z.strictObject({ after: z.string() });

export function accountRoutes({
  databases: { users },
  onAccessChanged,
}: {
  databases: Databases;
  /** Disconnects the sockets of people whose role changed, or whose session ended. */
  onAccessChanged: () => void;
}) {
  const readPerson = async (id: string) => {
    const person = await readAccount(users, id);
    if (!person) throw notFound('This account');
    return person;
  };
  return {
    'GET /api/people': async ({ query: { q, email, cursor, limit = PAGE_SIZE } }) => {
      const after = readCursor(cursorSchema, cursor)?.after;
      if (after !== undefined && !(await readAccount(users, after))) throw notACursor();
      const found = await listAccounts(users, { q, email, after, limit: limit + 1 });
      return { status: 200, body: cutPage(found.map(present), limit, ({ id }) => ({ after: id })) };
    },
    'GET /api/people/changes': async ({ query }) => ({
      status: 200,
      body: await readChangePage(users, query, {
        list: (page) => listPeopleChanges(users, page),
        idsOf: ({ actorId, userId }) => [actorId, userId],
        present: presentChange,
      }),
    }),
    'PATCH /api/people/:account': async ({ params, body, user }) => {
      const change = await setRole(users, { id: params.account }, body.role, { actorId: user.id });
      if (change === 'unknown') throw notFound('This account');
      if (change === 'unverified')
        throw new ApiError('address_unverified', 'The mail address of this account is not verified yet.');
      if (change === 'last_admin') throw new ApiError('last_admin', 'This is the last admin.');
      if (change === 'set') onAccessChanged();
      return { status: 200, body: { person: present(await readPerson(params.account)) } };
    },
    'POST /api/people/:account/sign-out': async ({ params, user }) => {
      const { id } = await readPerson(params.account);
      const ended = await endSessions(users, id, { actorId: user.id });
      onAccessChanged();
      return { status: 200, body: { ended } };
    },
  } satisfies Partial<Handlers>;
}

function present({ id, name, email, emailVerified, role, sessions }: AccountRow): PersonWithRole {
  return { id, name, email, emailVerified, role, sessions };
}

function presentChange(
  { id, at, actorId, userId, change }: PeopleChangeRow,
  names: ReadonlyMap<string, string>,
): PeopleChange {
  return {
    id,
    at: new Date(at).toISOString(),
    by: actorId === null ? null : (names.get(actorId) ?? null),
    byCommand: actorId === null,
    person: names.get(userId) ?? null,
    change,
  };
}
