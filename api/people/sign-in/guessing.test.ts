/** Attacks of strangers on accounts, and that they do not affect the owners. */

import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { Writable } from 'node:stream';
import { betterAuth } from 'better-auth/minimal';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../../../test/setup/system.ts';
import { signUp, Visitor } from '../../../test/setup/visitor.ts';
import { createLogger } from '../../http/logger.ts';
import { AUTH_ENDPOINTS } from './auth-endpoints.ts';

let system: TestSystem;
let logs = '';
beforeAll(async () => {
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      logs += chunk.toString();
      done();
    },
  });
  system = await startTestSystem({
    logger: createLogger({ level: 'info', destination }),
    environment: { TRUST_PROXY: 'loopback' },
  });
});
afterAll(() => system?.stop());

/** A client in a separate network. */
class Networked extends Visitor {
  readonly address: string;
  constructor(address = `2001:db8:${randomUUID().slice(0, 4)}:${randomUUID().slice(0, 4)}::1`) {
    super(system.url);
    this.address = address;
  }
  override call<T>(...[method, path, options = {}]: Parameters<Visitor['call']>) {
    const headers = { 'x-forwarded-for': this.address, ...options.headers };
    return super.call<T>(method, path, { ...options, headers });
  }
}
const signIn = (visitor: Visitor, email: string, password: string) =>
  visitor.post('/api/auth/sign-in/email', { email, password });
const guess = (visitor: Visitor, email: string) => signIn(visitor, email, 'wrong wrong');
async function statusesOf(count: number, ask: () => Promise<{ status: number }>): Promise<number[]> {
  const statuses: number[] = [];
  for (let time = 0; time < count; time += 1) statuses.push((await ask()).status);
  return statuses;
}

describe('paths below /api/auth', () => {
  /** fetch() normalizes paths before it sends them. */
  const rawPost = (path: string, address: string) =>
    new Promise<number>((resolve, reject) => {
      const body = JSON.stringify({ email: 'nobody@example.test', password: 'wrong wrong' });
      const headers = { 'content-type': 'application/json', 'x-forwarded-for': address };
      const { port } = system.api;
      request({ host: '127.0.0.1', port, path, method: 'POST', headers }, (response) => {
        response.resume().on('end', () => resolve(response.statusCode!));
      })
        .on('error', reject)
        .end(body);
    });

  test('no other spelling of an endpoint is one', async () => {
    const spellings = AUTH_ENDPOINTS.filter(({ method }) => method === 'POST').flatMap(({ path }) => {
      const [, first = '', rest = ''] = /^\/([^/]+)(.*)$/.exec(path)!;
      return [
        `/./${first}${rest}`,
        `/x/../${first}${rest}`,
        `/%2e/${first}${rest}`,
        `/x/%2E%2e/${first}${rest}`,
        `/\\${first}${rest}`,
        `\\${first}${rest}`,
        `//${first}${rest}`,
        `/${first}${rest}/`,
        `/${first}${rest}//`,
        `/${first}${rest}%20`,
        `/${first}${rest};x=1`,
        `/${first.toUpperCase()}${rest}`,
        `/%${first.charCodeAt(0).toString(16)}${first.slice(1)}${rest}`,
        `/${first}${rest.replace('/', '%2f')}x`,
        `/${first}${rest.replace('/', '\\')}?a`.replace('?a', rest.includes('/') ? '' : '%00'),
      ].map((spelling) => `/api/auth${spelling}`);
    });
    const answers = await Promise.all(
      spellings.map(async (path) => [path, await rawPost(path, '203.0.113.1')]),
    );
    expect(answers).toEqual(spellings.map((path) => [path, 404]));
  });

  test('of all endpoints that better-auth has, those of the table are there, and no others', async () => {
    const { api } = betterAuth({
      baseURL: system.url,
      secret: 's'.repeat(32),
      emailAndPassword: { enabled: true },
    });
    const all = Object.values(
      api as object as Record<string, { path?: string; options?: { method?: unknown } }>,
    )
      .flatMap(({ path, options }) =>
        [options?.method ?? []].flat().map((method) => ({ path, method: String(method) })),
      )
      .filter(({ path }) => path !== undefined);
    expect(all.length).toBeGreaterThan(20);
    const visitor = new Networked();
    await signUp(visitor, system.databases);
    for (const { path, method } of all) {
      const isOurs = AUTH_ENDPOINTS.some((ours) => ours.path === path && ours.method === method);
      if (isOurs) continue;
      const reply = await visitor.call<{ error?: { code: string } }>(
        method,
        `/api/auth${path!.replace(':token', 'abc')}`,
        {
          ...(method === 'POST' && { body: {} }),
        },
      );
      expect([reply.status, reply.body.error?.code], `${method} ${path}`).toEqual([404, 'not_found']);
    }
  });

  test('links in mails lead to our two pages alone', async () => {
    for (const target of [
      '/..//evil.example',
      '//evil.example',
      '/\\evil.example',
      'https://evil.example',
      '/orders',
      '/verified/../x',
      'javascript:alert(1)',
    ]) {
      for (const path of ['/verify-email?token=abc&callbackURL=', '/reset-password/abc?callbackURL=']) {
        const reply = await new Networked().get(`/api/auth${path}${encodeURIComponent(target)}`);
        expect([reply.status, reply.headers.get('location')], path + target).toEqual([400, null]);
      }
      for (const [path, name] of [
        ['/sign-up/email', 'callbackURL'],
        ['/request-password-reset', 'redirectTo'],
      ] as const) {
        const body = { name: 'A', email: 'a@example.test', password: 'long enough', [name]: target };
        expect((await new Networked().post(`/api/auth${path}`, body)).status, path + target).toBe(400);
      }
    }
    const broken = await new Networked().get('/api/auth/verify-email?token=abc');
    expect(broken.headers.get('location')).toBe('/verified?error=INVALID_TOKEN');
    const used = await new Networked().get('/api/auth/reset-password/abc');
    expect(used.headers.get('location')).toMatch(/\/reset-password\?error=INVALID_TOKEN$/);
  });
});

