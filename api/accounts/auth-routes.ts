/** better-auth below /api/auth, with its errors in our shape and our limits in front. */

import type { Middleware } from 'koa';
import { z } from 'zod';
import type { ErrorCode } from '../../domain/failures.ts';
import { ApiError, invalidRequest, notFound } from '../http/api-error.ts';
import type { ApiContext, ApiState } from '../http/context.ts';
import { JSON_LIMIT, parseJson, readBytes } from '../http/read-body.ts';
import type { LimitName, RateLimits } from '../http/rate-limits.ts';
import { readAuthBody } from './auth-body.ts';
import type { Accounts } from './auth.ts';
import { withoutAliases } from './mail-alias.ts';

const PREFIX = '/api/auth';
const LIMITED: Readonly<Record<string, LimitName>> = {
  '/sign-in/email': 'signIn',
  '/sign-up/email': 'signUp',
  '/request-password-reset': 'resetPassword',
  '/reset-password': 'resetPassword',
  '/send-verification-email': 'resetPassword',
  '/change-password': 'signIn',
};

/** Answers everything below /api/auth. `onSessionsEnded` hears of requests after which sessions may have ended. */
export function mountAuth(options: {
  accounts: Accounts;
  rateLimits: RateLimits;
  publicUrl: string;
  onSessionsEnded: () => void;
}): Middleware<ApiState, ApiContext> {
  return async (ctx, next) => {
    if (ctx.path !== PREFIX && !ctx.path.startsWith(`${PREFIX}/`)) return void (await next());
    const path = ctx.path.slice(PREFIX.length);
    ctx.state.route = `${PREFIX}/*`;
    ctx.set('Cache-Control', 'no-store');
    const bytes = ctx.method === 'GET' ? undefined : await readBytes(ctx.req, JSON_LIMIT);
    // Checked here, since better-auth takes forms too, which any page can make a browser send.
    refuseNul(ctx.url, bytes);
    const body = bytes && readAuthBody(parseJson(ctx, bytes));
    const limit = LIMITED[path];
    if (limit && ctx.method === 'POST') {
      await options.rateLimits.consume(limit, { client: ctx.state.client, person: body?.email });
    }
    const response = await options.accounts.handle(
      new Request(new URL(ctx.url, options.publicUrl), {
        method: ctx.method,
        headers: plainHeaders(ctx.req.headers),
        ...(bytes && bytes.length > 0 && { body: body!.json }),
      }),
    );
    for (const cookie of response.headers.getSetCookie()) ctx.append('Set-Cookie', cookie);
    if (response.status >= 400) throw await translateError(response);
    if (ctx.method === 'POST' && /sign-out|password|revoke|delete/.test(path)) options.onSessionsEnded();
    ctx.status = response.status;
    const location = response.headers.get('location');
    if (location !== null) ctx.set('Location', location);
    const text = await response.text();
    if (text !== '') {
      ctx.type = response.headers.get('content-type') ?? 'application/json';
      ctx.body = withoutAliases(text);
    }
  };
}

/** PostgreSQL cannot keep it, and nobody types it. */
function refuseNul(url: string, bytes: Buffer | undefined): void {
  if (url.includes('%00') || bytes?.includes('\\u0000') || bytes?.includes(0)) {
    throw invalidRequest('The request contains a character that cannot be kept.');
  }
}

function plainHeaders(headers: NodeJS.Dict<string | string[]>): Headers {
  const plain = new Headers();
  for (const name of [
    'accept',
    'content-type',
    'cookie',
    'origin',
    'referer',
    'sec-fetch-site',
    'sec-fetch-mode',
    'sec-fetch-dest',
  ]) {
    const value = headers[name];
    if (typeof value === 'string') plain.set(name, value);
  }
  return plain;
}

const CODES: Readonly<Record<number, ErrorCode>> = {
  400: 'invalid_request',
  401: 'unauthenticated',
  403: 'forbidden',
  404: 'not_found',
  413: 'payload_too_large',
  429: 'too_many_requests',
};
const failure = z.object({ message: z.string().optional(), code: z.string().optional() });

async function translateError(response: Response): Promise<Error> {
  if (response.status === 404) return notFound();
  if (response.status >= 500) return new Error(`better-auth answered ${response.status}`);
  const { message, code } = failure.catch({}).parse(await response.json().catch(() => ({})));
  const issues = [...(message ?? '').matchAll(/\[body(?:\.([^\]]+))?\] ([^;]+)/g)].map(([, field, what]) => ({
    path: field === undefined ? [] : [field],
    message: what!,
  }));
  const [first] = issues;
  if (first) return invalidRequest('Something in this request is not right: see the details.', issues);
  const sentence = (code && SENTENCES[code]) ?? message ?? 'This request is not right.';
  return new ApiError(
    CODES[response.status] ?? 'invalid_request',
    /[.!?]$/.test(sentence) ? sentence : `${sentence}.`,
    code === undefined ? undefined : { reason: code, ...(FIELDS[code] && { path: FIELDS[code] }) },
  );
}

/** Where in the body it is that is not right, for a page to mark the field. */
const FIELDS: Readonly<Record<string, readonly string[]>> = {
  USER_ALREADY_EXISTS: ['email'],
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL: ['email'],
  PASSWORD_TOO_SHORT: ['password'],
  PASSWORD_TOO_LONG: ['password'],
  INVALID_NAME: ['name'],
};

/** What better-auth says too shortly. */
const SENTENCES: Readonly<Record<string, string>> = {
  INVALID_EMAIL_OR_PASSWORD: 'The mail address or the password is not right.',
  USER_ALREADY_EXISTS: 'There is an account with this mail address already: sign in instead.',
  USER_ALREADY_EXISTS_USE_ANOTHER_EMAIL:
    'There is an account with this mail address already: sign in instead.',
  PASSWORD_TOO_SHORT: 'A password has at least 8 characters.',
  PASSWORD_TOO_LONG: 'A password has at most 128 characters.',
  INVALID_EMAIL: 'This is not a mail address.',
  INVALID_TOKEN: 'This link is not valid any more. Please ask for a new one.',
  TOKEN_EXPIRED: 'This link is not valid any more. Please ask for a new one.',
};
