import { sql } from 'kysely';
import { run } from '../../db/sql.ts';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { addProduct, guestOrder } from '../../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';
import { setProductPicture } from '../../db/catalog/products/products.ts';
import { until } from '../../test/harness/until.ts';
import { createLogger } from './logger.ts';

let system: TestSystem;
let logs = '';
const INLINE = 'console.log("start")';

beforeAll(async () => {
  const webRoot = mkdtempSync(join(inject('runFolder'), 'web-'));
  mkdirSync(join(webRoot, '_app/immutable'), { recursive: true });
  writeFileSync(
    join(webRoot, 'index.en.html'),
    `<!doctype html><script>${INLINE}</script><script src="/a.js"></script>`,
  );
  writeFileSync(join(webRoot, '_app/immutable/start.js'), 'export {};'.repeat(100));
  writeFileSync(join(webRoot, '_app/immutable/start.js.gz'), 'packed');
  writeFileSync(join(webRoot, '_app/immutable/start.js.br'), 'packed well');
  writeFileSync(
    join(webRoot, '_app/route-preloads.en.json'),
    JSON.stringify({
      '/': ['_app/menu.js', '_app/menu.css', '_app/a.woff2'],
      '/orders/[id]': ['_app/order.js'],
    }),
  );
  writeFileSync(join(webRoot, '../outside.txt'), 'secret');
  const destination = new Writable({
    write: (chunk: Buffer, _encoding, done) => {
      logs += chunk.toString();
      done();
    },
  });
  system = await startTestSystem({ logger: createLogger({ level: 'trace', destination }), api: { webRoot } });
  const { id } = await addProduct(system.databases);
  await setProductPicture(system.databases.catalog, id, Buffer.from('the bytes of a picture'));
});
afterAll(() => system?.stop());

describe('origins', () => {
  test('a foreign page is refused, even where no cookie comes along', async () => {
    for (const origin of [
      'https://evil.example',
      'null',
      `${system.url}.evil.example`,
      system.url.replace('http:', 'https:'),
    ]) {
      const reply = await new Visitor(system.url, origin).get('/api/products');
      expect([reply.status, reply.body.error.code], origin).toEqual([403, 'forbidden']);
    }
  });

  test('both spellings of the loopback address are ours', async () => {
    const { port } = system.api;
    for (const origin of [`http://127.0.0.1:${port}`, `http://localhost:${port}`, 'http://localhost:3000']) {
      expect((await new Visitor(system.url, origin).get('/api/products')).status, origin).toBe(200);
    }
  });

  test('what changes something with a cookie must come from our own page', async () => {
    const visitor = new Visitor(system.url);
    await signUp(visitor, system.databases);
    const signOut = (headers: Record<string, string>) => visitor.post('/api/auth/sign-out', {}, { headers });
    visitor.origin = null;
    expect((await signOut({})).status).toBe(403);
    expect((await signOut({ 'sec-fetch-site': 'cross-site' })).status).toBe(403);
    expect((await signOut({ 'sec-fetch-site': 'same-site' })).status).toBe(403);
    // Reads are safe: no foreign page can see the response.
    expect((await visitor.get('/api/me')).body.user).not.toBeNull();
    expect((await signOut({ origin: system.url })).status).toBe(200);
  });

  test('a program without cookies needs no origin', async () => {
    const tea = await addProduct(system.databases);
    const program = new Visitor(system.url, null);
    expect((await program.post('/api/orders', guestOrder(tea.variants[0]!.id))).status).toBe(201);
  });
});