describe('guessing a password', () => {
  test('is stopped for one network, and neither for the known device nor for others', async () => {
    const owner = new Networked();
    const { email, password } = await signUp(owner, system.databases);
    const stranger = new Networked();
    expect(await statusesOf(11, () => guess(new Networked(stranger.address), email))).toEqual([
      ...Array<number>(10).fill(401),
      429,
    ]);
    const refused = await signIn(stranger, email, password);
    expect([refused.status, refused.body.error.code]).toEqual([429, 'too_many_requests']);
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
    // Another host of the same household is the same network, and another process continues the count.
    expect((await guess(new Networked(stranger.address.replace(/1$/, 'beef')), email)).status).toBe(429);
    const another = await system.startApi();
    const elsewhere = await fetch(`http://127.0.0.1:${another.port}/api/auth/sign-in/email`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-forwarded-for': stranger.address },
      body: JSON.stringify({ email, password }),
    });
    expect(elsewhere.status).toBe(429);
    // The owner in another network, and her known device even in the stranger's network.
    expect((await signIn(new Networked(), email, password)).status).toBe(200);
    const atTheStrangers = new Networked(stranger.address);
    for (const [name, value] of owner.cookies) atTheStrangers.cookies.set(name, value);
    expect((await signIn(atTheStrangers, email, password)).status).toBe(200);
    // A device is known to one account only, and its own failures count.
    const other = await signUp(new Networked(), system.databases);
    const known = await statusesOf(11, () => guess(atTheStrangers, email));
    expect([known.at(-2), known.at(-1)]).toEqual([401, 429]);
    expect((await signIn(new Networked(), other.email, other.password)).status).toBe(200);
  });

  test('counts failures only, and those that are tried at once', async () => {
    const { email, password } = await signUp(new Networked(), system.databases);
    const network = new Networked().address;
    expect(await statusesOf(12, () => signIn(new Networked(network), email, password))).toEqual(
      Array(12).fill(200),
    );
    // Holds for any number of concurrent requests, whatever the response.
    await Promise.all(Array.from({ length: 30 }, () => signIn(new Networked(network), email, password)));
    expect((await signIn(new Networked(network), email, password)).status).toBe(200);
    const many = await Promise.all(Array.from({ length: 30 }, () => guess(new Networked(network), email)));
    expect(many.filter(({ status }) => status === 401).length).toBeLessThanOrEqual(10);
    expect(many.every(({ status }) => [401, 429, 503].includes(status))).toBe(true);
  });

  test('and asking for links leaves the owner her own', async () => {
    const { email } = await signUp(new Networked(), system.databases);
    const ask = (visitor: Visitor) => visitor.post('/api/auth/request-password-reset', { email });
    const stranger = new Networked();
    const asked = await statusesOf(6, () => ask(stranger));
    expect(asked).toEqual([...Array<number>(5).fill(200), 429]);
    const mails = () =>
      system.mails.mails.filter(({ to, text }) => to.includes(email) && /reset-password/.test(text));
    await expect.poll(() => mails().length).toBe(5);
    expect((await ask(new Networked())).status).toBe(200);
    await expect.poll(() => mails().length).toBe(6);
  });

  test('leaves lines in the log that name no address', async () => {
    const { email } = await signUp(new Networked(), system.databases);
    const stranger = new Networked();
    logs = '';
    await statusesOf(11, () => guess(stranger, email));
    await new Visitor(system.url, 'https://evil.example').get('/api/me');
    const lines = logs
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const failures = lines.filter(({ msg }) => msg === 'a sign-in failed');
    expect(failures).toHaveLength(10);
    expect(new Set(failures.map(({ account, network }) => JSON.stringify([account, network]))).size).toBe(1);
    const refusals = lines.filter(({ msg }) => msg === 'a request was refused');
    expect(refusals.map(({ code, route }) => [code, route])).toEqual(
      expect.arrayContaining([
        ['too_many_requests', '/api/auth/sign-in/email'],
        ['forbidden', 'none'],
      ]),
    );
    expect(logs).not.toContain(email);
  });
});

describe('hashing passwords', () => {
  test('is refused early when too many are at it, counts as no failure then, and holds nobody else up', async () => {
    const { email, password } = await signUp(new Networked(), system.databases);
    const many = Promise.all(Array.from({ length: 120 }, () => signIn(new Networked(), email, password)));
    // The menu is served meanwhile. Its speed is measured elsewhere (docs/performance.md).
    expect((await new Networked().get('/api/products')).status).toBe(200);
    const answers = await many;
    const busy = answers.filter(({ status }) => status === 503);
    expect(busy.length).toBeGreaterThan(0);
    expect(
      busy.every(
        ({ headers, body }) => headers.get('retry-after') === '2' && body.error.code === 'try_again',
      ),
    ).toBe(true);
    expect(answers.filter(({ status }) => status === 200).length).toBe(answers.length - busy.length);
    expect((await signIn(new Networked(), email, password)).status).toBe(200);
  });
});
