/** How better-auth is set up: on our tables, with our mails, and without what we do not use. */

import { APIError } from 'better-auth/api';
import type { betterAuth } from 'better-auth/minimal';
import type { Logger } from 'pino';
import { contactSchema } from '../../domain/contract/orders.ts';
import type { AccountMailType } from '../../domain/events.ts';
import { ROLES } from '../../domain/permissions.ts';
import { VERIFIED_PAGE } from './auth-endpoints.ts';
import { withoutAliases } from './mail-alias.ts';
import type { PasswordHashing } from './passwords/password-hashing.ts';

/** A mail about an account: to whom, and where its button leads. */
export interface AccountMail {
  readonly type: AccountMailType;
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
  hashing: Pick<PasswordHashing, 'hash' | 'verify'>;
  /** Ends every link by which the password of a person could still be set. */
  endResetLinks: (userId: string) => Promise<void>;
  /** Hears what better-auth has to say. */
  logger: Logger;
}

/** The name of the cookie that holds a session. Over https its prefix binds it to this host alone, and to https. */
export function sessionCookieName(publicUrl: string): string {
  return `${publicUrl.startsWith('https:') ? '__Host-' : ''}sharetab.session_token`;
}

const WEEK_SECONDS = 7 * 24 * 3600;

/** The settings, for `betterAuth()` and for its adapter. */
export function authSettings(options: AuthSettings) {
  const isHttps = options.publicUrl.startsWith('https:');
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
      password: options.hashing,
      // Without it, signing up would tell by its session, or by the lack of one, who has an account already.
      requireEmailVerification: true,
      revokeSessionsOnPasswordReset: true,
      onExistingUserSignUp: async ({ user }: { user: AuthUser }) => {
        const url = `${options.publicUrl}/sign-in`;
        await options.sendMail({ type: 'account_exists', ...recipientOf(user), url });
      },
      onPasswordReset: async ({ user }: { user: AuthUser }) => {
        await options.endResetLinks(user.id);
        const url = `${options.publicUrl}/forgot`;
        await options.sendMail({ type: 'password_changed', ...recipientOf(user), url });
      },
      sendResetPassword: async ({ user, url }: { user: AuthUser; url: string }) => {
        await options.sendMail({ type: 'reset_password', ...recipientOf(user), url });
      },
    },
    emailVerification: {
      sendOnSignUp: true,
      sendOnSignIn: true,
      // Nobody has shown yet that the address is hers: the name is what a stranger may have typed.
      sendVerificationEmail: async ({ user, url }: { user: AuthUser; url: string }) => {
        await options.sendMail({
          type: 'verify_email',
          recipient: withoutAliases(user.email),
          recipientName: '',
          url: toOurPage(url),
        });
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
    verification: {
      modelName: 'verifications',
      fields: { expiresAt: 'expires_at', ...TIMES },
      // A link in a mail is its token; the database has only its hash.
      storeIdentifier: 'hashed' as const,
    },
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
    // Ours cover these routes (account-limits.ts), and their answers have our shape.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix: isHttps ? '__Host-sharetab' : 'sharetab',
      // It would add a prefix of its own, __Secure-, which promises less.
      useSecureCookies: false,
      defaultCookieAttributes: { secure: isHttps },
      ipAddress: { disableIpTracking: true },
      database: { joins: true, validateSchema: false },
    },
    // What went wrong is thrown, so that it is logged and answered like everything else that goes wrong.
    onAPIError: { throw: true },
    // Its arguments may hold a person's data, and so do some of its lines: only those about trouble are kept.
    logger: {
      level: 'warn' as const,
      log: (level: string, message: string) => {
        const line = { from: 'better-auth', reason: message };
        if (level === 'error') options.logger.error(line, 'accounts');
        else options.logger.debug(line, 'accounts');
      },
    },
  } satisfies Parameters<typeof betterAuth>[0];
}

/** A link for signing in leads to the page that says what it was for, whoever had it sent. */
function toOurPage(link: string): string {
  const url = new URL(link);
  url.searchParams.set('callbackURL', VERIFIED_PAGE);
  return url.href;
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
