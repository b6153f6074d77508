import { createServer } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { planStart } from './plan.ts';
import { findFreePort } from './ports.ts';

const SETTINGS = [
  ...[
    'PORT',
    'HOST',
    'PUBLIC_URL',
    'NODE_ENV',
    'APP_SECRET',
    'TEMPORAL_ADDRESS',
    'TEMPORAL_UI_URL',
    'SMTP_URL',
  ],
  ...['DATABASE_URL', 'USERS_DATABASE_URL', 'CATALOG_DATABASE_URL', 'ORDERS_DATABASE_URL'],
  ...['STRIPE_SECRET_KEY', 'STRIPE_WEBHOOK_SECRET'],
];

beforeEach(() => {
  for (const name of SETTINGS) vi.stubEnv(name, '');
});

afterEach(() => {
  vi.unstubAllEnvs();
});

const plan = () => planStart({ reload: false });

test('without settings everything is a stand-in of ours', async () => {
  const { postgres, temporal, stripe, mail, environment } = await plan();
  for (const standIn of [postgres, temporal, stripe, mail]) expect(standIn).toBeDefined();
  expect(environment).toMatchObject({
    TEMPORAL_ADDRESS: `127.0.0.1:${temporal?.port}`,
    STRIPE_API_URL: `http://127.0.0.1:${stripe?.port}`,
    STRIPE_WEBHOOK_SECRET: stripe?.webhookSecret,
    SMTP_URL: `smtp://127.0.0.1:${mail?.smtpPort}`,
  });
});

describe('a real service takes the place of its stand-in:', () => {
  test.each([
    ['DATABASE_URL', 'postgres://db.example', 'postgres'],
    ['TEMPORAL_ADDRESS', 'temporal.example:7233', 'temporal'],
    ['SMTP_URL', 'smtp://mail.example', 'mail'],
    ['STRIPE_SECRET_KEY', 'sk_test_1', 'stripe'],
  ] as const)('%s', async (name, value, standIn) => {
    vi.stubEnv(name, value);
    const made = await plan();
    expect(made[standIn]).toBeUndefined();
    expect(Object.entries({ ...made.environment })).not.toContainEqual([
      name,
      expect.stringContaining('127.0.0.1'),
    ]);
  });
});

test('Stripe itself is never called by way of the stand-in', async () => {
  vi.stubEnv('STRIPE_SECRET_KEY', 'sk_test_1');
  const { environment, notes } = await plan();
  expect(environment).not.toHaveProperty('STRIPE_API_URL');
  expect(notes.join()).toContain('stripe listen');
});

test('live money is refused', async () => {
  vi.stubEnv('STRIPE_SECRET_KEY', 'sk_live_1');
  await expect(plan()).rejects.toThrow(/live key/);
});

test('production is refused', async () => {
  vi.stubEnv('NODE_ENV', 'production');
  await expect(plan()).rejects.toThrow(/production/);
});

test('a PORT that is none is named', async () => {
  vi.stubEnv('PORT', 'http');
  await expect(plan()).rejects.toThrow(/PORT is "http"/);
});

test('a taken port is stepped around, and said', async () => {
  const server = createServer();
  const port = await findFreePort();
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  vi.stubEnv('PORT', String(port));
  const { webPort, publicUrl, notes } = await plan();
  expect(webPort).toBeGreaterThan(port);
  expect(publicUrl).toBe(`http://localhost:${webPort}`);
  expect(notes.join()).toContain(`Port ${port} is taken: Sharetab uses ${webPort}.`);
  server.close();
});