describe('headers', () => {
  test('pages may run our scripts, Stripe.js and their own inline start, and be framed by nobody', async () => {
    const { headers } = await new Visitor(system.url).get('/menu');
    const policy = headers.get('content-security-policy')!;
    const hash = createHash('sha256').update(INLINE).digest('base64');
    expect(policy).toMatch(
      new RegExp(
        `script-src 'self' https://js\\.stripe\\.com [^;]*'sha256-${hash.replace(/[+/]/g, '\\$&')}'`,
      ),
    );
    expect(policy).not.toMatch(/script-src[^;]*unsafe/);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).toContain("object-src 'none'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('x-frame-options')).toBe('DENY');
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('permissions-policy')).toMatch(/^payment=\(self "https:[^)]*\), camera=\(\)/);
    expect(headers.get('strict-transport-security')).toBeNull();
  });

  test('what people ask of the API is kept by no cache', async () => {
    const visitor = new Visitor(system.url);
    expect((await visitor.get('/api/me')).headers.get('cache-control')).toBe('no-store');
    expect((await visitor.get('/api/orders')).headers.get('cache-control')).toBe('no-store');
  });

  test('a sane request id is kept, another is replaced', async () => {
    const ask = async (id: string) =>
      (
        await new Visitor(system.url).get('/api/health/live', { headers: { 'x-request-id': id } })
      ).headers.get('x-request-id');
    expect(await ask('abc-123.DEF_456')).toBe('abc-123.DEF_456');
    for (const id of ['short', 'x'.repeat(65), 'has spaces in it', '"quoted-quoted"']) {
      expect(await ask(id)).toMatch(/^[0-9a-f-]{36}$/);
    }
  });

  test('over https cookies are sent over https alone', async () => {
    const config = { ...system.config, publicUrl: 'https://sharetab.example' };
    const api = await system.startApi({ config });
    const tea = await addProduct(system.databases);
    const url = `http://127.0.0.1:${api.port}`;
    const reply = await new Visitor(url, 'https://sharetab.example').post(
      '/api/orders',
      guestOrder(tea.variants[0]!.id),
    );
    expect(reply.headers.getSetCookie().join()).toMatch(/; Secure/);
    expect(reply.headers.get('strict-transport-security')).toBe('max-age=31536000; includeSubDomains');
    const visitor = new Visitor(url, 'https://sharetab.example');
    await signUp(visitor, system.databases);
    expect([...visitor.cookies.keys()].toSorted()).toEqual([
      '__Host-sharetab.session_token',
      '__Host-sharetab_devices',
    ]);
    expect((await visitor.get('/api/me')).body.user).not.toBeNull();
  });
});

describe('pages', () => {
  /** fetch() normalizes paths before it sends them. */
  const rawGet = (path: string) =>
    new Promise<{ status: number; body: string }>((resolve, reject) => {
      get({ host: '127.0.0.1', port: system.api.port, path }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode!, body }));
      }).on('error', reject);
    });

  test('every path that is no file is the one page, asked for anew each time', async () => {
    for (const path of ['/', '/orders/1', '/agent/board']) {
      const reply = await new Visitor(system.url).get(path);
      expect([reply.status, reply.headers.get('cache-control')]).toEqual([200, 'no-cache']);
      expect(reply.body).toContain(INLINE);
    }
  });

  test('what is named by its content is kept for ever, and sent packed', async () => {
    const file = `${system.url}/_app/immutable/start.js`;
    const plain = await fetch(file, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(plain.headers.get('content-type')).toMatch(/javascript/);
    const head = await fetch(file, { method: 'HEAD', headers: { 'accept-encoding': 'gzip' } });
    expect(head.headers.get('content-encoding')).toBe('gzip');
    // As Chrome, Firefox and Safari send it: they list their best encoding last.
    const best = await fetch(file, {
      method: 'HEAD',
      headers: { 'accept-encoding': 'gzip, deflate, br, zstd' },
    });
    expect(best.headers.get('content-encoding')).toBe('br');
    expect(best.headers.get('content-security-policy')).toBeNull();
    expect(best.headers.get('x-content-type-options')).toBe('nosniff');
    const etag = plain.headers.get('etag')!;
    const again = await fetch(file, { headers: { 'if-none-match': etag, 'cache-control': 'max-age=0' } });
    expect(again.status).toBe(304);
  });

  test('a page is sent with the names of all that it needs first', async () => {
    const links = async (path: string) => (await new Visitor(system.url).get(path)).headers.get('link') ?? '';
    expect(await links('/')).toContain('</_app/menu.js>; rel=modulepreload');
    expect(await links('/')).toContain('</_app/menu.css>; rel=preload; as=style');
    expect(await links('/')).toContain('</_app/a.woff2>; rel=preload; as=font; type=font/woff2; crossorigin');
    expect(await links('/')).toContain('</api/products?limit=100>; rel=preload; as=fetch; crossorigin');
    expect(await links(`/orders/${crypto.randomUUID()}`)).toContain('</_app/order.js>; rel=modulepreload');
    const picture = await until('the first picture of the menu', async () =>
      (await links('/')).split(/, (?=<)/).find((link) => link.includes('as=image')),
    );
    expect(picture).toMatch(/^<\/api\/images\/[0-9a-f]{64}\.webp>; rel=preload; as=image; /);
    expect(picture).toContain('-320.webp 320w');
    expect(await links('/elsewhere')).toBe('');
  });

  test('nothing outside is served, and a missing file is missing', async () => {
    for (const path of [
      '/../outside.txt',
      '/..%2foutside.txt',
      '/%2e%2e/outside.txt',
      '/..%5coutside.txt',
      '/missing.js',
      '/%00',
      '/%E0%A4%A',
    ]) {
      const reply = await rawGet(path);
      expect(reply.body, path).not.toContain('secret');
      expect([200, 404]).toContain(reply.status);
    }
    expect((await rawGet('/missing.js')).status).toBe(404);
  });

  test('pages that are built anew may run their new start at once', async () => {
    const webRoot = mkdtempSync(join(inject('runFolder'), 'web-'));
    const api = await system.startApi({ webRoot });
    const policy = async () =>
      (await new Visitor(`http://127.0.0.1:${api.port}`).get('/')).headers.get('content-security-policy')!;
    expect(await policy()).not.toContain('sha256-');
    for (const script of ['first()', 'second(2)']) {
      writeFileSync(join(webRoot, 'index.en.html'), `<script>${script}</script>`);
      expect(await policy()).toContain(createHash('sha256').update(script).digest('base64'));
    }
  });

  test('without built pages it says so, and the API works', async () => {
    const api = await system.startApi({ webRoot: join(inject('runFolder'), 'not-there') });
    const visitor = new Visitor(`http://127.0.0.1:${api.port}`);
    const page = await visitor.get('/');
    expect([page.status, page.body.includes('not built yet')]).toEqual([503, true]);
    expect((await visitor.get('/api/products')).status).toBe(200);
  });
});

