/** The configuration of better-auth: our tables, our mails, and unused features turned off. */

import { APIError } from 'better-auth/api';
import type { betterAuth } from 'better-auth/minimal';
import type { Logger } from 'pino';
import { contactSchema } from '../../../domain/contract/orders.ts';
import type { AccountMailType } from '../../../domain/events.ts';
import { ROLES } from '../../../domain/permissions.ts';
import { knownLanguage } from '../../../messages/choose-language.ts';
import type { Language } from '../../../messages/compiled/languages.ts';
import { VERIFIED_PAGE } from './auth-endpoints.ts';
import { withoutAliases } from './mail-alias.ts';
import type { PasswordHashing } from './passwords/password-hashing.ts';

/** A mail about an account: its recipient and the target of its button. */
export interface AccountMail {
  readonly type: AccountMailType;
  readonly recipient: string;
  readonly recipientName: string;
  readonly language: Language;
  readonly url: string;
}

/** Dependencies and settings of the accounts. */
export interface AuthSettings {
  publicUrl: string;
  /** Origins that requests may come from and redirects may lead to. */
  origins: () => readonly string[];
  secret: string;
  /** Must not wait for the mail server. */
  sendMail: (mail: AccountMail) => Promise<void>;
  hashing: Pick<PasswordHashing, 'hash' | 'verify'>;
  /** Revokes every link that could still set this person's password. */
  endResetLinks: (userId: string) => Promise<void>;
  /** Receives better-auth's log messages. */
  logger: Logger;
}

/** The name of the session cookie. Over HTTPS, its prefix binds it to this host and to HTTPS. */
export function sessionCookieName(publicUrl: string): string {
  return `${publicUrl.startsWith('https:') ? '__Host-' : ''}sharetab.session_token`;
}

const WEEK_SECONDS = 7 * 24 * 3600;

/** Returns the options for `betterAuth()` and its adapter. */
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
      // Otherwise, whether signing up returns a session would reveal which addresses have an account.
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
      // The address is not confirmed yet, so a stranger may have typed this name.
      sendVerificationEmail: async ({ user, url }: { user: AuthUser; url: string }) => {
        await options.sendMail({
          type: 'verify_email',
          recipient: withoutAliases(user.email),
          recipientName: '',
          language: knownLanguage(user.language),
          url: toOurPage(url),
        });
      },
    },
    user: {
      modelName: 'users',
      fields: { emailVerified: 'email_verified', ...TIMES },
      additionalFields: {
        role: { type: [...ROLES], required: false, defaultValue: 'customer', input: false },
        language: { type: 'string' as const, required: false, input: false },
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
      // The token in a mailed link is a secret, so the database stores only its hash.
      storeIdentifier: 'hashed' as const,
    },
    databaseHooks: {
      user: {
        // In what she signs up in, she is written to.
        create: {
          before: async (user: Partial<AuthUser>, context: { headers?: Headers | undefined } | null) => ({
            data: { ...checkUser(user), language: context?.headers?.get('accept-language') ?? null },
          }),
        },
        update: { before: async (user: Partial<AuthUser>) => ({ data: checkUser(user) }) },
      },
      // Nothing reads these, and data that is not stored cannot leak.
      session: {
        create: {
          before: async (session: object) => ({ data: { ...session, ipAddress: '', userAgent: '' } }),
        },
      },
    },
    // Our own limits (account-limits.ts) cover these routes and respond in our format.
    rateLimit: { enabled: false },
    telemetry: { enabled: false },
    advanced: {
      cookiePrefix: isHttps ? '__Host-sharetab' : 'sharetab',
      // better-auth would add the prefix __Secure-, which guarantees less.
      useSecureCookies: false,
      defaultCookieAttributes: { secure: isHttps },
      ipAddress: { disableIpTracking: true },
      database: { joins: true, validateSchema: false },
    },
    // Unexpected errors are thrown, so that they are logged and rendered like all others.
    onAPIError: { throw: true },
    // The arguments and some messages may contain personal data: only warnings and errors are logged.
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

/** A sign-in link leads to the page that explains it, regardless of who requested it. */
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
  readonly language?: string | null | undefined;
}

function recipientOf(user: AuthUser) {
  return {
    recipient: withoutAliases(user.email),
    recipientName: user.name,
    language: knownLanguage(user.language),
  };
}

/** Names must meet the contract's limits. Profile pictures are not stored. */
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
