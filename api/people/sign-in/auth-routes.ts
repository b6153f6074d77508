/** The account endpoints below /api/auth: better-auth behind our rate limits, with errors in our format. */

import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { readLanguage } from '../../http/language.ts';
import { invalidRequest, notFound } from '../../http/api-error.ts';
import type { ApiContext, ApiState, Request as OurRequest } from '../../http/context.ts';
import { JSON_LIMIT, parseJson, readBytes } from '../../http/read-body.ts';
import { validate } from '../../http/validate.ts';
import { answerEvenly } from './answer-evenly.ts';
import { findEndpoint, type AuthEndpoint } from './auth-endpoints.ts';
import { translateError } from './auth-errors.ts';
import type { Accounts } from './auth.ts';
import type { KnownDevices } from './known-devices.ts';
import { toAlias, withoutAliases } from './mail-alias.ts';
import { isCommonPassword } from './passwords/common-passwords.ts';

const PREFIX = '/api/auth';

interface AuthRouteOptions {
  readonly accounts: Accounts;
  readonly devices: KnownDevices;
  readonly publicUrl: string;
  readonly logger: Logger;
  /** Called after requests that may have ended sessions. */
  readonly onSessionsEnded: () => void;
}
/** The input after the endpoint's schema validated it. */
type Input = Readonly<Record<string, unknown>>;

/** Responds to all paths below /api/auth: the endpoints of the table, and 404 for any other. */
export function mountAuth(options: AuthRouteOptions): Middleware<ApiState, ApiContext> {
  const { accounts } = options;
  return async (ctx, next) => {
    if (ctx.path !== PREFIX && !ctx.path.startsWith(`${PREFIX}/`)) return void (await next());
    ctx.state.route = `${PREFIX}/*`;
    ctx.set('Cache-Control', 'no-store');
    const found = findEndpoint(ctx.method, ctx.path.slice(PREFIX.length));
    if (!found) throw notFound();
    const { endpoint, path } = found;
    ctx.state.route = `${PREFIX}${endpoint.path}`;
    const input = await readInput(ctx, endpoint);
    refuseCommonPassword(input);
    const answer = () => answerInTurn(ctx, endpoint, path, input);
    await (endpoint.evenly ? answerEvenly(answer) : answer());
    if (endpoint.endsSessions) options.onSessionsEnded();
  };

  /** Password hashes run in a queue, and an attempt counts only once it has a slot: a busy server locks nobody out. */
  async function answerInTurn(
    ctx: OurRequest,
    endpoint: AuthEndpoint,
    path: string,
    input: Input,
  ): Promise<void> {
    const counted = () => answerCounted(ctx, endpoint, path, input);
    await (endpoint.hashes ? accounts.hashInTurn(ctx.state.client, counted) : counted());
  }

  async function answerCounted(
    ctx: OurRequest,
    endpoint: AuthEndpoint,
    path: string,
    input: Input,
  ): Promise<void> {
    const email = typeof input['email'] === 'string' ? input['email'] : undefined;
    const account = email ?? (typeof input['token'] === 'string' ? input['token'] : path);
    const knownDevice = email === undefined ? undefined : options.devices.idFor(ctx, email);
    const counted =
      endpoint.limit &&
      (await accounts.limits.count(endpoint.limit, { client: ctx.state.client, account, knownDevice }));
    const handle = async () => {
      if (endpoint.mailsSome) await accounts.assertTakesMails();
      return accounts.handle(requestFor(ctx, endpoint, path, input));
    };
    const response = await handle().catch((error: unknown) => {
      // The failure was not the client's. The uncount is not awaited: it may use the database that failed.
      counted
        ?.takeBack()
        .catch((err: unknown) => options.logger.warn({ err }, 'a try could not be taken back'));
      throw error;
    });
    if (endpoint.limit === 'signIn' && email !== undefined) {
      if (!response.ok) logFailedSignIn(ctx, email);
      else {
        options.devices.remember(ctx, email);
        await counted?.takeBack();
      }
    }
    await present(ctx, response);
  }

  /** Logs identify an account by a hash, which distinguishes accounts without revealing them. */
  function logFailedSignIn(ctx: OurRequest, email: string): void {
    const { requestId, client } = ctx.state;
    const account = accounts.logNameOf(email);
    options.logger.warn({ requestId, account, network: client.network }, 'a sign-in failed');
  }

  /** The request for better-auth: the table's path, the validated input, and the headers that better-auth reads. */
  function requestFor(ctx: OurRequest, endpoint: AuthEndpoint, path: string, input: Input): Request {
    const url = new URL(PREFIX + path, options.publicUrl);
    const headers = plainHeaders(ctx.req.headers);
    headers.set('accept-language', readLanguage(ctx));
    if (endpoint.method === 'POST') {
      const { email } = input;
      const body = { ...input, ...(typeof email === 'string' && { email: toAlias(email) }) };
      return new Request(url, { method: 'POST', headers, body: JSON.stringify(body) });
    }
    for (const [name, value] of Object.entries(input)) url.searchParams.set(name, String(value));
    return new Request(url, { headers });
  }
}

/** Returns the validated query or JSON body. Neither contains NUL, which PostgreSQL cannot store. */
async function readInput(ctx: OurRequest, endpoint: AuthEndpoint): Promise<Input> {
  if (endpoint.method === 'GET') return validate(endpoint.input, { ...ctx.query }, 'query');
  const body = parseJson(ctx, await readBytes(ctx.req, JSON_LIMIT));
  const input = validate(endpoint.input, body, 'body');
  if (Object.values(input).some((value) => String(value).includes('\0')))
    throw invalidRequest('The request contains a character that cannot be kept.');
  return input;
}

/** Applies to sign-up and to password resets. Name and address are checked too where they are known. */
function refuseCommonPassword({ password, newPassword, name, email }: Input): void {
  const chosen = newPassword ?? (name === undefined ? undefined : password);
  if (typeof chosen !== 'string') return;
  const about = [name, email].filter((word) => typeof word === 'string');
  if (!isCommonPassword(chosen, about)) return;
  const message =
    'This password is one of those that are tried first. Please choose another, such as a few words.';
  throw invalidRequest(message, [
    { path: [newPassword === undefined ? 'password' : 'newPassword'], code: 'common_password' },
  ]);
}

async function present(ctx: OurRequest, response: Response): Promise<void> {
  if (response.status >= 400) throw await translateError(response);
  for (const cookie of response.headers.getSetCookie()) ctx.append('Set-Cookie', cookie);
  ctx.status = response.status;
  const location = response.headers.get('location');
  if (location !== null) ctx.set('Location', location);
  const text = await response.text();
  if (text === '') return;
  ctx.type = response.headers.get('content-type') ?? 'application/json';
  ctx.body = withoutAliases(text);
}

function plainHeaders(headers: NodeJS.Dict<string | string[]>): Headers {
  const plain = new Headers({ 'content-type': 'application/json' });
  for (const name of [
    'accept',
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
