import { randomUUID } from 'node:crypto';
import { request } from 'node:http';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNginx, type Nginx } from './setup/nginx.ts';
import { startTestSystem, type TestSystem } from './setup/system.ts';
import { Visitor } from './setup/visitor.ts';

let system: TestSystem;
let nginx: Nginx;

beforeAll(async () => {
  system = await startTestSystem({ worker: false, environment: { TRUST_PROXY: 'loopback' } });
  nginx = await startNginx([system.api.port]);
});
afterAll(async () => {
  await nginx?.stop();
  await system?.stop();
});

describe('nginx in front of the API', () => {
  it('passes pages and API on', async () => {
    expect((await fetch(`${nginx.url}/api/products`)).status).toBe(200);
    const page = await fetch(nginx.url, { headers: { accept: 'text/html' } });
    expect(page.headers.get('content-type')).toContain('text/html');
  });

  it('passes on what makes a first load short: Brotli, what to fetch along, files that are kept', async () => {
    const page = await fetch(nginx.url, { headers: { accept: 'text/html', 'accept-encoding': 'gzip, br' } });
    expect(page.headers.get('content-encoding')).toBe('br');
    expect(page.headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(await page.text()).toContain('id="shell"');
    const links = page.headers.get('link')!.split(', ');
    const scripts = links.flatMap(
      (link) => /^<(\/_app\/[^>]+\.js)>; rel=modulepreload$/.exec(link)?.[1] ?? [],
    );
    expect(scripts.length).toBeGreaterThan(0);
    expect(links).toContain('</api/products?limit=100>; rel=preload; as=fetch; crossorigin');
    for (const script of scripts) {
      const file = await fetch(nginx.url + script, { headers: { 'accept-encoding': 'gzip, br' } });
      expect(file.status, script).toBe(200);
      expect(file.headers.get('content-encoding'), script).toBe('br');
      expect(file.headers.get('cache-control'), script).toContain('immutable');
      expect(file.headers.get('content-security-policy'), script).toBeNull();
      await file.arrayBuffer();
    }
  });

  it("says in the API's words what is too large for itself", async () => {
    const answer = await fetch(`${nginx.url}/api/orders`, { method: 'POST', body: 'x'.repeat(7_000_000) });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({ error: { code: 'payload_too_large' } });
  });

  it('asks another API when one ends in the middle of a command that is safe to repeat, and says 503 of any other', async () => {
    const dying = createServer((socket) => void socket.once('data', () => socket.destroy()));
    await new Promise<void>((resolve) => dying.listen(0, '127.0.0.1', resolve));
    await nginx.serve([(dying.address() as AddressInfo).port, system.api.port]);
    const post = (headers: Record<string, string>) =>
      fetch(`${nginx.url}/api/orders`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body: '{}',
      }).then(({ status }) => status);
    // The API rejects the body; nginx chooses which API it asks first.
    const seen = new Set<number>();
    await expect.poll(async () => seen.add(await post({})), { interval: 100 }).toContain(503);
    for (let n = 0; n < 20; n += 1) expect(await post({ 'idempotency-key': randomUUID() })).toBe(400);
    expect([...seen].filter((status) => status !== 400 && status !== 503)).toEqual([]);
    dying.close();
    await nginx.serve([system.api.port]);
  });

  it('lets nobody take an API away from the others by asking for an upgrade, through it or beside it', async () => {
    const other = await system.startApi();
    await nginx.serve([system.api.port, other.port]);
    const upgrades = ['websocket', 'WebSocket', 'h2c', 'TLS/1.0', 'websocket, h2c', 'nonsense'];
    const paths = [
      '/missing.js',
      '/api/products',
      '/api/orders',
      '/socket.io',
      '/socket.io.evil/',
      '/api/../socket.iox/',
    ];
    const directly = `http://127.0.0.1:${system.api.port}`;
    for (const upgrade of upgrades) {
      for (const path of paths) {
        const proxied = await askForUpgrade(nginx.url, path, upgrade);
        expect([200, 301, 400, 401, 404, 426], `${upgrade} ${path} by nginx`).toContain(proxied);
        const direct = await askForUpgrade(directly, path, upgrade);
        const allowed = /^websocket$/i.test(upgrade) ? [400] : [200, 400, 401, 404];
        expect(allowed, `${upgrade} ${path} directly`).toContain(direct);
      }
    }
    // nginx marked neither API as failed in the meantime.
    const statuses = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        if (index % 2 === 0) return askForUpgrade(nginx.url, '/api/products', 'websocket');
        return (await fetch(`${nginx.url}/api/products`)).status;
      }),
    );
    expect(statuses).toEqual(statuses.map(() => 200));
    await nginx.serve([system.api.port]);
  });

  it('passes the sockets of pages on', async () => {
    const socket = await new Visitor(nginx.url, system.config.publicUrl).connect();
    expect(socket.connected).toBe(true);
    socket.close();
  });

  it('shows no metrics, however their path is written', async () => {
    for (const path of [
      '/metrics',
      '/METRICS',
      '/metrics/',
      '//metrics',
      '/./metrics',
      '/%6detrics',
      '/metrics?a=1',
      '/api/metrics',
    ]) {
      for (const url of [nginx.url, system.url]) {
        const { body } = await new Promise<{ body: string }>((resolve, reject) => {
          request(new URL(url), { path }, (response) => {
            let text = '';
            response.on('data', (chunk: Buffer) => (text += chunk.toString()));
            response.on('end', () => resolve({ body: text }));
          })
            .on('error', reject)
            .end();
        });
        expect(body, `${url}${path}`).not.toContain('sharetab_');
      }
    }
    const metrics = await fetch(`http://127.0.0.1:${system.api.metricsPort}/metrics`);
    expect(await metrics.text()).toContain('sharetab_http_request_seconds');
  });

  it('gives what it says by itself the headers that the API gives, and doubles none of the API’s', async () => {
    const names = [
      'x-content-type-options',
      'x-frame-options',
      'content-security-policy',
      'referrer-policy',
      'permissions-policy',
      'strict-transport-security',
      'cache-control',
    ];
    const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
      new Promise<{ status: number; headers: NodeJS.Dict<string[]> }>((resolve, reject) => {
        request(
          nginx.url + path,
          { method, headers: { 'x-forwarded-proto': 'https', ...headers } },
          (response) => {
            response
              .resume()
              .on('end', () => resolve({ status: response.statusCode!, headers: response.headersDistinct }));
          },
        )
          .on('error', reject)
          .end();
      });
    const own = async () => [
      await ask('/metrics'),
      await ask('/nginx-health'),
      await ask('/socket.io/'),
      await ask('/api/orders', { 'content-length': '7000000' }, 'POST'),
    ];
    const counts = ({ headers }: Awaited<ReturnType<typeof ask>>) =>
      Object.fromEntries(names.map((name) => [name, headers[name]?.length ?? 0]));
    const once = Object.fromEntries(names.map((name) => [name, 1]));
    const answers = await own();
    expect(answers.map(({ status }) => status)).toEqual([404, 200, 426, 413]);
    expect(answers[2]!.headers['upgrade']).toEqual(['websocket']);
    for (const answer of answers) expect(counts(answer), String(answer.status)).toEqual(once);
    // This test's API is served over http, so it sends no HSTS header, and nginx must not add one.
    for (const path of ['/api/me', '/api/nothing'])
      expect(counts(await ask(path)), path).toEqual({ ...once, 'strict-transport-security': 0 });
    await nginx.serve([1]);
    for (const path of ['/', '/api/products']) {
      const away = await ask(path);
      expect([away.status, counts(away)], path).toEqual([503, once]);
      expect(away.headers['retry-after']).toHaveLength(1);
    }
    const plain = await fetch(`${nginx.url}/nginx-health`);
    expect(plain.headers.get('strict-transport-security')).toBeNull();
    await nginx.serve([system.api.port]);
  });

  it('answers 503 in the API’s words while no API is there, and goes on when one is back', async () => {
    const api = await system.startApi();
    await nginx.serve([api.port]);
    await api.stop();
    await expect.poll(async () => (await fetch(`${nginx.url}/api/products`)).status).toBe(503);
    const answer = await fetch(`${nginx.url}/api/products`);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await answer.json()).toMatchObject({ error: { code: 'try_again' } });
    await nginx.serve([system.api.port]);
    await expect.poll(async () => (await fetch(`${nginx.url}/api/products`)).status).toBe(200);
  });
});

/** Sends a request to upgrade the connection, and returns the status. */
function askForUpgrade(url: string, path: string, upgrade: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = {
      connection: 'upgrade',
      upgrade,
      'sec-websocket-version': '13',
      'sec-websocket-key': 'AAAAAAAAAAAAAAAAAAAAAA==',
    };
    const asked = request(new URL(url), { path, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode!));
    });
    asked.on('upgrade', (response, socket) => {
      socket.destroy();
      resolve(response.statusCode!);
    });
    asked.on('error', reject);
    asked.end();
  });
}
