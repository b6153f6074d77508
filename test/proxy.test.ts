import { randomUUID } from 'node:crypto';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startNginx, type Nginx } from './setup/nginx.ts';
import { startTestSystem, type TestSystem } from './setup/system.ts';

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
    // The API finds the body wrong; nginx chooses by itself whom it asks first.
    const seen = new Set<number>();
    await expect
      .poll(async () => seen.add(await post({})), { timeout: 30_000, interval: 100 })
      .toContain(503);
    for (let n = 0; n < 20; n += 1) expect(await post({ 'idempotency-key': randomUUID() })).toBe(400);
    expect([...seen].filter((status) => status !== 400 && status !== 503)).toEqual([]);
    dying.close();
    await nginx.serve([system.api.port]);
  });

  it('answers 503 in the API’s words while no API is there, and goes on when one is back', async () => {
    const api = await system.startApi();
    await nginx.serve([api.port]);
    await api.stop();
    await expect
      .poll(async () => (await fetch(`${nginx.url}/api/products`)).status, { timeout: 30_000 })
      .toBe(503);
    const answer = await fetch(`${nginx.url}/api/products`);
    expect(answer.headers.get('retry-after')).toBe('2');
    expect(await answer.json()).toMatchObject({ error: { code: 'try_again' } });
    await nginx.serve([system.api.port]);
    await expect
      .poll(async () => (await fetch(`${nginx.url}/api/products`)).status, { timeout: 30_000 })
      .toBe(200);
  });
});
