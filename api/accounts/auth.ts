/** Accounts, by better-auth on the users database. MikroORM's migrations own its tables. */

import { betterAuth } from 'better-auth/minimal';
import { Pool } from 'pg';
import { z } from 'zod';
import { patientConnections } from '../../db/database.ts';
import { CALLER_PATIENCE, letGoOfBroken } from '../../db/patience.ts';
import { ROLES, type Role } from '../../domain/roles.ts';
import type { SignedIn } from '../people/people.ts';
import { authSettings, type AuthSettings } from './auth-settings.ts';
import { noteTrouble, tellingTrouble } from './database-trouble.ts';
import { createHashedSessionAdapter } from './hashed-sessions.ts';
import { aliasAddresses, withoutAliases } from './mail-alias.ts';

export interface Accounts {
  /** Answers a request below /api/auth, in better-auth's own words. */
  handle(request: Request): Promise<Response>;
  /** The signed-in person of a Cookie header, or null; one query. The session is not prolonged. */
  readSession(cookie: string): Promise<SignedIn | null>;
  /** The same, and prolongs the session when it is a day old: `setCookies` are for the answer. */
  refreshSession(cookie: string): Promise<{ user: SignedIn | null; setCookies: readonly string[] }>;
  /** Of these sessions, those that still stand, with the role their person has now. */
  listLiveSessions(ids: readonly string[]): Promise<Map<string, Role>>;
  close(): Promise<void>;
}

/** Opens a small pool of its own on the users database; `close()` it at the end. */
export async function createAccounts(options: AuthSettings & { usersUrl: string }): Promise<Accounts> {
  const pool = new Pool({
    connectionString: options.usersUrl,
    max: 4,
    ...patientConnections(CALLER_PATIENCE),
    application_name: 'sharetab accounts',
  });
  letGoOfBroken(pool);
  // A connection that breaks while idle is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  const settings = authSettings(options);
  const adapter = noteTrouble(aliasAddresses(await createHashedSessionAdapter(pool, settings)));
  const auth = betterAuth({ ...settings, database: () => adapter });

  const getSession = (cookie: string, disableRefresh: boolean) =>
    tellingTrouble(() =>
      auth.api.getSession({
        headers: new Headers({ cookie }),
        query: { disableRefresh },
        returnHeaders: true,
      }),
    );
  return {
    handle: (request) =>
      tellingTrouble(
        () => auth.handler(request),
        ({ status }) => status >= 500,
      ),
    readSession: async (cookie) => signedIn((await getSession(cookie, true)).response),
    refreshSession: async (cookie) => {
      const { response, headers } = await getSession(cookie, false);
      return { user: signedIn(response), setCookies: headers.getSetCookie() };
    },
    listLiveSessions: async (ids) => {
      const { rows } = await pool.query<{ id: string; role: Role }>(
        `select s.id, u.role from sessions s join users u on u.id = s.user_id
         where s.id = any($1) and s.expires_at > now()`,
        [ids],
      );
      return new Map(rows.map((row) => [row.id, row.role]));
    },
    close: () => pool.end(),
  };
}

const sessionSchema = z.object({
  session: z.object({ id: z.string() }),
  user: z.object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    emailVerified: z.boolean(),
    role: z.enum(ROLES),
  }),
});

function signedIn(found: unknown): SignedIn | null {
  if (!found) return null;
  const { session, user } = sessionSchema.parse(found);
  return { ...user, email: withoutAliases(user.email), sessionId: session.id };
}
