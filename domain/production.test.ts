import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { ConfigError, readConfig } from '../config.ts';
import { isWeakSecret } from './production.ts';

const good = {
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://order.shop.example.com',
  APP_SECRET: randomBytes(32).toString('hex'),
  STRIPE_SECRET_KEY: 'sk_live_1',
  STRIPE_PUBLISHABLE_KEY: 'pk_live_1',
  STRIPE_WEBHOOK_SECRET: 'whsec_1',
  MAIL_FROM: 'Shop <orders@shop.example.com>',
};
const demo = parseEnv(readFileSync(new URL('../deploy/demo.env', import.meta.url), 'utf8'));
const isSecret = ([name, value = '']: [string, string | undefined]) =>
  /SECRET|KEY|PASSWORD/.test(name) && !value.includes(':');

test('good settings are taken, and what is fine for trying is refused for production alone', () => {
  expect(readConfig(good)).toMatchObject({ production: true, appSecrets: [good.APP_SECRET] });
  const weak = { ...good, PUBLIC_URL: 'http://localhost:3000', APP_SECRET: 'x'.repeat(32) };
  expect(readConfig({ ...weak, NODE_ENV: 'development' })).toMatchObject({ production: false });
});

test.each<readonly [string, string]>([
  ['PUBLIC_URL', 'http://order.shop.example.com'],
  ['PUBLIC_URL', 'http://localhost:8080'],
  ['PUBLIC_URL', 'ftp://order.shop.example.com'],
  ['PUBLIC_URL', 'https://order.shop.example.com/menu'],
  ['PUBLIC_URL', 'https://user:password@order.shop.example.com'],
  ['APP_SECRET', 'a'.repeat(64)],
  ['APP_SECRET', 'abc'.repeat(20)],
  ['APP_SECRET', '0123456789abcdef'.repeat(4)],
  ['APP_SECRET', 'abcdefghijklmnopqrstuvwxyz0123456789'],
  ['APP_SECRET', 'this-is-my-very-long-secret-key-for-the-shop'],
  ['APP_SECRET', 'changeme-changeme-changeme-changeme-now'],
  ['APP_SECRET', 'The-Secret-Of-Our-Shop-2026-For-All-Of-Us'],
  ['APP_SECRET', 'QWERTYUIOP1234AsdfGhjkl5678Zxcvbnm90'],
  ['APP_SECRET_PREVIOUS', 'b'.repeat(64)],
  ['STRIPE_API_URL', 'http://stripe:12111'],
  ['MAIL_FROM', 'Sharetab <orders@sharetab.test>'],
  ...Object.entries(demo)
    .filter(isSecret)
    .map(([name, value]) => [name, value!] as const),
  ['DATABASE_URL', `postgres://sharetab:${demo['SHARETAB_DB_PASSWORD']}@postgres:5432`],
])('production does not start with %s=%s, and its value is not told', (name, value) => {
  const start = () => readConfig({ ...good, [name]: value });
  expect(start).toThrow(ConfigError);
  expect(start).toThrow(new RegExp(`^ {2}${name}: `, 'm'));
  expect(start).not.toThrow(value);
});

test('random secrets of any usual spelling are taken', () => {
  for (const spelling of ['hex', 'base64', 'base64url'] as const) {
    const secrets = Array.from({ length: 500 }, () => randomBytes(32).toString(spelling));
    // By chance, one may contain a word as people type it; two never do.
    expect(secrets.filter(isWeakSecret).length, secrets.filter(isWeakSecret).join()).toBeLessThan(2);
  }
});

test('a random secret that contains a word by chance is taken', () => {
  for (const word of ['qwErT', 'QWErt', 'sEcret', 'test7tesT'])
    expect(isWeakSecret(`k3Zt0uPq${word}9bX2fVn+L8dHs1Yw/4GmJc6RaEoTi`), word).toBe(false);
});
