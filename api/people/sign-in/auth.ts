/** Accounts: better-auth on the users database. MikroORM's migrations own its tables. */

import { createHmac } from 'node:crypto';
import { isAPIError } from 'better-auth/api';
import { betterAuth } from 'better-auth/minimal';
import { Pool } from 'pg';
import type { Logger } from 'pino';
import { z } from 'zod';
import { deriveKey, deriveKeys, type AppSecrets } from '../../../db/app-keys.ts';
import { patientConnections } from '../../../db/database.ts';
import { CALLER_PATIENCE, letGoOfBroken } from '../../../db/patience.ts';
import { ROLES, type Role } from '../../../domain/permissions.ts';
import { knownLanguage } from '../../../messages/choose-language.ts';
import type { SignedIn } from '../people.ts';
import { createAccountLimits, type AccountLimits } from './account-limits.ts';
import type { AccountMailer } from './account-mails.ts';
import { authSettings, sessionCookieName, type AccountMail } from './auth-settings.ts';
import { noteTrouble, tellingTrouble } from './database-trouble.ts';
import { createHashedSessionAdapter } from './hashed-sessions.ts';
import { aliasAddresses, withoutAliases } from './mail-alias.ts';
import { createPasswordHashing, type PasswordHashing } from './passwords/password-hashing.ts';
import { signAnew, signerOf } from './signatures.ts';

export interface Accounts {
  /** Responds to a request below /api/auth in better-auth's own format. */
  handle(request: Request): Promise<Response>;
  readonly limits: AccountLimits;
  readonly assertTakesMails: AccountMailer['assertTakesMails'];
  readonly hashInTurn: PasswordHashing['inTurn'];
  /** A stable pseudonym of an account for logs. It does not reveal the address. */
  logNameOf(email: string): string;
  /** Returns the signed-in person of a Cookie header, or null. Takes one query and does not prolong the session. */
  readSession(cookie: string): Promise<SignedIn | null>;
  /** Like `readSession`, but prolongs a session that is a day old. `setCookies` belong in the response. */
  refreshSession(cookie: string): Promise<{ user: SignedIn | null; setCookies: readonly string[] }>;
  /** Returns which of these sessions are still valid, with the current role of each person. */
  listLiveSessions(ids: readonly string[]): Promise<Map<string, Role>>;
  close(): Promise<void>;
}

export interface AccountOptions {
  readonly usersUrl: string;
  readonly publicUrl: string;
  /** Origins that requests may come from and redirects may lead to. */
  readonly origins: () => readonly string[];
  readonly secrets: AppSecrets;
  readonly mailer: AccountMailer;
  readonly logger: Logger;
}

/**
 * Opens two small separate pools on the users database, so that requests that hash passwords do not block session
 * lookups. Call `close()` on shutdown.
 */
