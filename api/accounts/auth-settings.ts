/** How better-auth is set up: on our tables, with our mails, and without what we do not use. */

import { APIError } from 'better-auth/api';
import type { betterAuth } from 'better-auth/minimal';
import { contactSchema } from '../../domain/contract/orders.ts';
import { ROLES } from '../../domain/roles.ts';
import { withoutAliases } from './mail-alias.ts';

/** A mail about an account: to whom, and the link that it is about. */
export interface AccountMail {
  readonly type: 'verify_email' | 'reset_password';
  readonly recipient: string;
  readonly recipientName: string;
  readonly url: string;
}

/** What the accounts need to know. */
export interface AuthSettings {
  publicUrl: string;
  /** Pages that a person may come from, or be sent back to. */
  origins: () => readonly string[];
  secret: string;
  /** Must not wait for the mail server. */
  sendMail: (mail: AccountMail) => Promise<void>;
  /** Hears what went wrong inside better-auth. */
  onError: (message: string) => void;
}

const WEEK_SECONDS = 7 * 24 * 3600;

/** The settings, for `betterAuth()` and for its adapter. */
export function authSettings(options: AuthSettings) {
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
  return { recipient: withoutAliases(user.email), recipientName: user.name };
}

/** Names are held to the contract's limits, and pictures of people are not kept. */
function checkUser<U extends Partial<AuthUser>>(user: U): U {
  const name = contactSchema.shape.name.optional().safeParse(user.name);
  if (!name.success) {
    throw new APIError('BAD_REQUEST', {
      code: 'INVALID_NAME',
      message: 'A name has 1 to 80 characters that show something.',
    });
  }
  return {
    ...user,
    ...(name.data !== undefined && { name: name.data }),
    ...('image' in user && { image: null }),
  };
}
