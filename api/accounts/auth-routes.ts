/** The endpoints of accounts, below /api/auth: better-auth's, with our limits in front and its errors in our shape. */

import type { Middleware } from 'koa';
import type { Logger } from 'pino';
import { invalidRequest, notFound } from '../http/api-error.ts';
import type { ApiContext, ApiState, Request as OurRequest } from '../http/context.ts';
import { JSON_LIMIT, parseJson, readBytes } from '../http/read-body.ts';
import { validate } from '../http/validate.ts';
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
  /** Hears of requests after which sessions may have ended. */
  readonly onSessionsEnded: () => void;
}
/** What the schema of an endpoint let through. */
type Input = Readonly<Record<string, unknown>>;

/** Responds to everything below /api/auth: the endpoints of the table, and 404 for all else. */
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

  /** Passwords are hashed in turn, and a try counts only once it has a turn: a server that is busy locks nobody out. */
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
    const response = await accounts.handle(requestFor(ctx, endpoint, path, input)).catch((error: unknown) => {
      // It was no fault of hers. Nobody waits for it: the database that failed may be the one that counts.
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

  /** Who it was is said by a hash: it tells one account from another, and not whose it is. */
  function logFailedSignIn(ctx: OurRequest, email: string): void {
    const { requestId, client } = ctx.state;
    const account = accounts.logNameOf(email);
    options.logger.warn({ requestId, account, network: client.network }, 'a sign-in failed');
  }

  /** The request as better-auth gets it: the table's own path, the input as it was checked, and the headers that it reads. */
  function requestFor(ctx: OurRequest, endpoint: AuthEndpoint, path: string, input: Input): Request {
    const url = new URL(PREFIX + path, options.publicUrl);
    const headers = plainHeaders(ctx.req.headers);
    if (endpoint.method === 'POST') {
      const { email } = input;
      const body = { ...input, ...(typeof email === 'string' && { email: toAlias(email) }) };
      return new Request(url, { method: 'POST', headers, body: JSON.stringify(body) });
    }
    for (const [name, value] of Object.entries(input)) url.searchParams.set(name, String(value));
    return new Request(url, { headers });
  }
}

/** The query or the JSON body, checked. NUL, which PostgreSQL cannot keep, is in none of them. */
async function readInput(ctx: OurRequest, endpoint: AuthEndpoint): Promise<Input> {
  if (endpoint.method === 'GET') return validate(endpoint.input, { ...ctx.query }, 'query');
  const body = parseJson(ctx, await readBytes(ctx.req, JSON_LIMIT));
  const input = validate(endpoint.input, body, 'body');
  if (Object.values(input).some((value) => String(value).includes('\0')))
    throw invalidRequest('The request contains a character that cannot be kept.');
  return input;
}

/** On both ways to a new password. What is common is judged with the name and the address, where these are known. */
function refuseCommonPassword({ password, newPassword, name, email }: Input): void {
  const chosen = newPassword ?? (name === undefined ? undefined : password);
  if (typeof chosen !== 'string') return;
  const about = [name, email].filter((word) => typeof word === 'string');
  if (!isCommonPassword(chosen, about)) return;
  const message =
    'This password is one of those that are tried first. Please choose another, such as a few words.';
  throw invalidRequest(message, [
    { path: [newPassword === undefined ? 'password' : 'newPassword'], message },
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