export async function createAccounts(options: AccountOptions): Promise<Accounts> {
  const { logger, publicUrl } = options;
  const pool = openPool(options.usersUrl, 'sharetab accounts');
  const sessionPool = openPool(options.usersUrl, 'sharetab sessions');
  const limits = createAccountLimits({ pool, key: deriveKey(options.secrets[0], 'account-names') });
  const hashing = createPasswordHashing();
  const keys = deriveKeys(options.secrets, 'sessions');
  const cookieName = sessionCookieName(publicUrl);

  const createAuth = async (secret: string, on: Pool) => {
    const settings = authSettings({
      ...options,
      secret,
      hashing,
      ...noteTrouble({ sendMail, endResetLinks }),
    });
    const adapter = noteTrouble(aliasAddresses(await createHashedSessionAdapter(on, settings)));
    return betterAuth({ ...settings, database: () => adapter });
  };
  const auths = await Promise.all(keys.map((key) => createAuth(key, pool)));
  const sessions = await createAuth(keys[0], sessionPool);

  async function sendMail(mail: AccountMail): Promise<void> {
    if (await limits.mayMail(mail.type, mail.recipient)) return options.mailer.send(mail);
    const account = logNameOf(mail.recipient);
    logger.warn({ account, type: mail.type }, 'a mailbox has got enough mails of this type');
  }
  /** A password change invalidates links that were requested before it. */
  async function endResetLinks(userId: string): Promise<void> {
    await pool.query('delete from verifications where value = $1', [userId]);
  }
  function logNameOf(email: string): string {
    const key = deriveKey(options.secrets[0], 'account-names');
    return createHmac('sha256', key).update(email.toLowerCase()).digest('base64url').slice(0, 16);
  }
  const getSession = (cookie: string, disableRefresh: boolean) =>
    tellingTrouble(() =>
      sessions.api.getSession({
        headers: new Headers({ cookie: signAnew(cookie, cookieName, keys) }),
        query: { disableRefresh },
        returnHeaders: true,
      }),
    );
  return {
    limits,
    assertTakesMails: options.mailer.assertTakesMails,
    hashInTurn: hashing.inTurn,
    logNameOf,
    handle: async (request) => {
      const { pathname, searchParams } = new URL(request.url);
      if (pathname.endsWith('/sign-up/email')) await forgetUnverified(pool, await emailOf(request.clone()));
      const cookie = request.headers.get('cookie');
      if (cookie !== null) request.headers.set('cookie', signAnew(cookie, cookieName, keys));
      const isVerification = pathname.endsWith('/verify-email');
      const auth = auths[isVerification ? signerOf(searchParams.get('token') ?? '', keys) : 0]!;
      return tellingTrouble(() => auth.handler(request).catch(refusalOf));
    },
    readSession: async (cookie) => signedIn((await getSession(cookie, true)).response),
    refreshSession: async (cookie) => {
      const { response, headers } = await getSession(cookie, false);
      return { user: signedIn(response), setCookies: headers.getSetCookie() };
    },
    listLiveSessions: async (ids) => {
      const { rows } = await sessionPool.query<{ id: string; role: Role }>(
        `select s.id, u.role from sessions s join users u on u.id = s.user_id
         where s.id = any($1) and s.expires_at > now()`,
        [ids],
      );
      return new Map(rows.map((row) => [row.id, row.role]));
    },
    close: async () => {
      await Promise.all([pool.end(), sessionPool.end(), hashing.close()]);
    },
  };
}

function openPool(connectionString: string, name: string): Pool {
  const pool = new Pool({
    connectionString,
    max: 4,
    ...patientConnections(CALLER_PATIENCE),
    application_name: name,
  });
  letGoOfBroken(pool);
  // The next query replaces a connection that breaks while idle. Without a listener, its error would end the process.
  pool.on('error', () => undefined);
  return pool;
}

/** Turns a refusal of better-auth into its response. Unexpected errors are rethrown. */
function refusalOf(error: unknown): Response {
  if (!isAPIError(error) || error.statusCode >= 500) throw error;
  return Response.json(error.body ?? {}, { status: error.statusCode });
}

/**
 * If an address is unconfirmed, the latest sign-up gets the next link with its own password: it may be the owner, after
 * a stranger. Only an account that was never used is replaced.
 */
async function forgetUnverified(pool: Pool, email: string): Promise<void> {
  await pool.query(
    `delete from users u where email = $1 and not email_verified and role = 'customer'
       and not exists (select from sessions where user_id = u.id)
       and not exists (select from stripe_customers where user_id = u.id)`,
    [email],
  );
}

async function emailOf(request: Request): Promise<string> {
  return withoutAliases(z.object({ email: z.string() }).parse(await request.json()).email);
}

const sessionSchema = z.object({
  session: z.object({ id: z.string() }),
  user: z.object({
    id: z.string(),
    name: z.string(),
    email: z.string(),
    emailVerified: z.boolean(),
    role: z.enum(ROLES),
    language: z.string().nullish(),
  }),
});

function signedIn(found: unknown): SignedIn | null {
  if (!found) return null;
  const { session, user } = sessionSchema.parse(found);
  const language = user.language ? knownLanguage(user.language) : null;
  return { ...user, language, email: withoutAliases(user.email), sessionId: session.id };
}
