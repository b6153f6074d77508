/** An HTTP client, browser or program: keeps cookies, sends JSON, and checks the shape of every response. */

import { sql } from 'kysely';
import { run } from '../../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { io, type Socket } from 'socket.io-client';
import { expect } from 'vitest';
import { errorSchema } from '../../domain/contract/errors.ts';
import type { Role } from '../../domain/permissions.ts';
import type { ClientToServerEvents, ServerToClientEvents } from '../../domain/socket.ts';
import type { Databases } from '../../db/databases.ts';

export type WatchingSocket = Socket<ServerToClientEvents, ClientToServerEvents>;

// Tests only assert on response bodies.
// oxlint-disable-next-line typescript/no-explicit-any
type Answer = any;

export interface Reply<T = never> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface CallOptions {
  readonly body?: unknown;
  /** Sent unchanged, with `contentType`. */
  readonly raw?: string | Uint8Array<ArrayBuffer>;
  readonly contentType?: string;
  readonly headers?: Record<string, string>;
  /** Null sends none. Default for POST: a new one. */
  readonly key?: string | null;
  /** Aborts the request. */
  readonly signal?: AbortSignal;
}

/** One person; `origin` is the header her browser sends, null for a program. */
export class Visitor {
  readonly url: string;
  readonly cookies = new Map<string, string>();
  origin: string | null;
  guestToken: string | undefined;

  constructor(url: string, origin: string | null = url) {
    this.url = url;
    this.origin = origin;
  }

  /** Returns the same person at another API. */
  at(url: string): Visitor {
    const same = new Visitor(url);
    same.guestToken = this.guestToken;
    for (const [name, value] of this.cookies) same.cookies.set(name, value);
    return same;
  }

  get cookieHeader(): string {
    return [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  async call<T = Answer>(method: string, path: string, options: CallOptions = {}): Promise<Reply<T>> {
    const headers = new Headers(options.headers);
    if (this.origin !== null && !headers.has('origin')) headers.set('origin', this.origin);
    if (this.cookies.size > 0 && !headers.has('cookie')) headers.set('cookie', this.cookieHeader);
    if (this.guestToken && !headers.has('authorization'))
      headers.set('authorization', `Guest ${this.guestToken}`);
    const key = options.key === undefined && method === 'POST' ? randomUUID() : options.key;
    if (key) headers.set('idempotency-key', key);
    const body = options.raw ?? (options.body === undefined ? undefined : JSON.stringify(options.body));
    if (body !== undefined) headers.set('content-type', options.contentType ?? 'application/json');
    const response = await fetch(this.url + path, {
      method,
      headers,
      redirect: 'manual',
      ...(body !== undefined && { body }),
      ...(options.signal && { signal: options.signal }),
    });
    for (const cookie of response.headers.getSetCookie()) this.#keep(cookie);
    const text = await response.text();
    const isJson = response.headers.get('content-type')?.includes('json') ?? false;
    const answer: unknown = isJson ? JSON.parse(text) : text;
    if (response.status >= 400 && path.startsWith('/api')) errorSchema.parse(answer);
    return { status: response.status, headers: response.headers, body: answer as T };
  }

  get<T = Answer>(path: string, options?: CallOptions) {
    return this.call<T>('GET', path, options);
  }

  post<T = Answer>(path: string, body: unknown = {}, options?: CallOptions) {
    return this.call<T>('POST', path, { body, ...options });
  }

  /**
   * Sends a command that must succeed. As a page does, retries it with the same idempotency key while a busy machine
   * asks to. Throws the response if it is any other error.
   */
  async command<T = Answer>(path: string, body: unknown = {}, key: string = randomUUID()): Promise<Reply<T>> {
    for (let attempt = 1; ; attempt += 1) {
      const reply = await this.post<T>(path, body, { key });
      if (reply.status < 300) return reply;
      if (reply.status !== 503 || attempt === 10)
        throw new Error(`POST ${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
    }
  }

  /** A connected socket with this person's cookies. The caller closes it. */
  async connect(
    options: { guestToken?: string; origin?: string; url?: string } = {},
  ): Promise<WatchingSocket> {
    const socket: WatchingSocket = io(options.url ?? this.url, {
      transports: ['websocket'],
      forceNew: true,
      reconnection: false,
      auth: options.guestToken ? { guestToken: options.guestToken } : {},
      extraHeaders: {
        ...(this.cookies.size > 0 && { cookie: this.cookieHeader }),
        ...((options.origin ?? this.origin) && { origin: (options.origin ?? this.origin)! }),
      },
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    return socket;
  }

  #keep(setCookie: string): void {
    const [pair = '', ...attributes] = setCookie.split('; ');
    const name = pair.slice(0, pair.indexOf('='));
    const value = pair.slice(pair.indexOf('=') + 1);
    const isGone = value === '' || attributes.some((attribute) => /^max-age=0$/i.test(attribute));
    if (isGone) this.cookies.delete(name);
    else this.cookies.set(name, value);
  }
}

/** Signs a person up and in; verifies her address and sets `role` directly in the database. */
export async function signUp(
  visitor: Visitor,
  databases: Databases,
  role: Role = 'customer',
): Promise<{ email: string; password: string }> {
  const email = `${role}-${randomUUID()}@example.test`;
  const password = 'correct horse battery';
  const signedUp = await untilReached(() =>
    visitor.post('/api/auth/sign-up/email', { name: `A ${role}`, email, password }),
  );
  expect(signedUp.status, JSON.stringify(signedUp.body)).toBe(200);
  await run(
    databases.users.em.fork(),
    sql`update users set role = ${role}, email_verified = true where email = ${email}`,
  );
  const signedIn = await untilReached(() => visitor.post('/api/auth/sign-in/email', { email, password }));
  expect(signedIn.status, JSON.stringify(signedIn.body)).toBe(200);
  return { email, password };
}

/** Retries as a page does, while a busy machine responds that it is unavailable. */
async function untilReached(ask: () => Promise<Reply<Answer>>): Promise<Reply<Answer>> {
  for (let attempt = 1; ; attempt += 1) {
    const reply = await ask();
    if (reply.status !== 503 || attempt === 10) return reply;
  }
}