describe('limits', () => {
  test('ordering is limited by person, and by address when it is not our own machine', async () => {
    const tea = await addProduct(system.databases, {
      variants: [{ name: 'Regular', unitAmount: 100, available: 100 }],
    });
    const limits = { order: { perAddress: 3, perPerson: 2, seconds: 60 } };
    const api = await system.startApi({
      limits,
      config: { ...system.config, http: { ...system.config.http, trustedProxies: ['loopback'] } },
    });
    const order = (email: string, address?: string) =>
      new Visitor(`http://127.0.0.1:${api.port}`, null).post(
        '/api/orders',
        guestOrder(tea.variants[0]!.id, { contact: { name: 'Ada', email } }),
        { headers: address ? { 'x-forwarded-for': `6.6.6.6, ${address}` } : {} },
      );
    const statuses = async (orders: (() => ReturnType<typeof order>)[]) => {
      const all: number[] = [];
      for (const one of orders) all.push((await one()).status);
      return all;
    };
    const same = () => order('same@example.test');
    expect(await statuses([same, same, same])).toEqual([201, 201, 429]);
    expect((await order('SAME@example.test')).status).toBe(429);
    let count = 0;
    const other = (address: string) => () => order(`other-${(count += 1)}@example.test`, address);
    const v4 = other('203.0.113.7');
    expect(await statuses([v4, v4, v4, v4])).toEqual([201, 201, 201, 429]);
    expect((await other('203.0.113.8')()).status).toBe(201);
    // A different port or spelling is the same address.
    for (const spelling of ['203.0.113.7:4711', '::ffff:203.0.113.7', '[::ffff:cb00:7107]:80']) {
      expect((await other(spelling)()).status, spelling).toBe(429);
    }
    // One household has many IPv6 addresses.
    for (const household of ['2001:db8:0:1::', '2001:db8::']) {
      expect(await statuses([1, 2, 3, 4].map((host) => other(`${household}${host}`)))).toEqual([
        201, 201, 201, 429,
      ]);
    }
    // No header turns a limit off, neither with a loopback address nor with garbage.
    for (const claimed of ['127.0.0.1', '::1', 'nonsense']) {
      const all = await statuses([1, 2, 3, 4].map(() => other(claimed)));
      expect(all.at(-1), claimed).toBe(429);
    }
  });
});

describe('where a request comes from', () => {
  const limits = { order: { perAddress: 2, perPerson: 100, seconds: 60 } };
  const statusesOf = async (trustedProxies: readonly string[], production: boolean) => {
    const tea = await addProduct(system.databases);
    const { port } = await system.startApi({
      limits,
      config: { ...system.config, production, http: { ...system.config.http, trustedProxies } },
    });
    const statuses: number[] = [];
    for (const host of [1, 2, 3]) {
      const body = guestOrder(tea.variants[0]!.id);
      const headers = { 'x-forwarded-for': `203.0.113.${host}`, forwarded: `for=203.0.113.${host}` };
      const reply = await new Visitor(`http://127.0.0.1:${port}`, null).post('/api/orders', body, {
        headers,
      });
      statuses.push(reply.status);
    }
    return statuses;
  };

  test('whoever is no proxy of ours cannot choose her address', async () => {
    expect(await statusesOf(['203.0.113.9', '10.0.0.0/8'], false)).toEqual([201, 201, 429]);
    expect(await statusesOf([], true)).toEqual([201, 201, 429]);
  });

  test('on a laptop everybody has one address, which is not counted', async () => {
    expect(await statusesOf([], false)).toEqual([201, 201, 201]);
  });
});

