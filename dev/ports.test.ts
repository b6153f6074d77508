import { createServer, type Server } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { findFreePort, findPort, isPortFree } from './ports.ts';

const servers: Server[] = [];

function listen(port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    servers.push(server);
    server.once('error', reject);
    server.listen(port, host, () => resolve(port));
  });
}

afterEach(async () => {
  const closing = servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve)));
  await Promise.all(closing);
});

test('keeps the preferred port while nobody has it', async () => {
  const port = await findFreePort();
  expect(await findPort(port)).toBe(port);
});

test('steps over a port that is taken on the loopback address', async () => {
  const taken = await listen(await findFreePort(), '127.0.0.1');
  expect(await isPortFree(taken)).toBe(false);
  expect(await findPort(taken)).toBeGreaterThan(taken);
});

test('steps over a port that another program has on all addresses', async () => {
  const taken = await listen(await findFreePort(), '0.0.0.0');
  expect(await findPort(taken)).toBeGreaterThan(taken);
});

test('never gives one port away twice in one plan', async () => {
  const reserved = new Set<number>();
  const preferred = await findFreePort();
  const first = await findPort(preferred, reserved);
  const second = await findPort(preferred, reserved);
  expect(second).toBeGreaterThan(first);
});
