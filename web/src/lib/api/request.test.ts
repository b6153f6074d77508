import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sentenceFor } from './api-error.ts';
import { call } from './call.ts';
import { newIdempotencyKey } from './idempotency-key.ts';
import { request } from './request.ts';

interface Reply {
  readonly status: number;
  readonly body?: unknown;
  /** Where the response breaks off. */
  readonly hangs?: 'at once' | 'in its answer';
}
const placed: Reply = { status: 201, body: { order: { id: 'o1' } } };
const refusal = (status: number, code: string, details?: unknown): Reply => ({
  status,
  body: { error: { code, message: `It is ${code}.`, details } },
});

let server: Server;
let replies: Reply[];
let seen: IncomingMessage[];

beforeEach(async () => {
  replies = [];
  seen = [];
  server = createServer((incoming, answer) => {
    seen.push(incoming);
    incoming.resume().on('end', () => {
      const { status, body, hangs } = replies.shift() ?? placed;
      if (hangs === 'at once') return;
      if (hangs === 'in its answer') return void answer.writeHead(200).write('{');
      answer.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
      answer.end(body === undefined ? undefined : JSON.stringify(body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  // Addresses are relative to the page; in this test there is none.
  const { fetch } = globalThis;
  vi.stubGlobal('fetch', (path: string, init: RequestInit) => fetch(`http://127.0.0.1:${port}${path}`, init));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const keys = (): unknown[] => seen.map((incoming) => incoming.headers['idempotency-key']);
const place = (): Promise<unknown> =>
  request('POST', '/api/orders', { body: {}, idempotencyKey: 'a-key-of-this-very-command' });

describe('calling the API', () => {
  it('sends a command again with its key when it is asked to', async () => {
    replies = [refusal(503, 'try_again'), placed];
    await expect(place()).resolves.toEqual(placed.body);
    expect(keys()).toEqual(['a-key-of-this-very-command', 'a-key-of-this-very-command']);
  });

  it('does not when the order was decided too late: that one is over', async () => {
    replies = [refusal(503, 'try_again', { reason: 'too_late' })];
    await expect(place()).rejects.toMatchObject({ code: 'try_again', details: { reason: 'too_late' } });
    expect(seen).toHaveLength(1);
  });

  it('does not send a command without a key twice', async () => {
    replies = [refusal(503, 'try_again')];
    await expect(request('POST', '/api/auth/sign-in/email', { body: {} })).rejects.toMatchObject({
      code: 'try_again',
    });
    expect(seen).toHaveLength(1);
  });

  it('throws the code and the details of a refusal, and says it in the words of the page', async () => {
    replies = [refusal(409, 'out_of_stock', [{ variantId: 'v1', requested: 2, available: 1 }])];
    const error: unknown = await place().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'out_of_stock',
      status: 409,
      details: [{ variantId: 'v1', requested: 2, available: 1 }],
    });
    expect(sentenceFor(error)).toBe('There is not enough left of something in this order.');
  });

  it('has a code for what did not come from the API', async () => {
    replies = [{ status: 413 }];
    await expect(place()).rejects.toMatchObject({
      code: 'payload_too_large',
      sentence: 'This is too large.',
    });
    replies = [{ status: 200 }];
    await expect(place()).rejects.toMatchObject({
      code: 'internal_error',
      sentence: 'The answer could not be read.',
    });
  });

  it('says so when there is no connection', async () => {
    vi.stubGlobal('fetch', () => Promise.reject(new TypeError('fetch failed')));
    await expect(request('POST', '/api/auth/sign-out', { body: {} })).rejects.toMatchObject({
      code: 'offline',
      sentence: 'We cannot reach the shop’s server. Check your connection and try again.',
    });
  });

  it('keeps the code of a refusal whose words cannot be loaded, and tells of the connection', async () => {
    vi.doMock('./refusal-words.ts', () => Promise.reject(new TypeError('no such file')));
    replies = [refusal(409, 'out_of_stock')];
    await expect(place().finally(() => vi.doUnmock('./refusal-words.ts'))).rejects.toMatchObject({
      code: 'out_of_stock',
      status: 409,
      sentence: 'We cannot reach the shop’s server. Check your connection and try again.',
    });
  });

  it.each(
    (['GET', 'POST', 'PUT', 'PATCH', 'DELETE'] as const).flatMap((method) =>
      (['at once', 'in its answer'] as const).map((hangs) => ({ method, hangs })),
    ),
  )('waits for no answer for ever, and says so: $method hangs $hangs', async ({ method, hangs }) => {
    replies = [{ status: 200, hangs }];
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    const asked = request(method, '/api/orders', method === 'GET' ? {} : { body: {}, idempotencyKey: 'k' });
    const told = asked.catch((error: unknown) => error);
    await vi.waitUntil(() => seen.length === 1);
    await vi.advanceTimersByTimeAsync(30_000);
    vi.useRealTimers();
    const error = await told;
    expect(error).toMatchObject({ code: 'offline' });
    expect(sentenceFor(error)).toBe('No answer came in time. Check your connection and try again.');
    expect(seen).toHaveLength(1);
  });

  it('calls a route of the contract by its name, with its parameters in their places', async () => {
    replies = [{ status: 200, body: { items: [], nextCursor: null } }, { status: 204 }];
    await call('GET /api/orders/:id/events', { params: { id: 'o/1' }, query: { after: 3 } });
    await call('DELETE /api/payment-methods/:paymentMethod', { params: { paymentMethod: 'pm_1' } });
    expect(seen.map(({ method, url }) => `${method} ${url}`)).toEqual([
      'GET /api/orders/o%2F1/events?after=3',
      'DELETE /api/payment-methods/pm_1',
    ]);
  });

  it('answers nothing to 204, and leaves empty values out of the query', async () => {
    replies = [{ status: 204 }];
    await expect(
      request('GET', '/api/orders', { query: { cursor: null, q: '', limit: 20 } }),
    ).resolves.toBeUndefined();
    expect(seen[0]?.url).toBe('/api/orders?limit=20');
  });
});

it('makes keys that the API takes, never the same', () => {
  const made = Array.from({ length: 100 }, newIdempotencyKey);
  expect(new Set(made).size).toBe(100);
  for (const key of made) expect(key).toMatch(/^[A-Za-z0-9_-]{22,64}$/);
});
