/** `GET /api/people`, `PATCH /api/people/:account`: lists and changes roles. */

import type { Databases } from '../../db/databases.ts';
import { listAccounts, readAccount, type AccountRow } from '../../db/users/people/accounts.ts';
import { setRole } from '../../db/users/people/set-role.ts';
import type { PersonWithRole } from '../../domain/contract/people.ts';
import { ApiError, forbidden, notFound } from '../http/api-error.ts';
import { pageOfWhole } from '../http/cursor.ts';
import type { Handlers } from '../http/route.ts';

export function roleRoutes({
  databases: { users },
  onRoleChanged,
}: {
  databases: Databases;
  /** Disconnects the sockets of people whose role changed. */
  onRoleChanged: () => void;
}) {
  return {
    'GET /api/people': async ({ query }) => {
      const found = await listAccounts(users, query.email);
      return { status: 200, body: pageOfWhole(found.map(present), query, ({ id }) => id) };
    },
    'PATCH /api/people/:account': async ({ params, body, user }) => {
      // A caller cannot change her own role, so that a slip does not lock everybody out.
      if (params.account === user.id) throw forbidden('Another admin has to change your own role.');
      const change = await setRole(users, { id: params.account }, body.role);
      if (change === 'unknown') throw notFound('This account');
      if (change === 'unverified')
        throw new ApiError('version_conflict', 'The mail address of this account is not verified yet.');
      if (change === 'last_admin') throw new ApiError('version_conflict', 'This is the last admin.');
      if (change === 'set') onRoleChanged();
      const person = await readAccount(users, params.account);
      if (!person) throw notFound('This account');
      return { status: 200, body: { person: present(person) } };
    },
  } satisfies Partial<Handlers>;
}

function present({ id, name, email, emailVerified, role }: AccountRow): PersonWithRole {
  return { id, name, email, emailVerified, role };
}