describe('logs', () => {
  test('hold no person, secret or token, whatever happens', async () => {
    logs = '';
    const visitor = new Visitor(system.url);
    const { email, password } = await signUp(visitor, system.databases);
    await visitor.post('/api/auth/sign-in/email', { email, password: 'wrong-password' });
    const tea = await addProduct(system.databases);
    const body = guestOrder(tea.variants[0]!.id, {
      contact: { name: 'Zaphod Beeblebrox', email: 'zaphod@example.test' },
      place: 'Under the table',
      payment: { paymentMethodId: 'pm_card_chargeDeclined' },
    });
    const { guestToken, order } = (await new Visitor(system.url).post('/api/orders', body)).body;
    const guest = new Visitor(system.url);
    guest.guestToken = guestToken;
    await guest.get(`/api/orders/${order.id}?q=zaphod`);
    await guest.get('/api/products?q=zaphod');

    // An unexpected error with data in its message.
    await run(system.databases.orders.em.fork(), sql`alter table participants rename to gone`);
    const failed = await new Visitor(system.url).post('/api/orders', {
      ...body,
      contact: { name: 'Ford Prefect', email: 'ford@example.test' },
    });
    await run(system.databases.orders.em.fork(), sql`alter table gone rename to participants`);
    expect([failed.status, failed.body.error.code]).toEqual([500, 'internal_error']);
    expect(failed.body.error.message).not.toMatch(/participants|relation|insert/);
    const requestId = failed.headers.get('x-request-id')!;
    const entry = logs.split('\n').find((line) => line.includes(requestId) && line.includes('"stack"'));
    expect(JSON.parse(entry!)).toMatchObject({ requestId, err: { code: '42P01' } });
    expect(entry).toContain('place-order.ts');

    for (const secret of [
      email,
      password,
      'wrong-password',
      'zaphod',
      'Zaphod',
      'ford@',
      'Ford',
      'Under the table',
      'pm_card',
      guestToken,
      guestToken.split('.')[1],
      system.config.appSecrets[0],
      'session_token',
      visitor.cookies.get('sharetab.session_token')!,
    ]) {
      expect(logs, secret).not.toContain(secret);
    }
    expect(logs).toContain('"route":"/api/orders"');
  });

  test('fields with secret names are redacted, however deep', () => {
    let written = '';
    const destination = new Writable({
      write: (chunk: Buffer, _encoding, done) => {
        written += chunk.toString();
        done();
      },
    });
    const logger = createLogger({ level: 'info', destination });
    const secrets = {
      email: 'S1',
      token: 'S2',
      clientSecret: 'S3',
      cookie: 'S4',
      'set-cookie': 'S5',
      authorization: 'S6',
    };
    logger.info({ ...secrets, a: { ...secrets, b: { ...secrets, c: secrets } } }, 'x');
    expect(written).not.toMatch(/S[1-6]/);
    expect(written).toContain('[redacted]');
  });
});

test('the document of the API is served, with its page, from here alone', async () => {
  const visitor = new Visitor(system.url);
  const page = await visitor.get('/api/docs');
  expect(page.body).not.toMatch(/https?:\/\//);
  const files = [...page.body.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, file]) => file as string);
  expect(files.length).toBeGreaterThan(2);
  for (const file of files) {
    const first = await fetch(system.url + file, { headers: { 'accept-encoding': 'br' } });
    expect([first.status, first.headers.get('content-encoding')], file).toEqual([200, 'br']);
    expect(first.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(first.headers.get('content-type')).toMatch(/javascript|css/);
    // Compressed once: identical for every client, and small.
    expect((await first.arrayBuffer()).byteLength).toBeGreaterThan(100);
    expect(Number(first.headers.get('content-length'))).toBeLessThan(500_000);
    const headers = { 'if-none-match': first.headers.get('etag')!, 'cache-control': 'max-age=0' };
    expect((await fetch(system.url + file, { headers })).status).toBe(304);
  }
  const document = (await visitor.get('/api/openapi.json')).body;
  expect(document.openapi).toBe('3.1.0');
  expect(document.paths['/api/orders'].post.requestBody.content['application/json'].schema.required).toEqual([
    'lines',
  ]);
  expect(JSON.stringify(document.paths['/api/orders/{id}'].get)).toContain('#/components/schemas/Order');
});

test('metrics count requests by route, not by address', async () => {
  const visitor = new Visitor(system.url);
  await visitor.get('/api/orders/2474334a-2f69-8fc6-91dd-c6ed99798a1b');
  const { body } = await new Visitor(`http://127.0.0.1:${system.api.metricsPort}`).get('/metrics');
  expect(body).toContain('route="/api/orders/:id",status="404"');
  expect(body).not.toContain('2474334a');
  expect(body).toMatch(/sharetab_orders_placed_total\{outcome="accepted"\} \d/);
});
