import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, expect, test } from 'vitest';
import { sdkFor, startEndpoint, until } from '../testing/stand.ts';

const folder = mkdtempSync(join(tmpdir(), 'stand-in-child-'));
let child: ChildProcess;

async function startChild(webhook: string): Promise<number> {
  child = spawn(process.execPath, [fileURLToPath(new URL('../main.ts', import.meta.url))], {
    env: {
      ...process.env,
      NODE_ENV: 'test',
      STRIPE_PORT: '0',
      STRIPE_DB_FILE: join(folder, 'stripe.sqlite'),
      STRIPE_WEBHOOK_URL: webhook,
      STRIPE_WEBHOOK_SECRET: 'whsec_child',
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  if (!child.stdout) throw new Error('no output');
  for await (const line of createInterface(child.stdout)) {
    const port = /:(\d+)$/.exec(line)?.[1];
    if (port !== undefined) return Number(port);
  }
  throw new Error('the stand-in ended before it listened');
}

afterEach(async () => {
  if (child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  rmSync(folder, { recursive: true, force: true });
});

test('everything it answered survives kill -9: payments, idempotency keys, undelivered webhooks', async () => {
  let answer = 500;
  const endpoint = await startEndpoint(() => answer);
  const stripe = sdkFor(await startChild(endpoint.url));
  const answered: string[] = [];
  let killed = false;
  const worker = async (name: number): Promise<void> => {
    for (let index = 0; !killed; index += 1) {
      const idempotencyKey = `${name}-${index}`;
      try {
        const intent = await stripe.paymentIntents.create(
          {
            amount: 1000 + index,
            currency: 'eur',
            confirm: true,
            payment_method: 'pm_card_visa',
            allowed_payment_method_types: ['card'],
            capture_method: 'manual',
          },
          { idempotencyKey },
        );
        answered.push(`${idempotencyKey} ${intent.id}`);
      } catch {
        return;
      }
    }
  };
  const working = Promise.all([1, 2, 3, 4].map(worker));
  await until(() => answered.length > 100);
  child.kill('SIGKILL');
  killed = true;
  await once(child, 'exit');
  await working;

  answer = 200;
  const after = sdkFor(await startChild(endpoint.url));
  for (const line of answered) {
    const [key = '', id = ''] = line.split(' ');
    const index = Number(key.split('-')[1]);
    const again = await after.paymentIntents.create(
      {
        amount: 1000 + index,
        currency: 'eur',
        confirm: true,
        payment_method: 'pm_card_visa',
        allowed_payment_method_types: ['card'],
        capture_method: 'manual',
      },
      { idempotencyKey: key },
    );
    expect(again).toMatchObject({ id, status: 'requires_capture' });
  }
  const intents = await after.paymentIntents.list({ limit: 100 }).autoPagingToArray({ limit: 10_000 });
  expect(intents.length - answered.length).toBeLessThanOrEqual(4);
  const authorized = await after.events
    .list({ type: 'payment_intent.amount_capturable_updated', limit: 100 })
    .autoPagingToArray({ limit: 10_000 });
  expect(authorized).toHaveLength(intents.length);
  const delivered = (): Set<string> =>
    new Set(endpoint.received.map(({ body }) => (JSON.parse(body) as { id: string }).id));
  await until(() => authorized.every(({ id }) => delivered().has(id)));
  child.kill('SIGTERM');
  expect((await once(child, 'exit'))[0]).toBe(0);
  await endpoint.stop();
});
