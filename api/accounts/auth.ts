/** Accounts, by better-auth on the users database. MikroORM's migrations own its tables. */

import { betterAuth } from 'better-auth/minimal';
import { APIError } from 'better-auth/api';
import { Pool } from 'pg';
import { z } from 'zod';
import { contactSchema } from '../../domain/contract.ts';
import { ROLES, type Role } from '../../domain/roles.ts';
import type { SignedIn } from '../people/people.ts';
import { createHashedSessionAdapter } from './hashed-sessions.ts';

/** A mail about an account: to whom, and the link that it is about. */
export interface AccountMail {
  readonly type: 'verify_email' | 'reset_password';
  readonly recipient: string;
  readonly recipientName: string;
  readonly url: string;
}

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

const WEEK_SECONDS = 7 * 24 * 3600;

/** `origins`: pages that a person may come from or be sent back to. `sendMail` must not wait for the mail server. */
export async function createAccounts(options: {
  usersUrl: string;
  publicUrl: string;
  origins: () => readonly string[];
  secret: string;
  sendMail: (mail: AccountMail) => Promise<void>;
  /** Hears what went wrong inside better-auth. */
  onError: (message: string) => void;
}): Promise<Accounts> {
  const pool = new Pool({
    connectionString: options.usersUrl,
    max: 4,
    options: '-c transaction_timeout=10s -c idle_in_transaction_session_timeout=5s',
    application_name: 'sharetab accounts',
  });
  // A connection that breaks while idle is replaced by the next query; without a listener it would end the process.
  pool.on('error', () => undefined);
  const settings = authSettings(options);
  const adapter = await createHashedSessionAdapter(pool, settings);
  const auth = betterAuth({ ...settings, database: () => adapter });

  const getSession = (cookie: string, disableRefresh: boolean) =>
    auth.api.getSession({
      headers: new Headers({ cookie }),
      query: { disableRefresh },
      returnHeaders: true,
    });
  return {
    handle: (request) => auth.handler(request),
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

function authSettings(options: Parameters<typeof createAccounts>[0]) {
  return {
    appName: 'Sharetab',
    baseURL: options.publicUrl,
    basePath: '/api/auth',
    secret: options.secret,
    trustedOrigins: () => [...options.origins()],
    emailAndPassword: {
      enabled: true,
      minPasswordLength: 8,
      maxPasswordLength: 128,
      revokeSessionsOnPasswordReset: true,
      sendResetPassword: async ({ user, url }: { user: AuthUser; url: string }) => {
        await options.sendMail({ type: 'reset_password', ...recipientOf(user), url });
      },
    },
    emailVerification: {
      sendOnSignUp: true,
      sendVerificationEmail: async ({ user, url }: { user: AuthUser; url: string }) => {
        await options.sendMail({ type: 'verify_email', ...recipientOf(user), url });
      },
    },
    user: {
      modelName: 'users',
      fields: { emailVerified: 'email_verified', ...TIMES },
      additionalFields: {
        role: { type: [...ROLES], required: false, defaultValue: 'customer', input: false },
      },
    },
    session: {
      modelName: 'sessions',
      expiresIn: WEEK_SECONDS,
      fields: {
        userId: 'user_id',
        expiresAt: 'expires_at',
        ipAddress: 'ip_address',
        userAgent: 'user_agent',
        ...TIMES,
      },
    },
    account: {
      modelName: 'accounts',
      fields: {
        userId: 'user_id',
        accountId: 'account_id',
        providerId: 'provider_id',
        accessToken: 'access_token',
        refreshToken: 'refresh_token',
        idToken: 'id_token',
        accessTokenExpiresAt: 'access_token_expires_at',
        refreshTokenExpiresAt: 'refresh_token_expires_at',
        ...TIMES,
      },
    },
    verification: { modelName: 'verifications', fields: { expiresAt: 'expires_at', ...TIMES } },
    databaseHooks: {
      user: {
        create: { before: async (user: Partial<AuthUser>) => ({ data: checkUser(user) }) },
        update: { before: async (user: Partial<AuthUser>) => ({ data: checkUser(user) }) },
      },
      // Nobody looks at these; what is not kept cannot leak.
      session: {
        create: {
          before: async (session: object) => ({ data: { ...session, ipAddress: '', userAgent: '' } }),
        },
      },
    },
    // These show or take tokens of other sessions, which we have only as hashes.
    disabledPaths: ['/list-sessions', '/revoke-session', '/revoke-other-sessions'],
    // Ours covers these routes (http/rate-limits.ts), and its answers have our shape.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix: 'sharetab',
      useSecureCookies: options.publicUrl.startsWith('https:'),
      ipAddress: { disableIpTracking: true },
      database: { joins: true, validateSchema: false },
    },
    // Its arguments may hold a person's data: only what it says is kept.
    logger: {
      level: 'error',
      log: (_level: string, message: string) => options.onError(message),
    },
  } satisfies Parameters<typeof betterAuth>[0];
}

const TIMES = { createdAt: 'created_at', updatedAt: 'updated_at' };

interface AuthUser {
  readonly id: string;
  readonly email: string;
  readonly name: string;
  readonly image?: string | null | undefined;
}

function recipientOf(user: AuthUser) {
  return { recipient: user.email, recipientName: user.name };
}

/** Names are held to the contract's limits, and pictures of people are not kept. */
function checkUser<U extends Partial<AuthUser>>(user: U): U {
  const name = contactSchema.shape.name.optional().safeParse(user.name);
  if (!name.success) {
    throw new APIError('BAD_REQUEST', {
      code: 'INVALID_NAME',
      message: 'A name has 1 to 80 characters, none of them control characters.',
    });
  }
  return {
    ...user,
    ...(name.data !== undefined && { name: name.data }),
    ...('image' in user && { image: null }),
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
  return { ...user, sessionId: session.id };
}
