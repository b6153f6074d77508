import { CODE_BY_STATUS } from '#domain/status-codes.ts';
import { serverClock } from '../shop/server-clock.svelte.ts';
import { guestTokens } from '../people/guest-tokens.ts';
import { ApiError } from './api-error.ts';
import { isolateTexts } from './isolate-texts.ts';
import { noteRefusal } from './refusals.ts';
import { offline, refuse, timedOut } from './refuse.ts';
import { startTimeout } from './timeout.ts';
import type { ErrorCode } from '#domain/failures.ts';

type Query = Readonly<Record<string, string | number | boolean | null | undefined>>;
export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface RequestOptions {
  readonly query?: Query;
  /** Sent as JSON; a Blob is sent unchanged. */
  readonly body?: unknown;
  /** Kept across retries of this call; the caller keeps it until there is a response. */
  readonly idempotencyKey?: string;
  /** For a guest's link; all others are identified by a cookie. */
  readonly authorization?: string;
  readonly signal?: AbortSignal;
}

/**
 * Timeout of one try, including the response body. On the server a command waits for its outcome for at most some
 * twenty seconds; a picture uploads as slowly as the line is. The timeout covers networks that swallow packets.
 */
const TIMEOUTS = { read: 10_000, command: 25_000, upload: 120_000 } as const;

/** Delays before the second, third … try of a repeatable call. */
const RETRY_DELAYS = [400, 1200, 2500];

/**
 * Calls the API and returns its JSON. Throws ApiError for every other outcome. A repeatable call (GET, PUT, DELETE, or
 * any with an idempotency key) is retried with the same key after `503 try_again` and after a lost connection, but not
 * after `too_late`: that order is over and needs a new key. A timeout counts as a lost connection and is not retried,
 * so that its message comes soon enough to act on.
 */
export async function request<Answer>(
  method: Method,
  path: string,
  options: RequestOptions = {},
): Promise<Answer> {
  const repeatable = options.idempotencyKey !== undefined || !['POST', 'PATCH'].includes(method);
  for (let attempt = 0; ; attempt += 1) {
    try {
      return await callOnce<Answer>(method, path, options);
    } catch (error) {
      const delay = RETRY_DELAYS[attempt];
      if (error instanceof ApiError) error.wasRepeated = attempt > 0;
      if (!repeatable || delay === undefined || !isWorthRepeating(error)) throw error;
      await pause(delay, options.signal);
    }
  }
}

async function callOnce<Answer>(method: string, path: string, options: RequestOptions): Promise<Answer> {
  const timeout = startTimeout(timeoutOf(method, options), options.signal);
  try {
    return await exchange<Answer>(method, path, { ...options, signal: timeout.signal });
  } catch (error) {
    if (error instanceof ApiError) noteRefusal(error.code);
    else if (timeout.isOver() && !options.signal?.aborted) throw timedOut();
    throw error;
  } finally {
    timeout.stop();
  }
}

function timeoutOf(method: string, { body }: RequestOptions): number {
  if (body instanceof Blob) return TIMEOUTS.upload;
  return method === 'GET' ? TIMEOUTS.read : TIMEOUTS.command;
}

async function exchange<Answer>(method: string, path: string, options: RequestOptions): Promise<Answer> {
  let response = await send(method, path, options);
  if ([401, 403, 404].includes(response.status) && options.authorization === undefined) {
    const authorization = guestTokens.headerAfterRefusal(path);
    if (authorization !== undefined) response = await send(method, path, { ...options, authorization });
  }
  if (response.status === 204) return undefined as Answer;
  const body: unknown = await response.json().catch((error: unknown) => {
    if (options.signal?.aborted) throw error;
    return null;
  });
  const answer = isolateTexts(body);
  if (response.ok) {
    if (answer === null) throw await refuse('internal_error', response.status, { reason: 'unreadable' });
    return answer as Answer;
  }
  throw await readError(response, answer);
}

async function send(method: string, path: string, options: RequestOptions): Promise<Response> {
  const { body } = options;
  const headers = new Headers({ accept: 'application/json' });
  if (body !== undefined) headers.set('content-type', body instanceof Blob ? body.type : 'application/json');
  if (options.idempotencyKey !== undefined) headers.set('idempotency-key', options.idempotencyKey);
  const authorization = options.authorization ?? guestTokens.headerFor(path);
  if (authorization !== undefined) headers.set('authorization', authorization);
  const sentAt = Date.now();
  try {
    const response = await fetch(path + queryString(options.query), {
      method,
      headers,
      credentials: 'same-origin',
      ...(body === undefined ? {} : { body: body instanceof Blob ? body : JSON.stringify(body) }),
      ...(options.signal ? { signal: options.signal } : {}),
    });
    // A response from the browser's cache has an old `Date`.
    if (response.headers.get('cache-control') === 'no-store')
      serverClock.learn(response.headers.get('date'), sentAt, Date.now());
    return response;
  } catch (error) {
    if (options.signal?.aborted) throw error;
    throw offline();
  }
}

function readError(response: Response, answer: unknown): Promise<ApiError> {
  // Its `message` is for programmers.
  const error = (answer as { error?: { code?: ErrorCode; details?: unknown } } | null)?.error;
  const code = error?.code ?? CODE_BY_STATUS[response.status] ?? 'internal_error';
  return refuse(code, response.status, error?.details);
}

function isWorthRepeating(error: unknown): boolean {
  if (!(error instanceof ApiError)) return false;
  if (error.code === 'offline') return error.detail('reason') !== 'timeout';
  return error.code === 'try_again' && error.detail('reason') !== 'too_late';
}

function queryString(query: Query = {}): string {
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === null || value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds);
    signal?.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    });
  });
}
