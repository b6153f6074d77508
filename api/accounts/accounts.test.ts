import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { Visitor } from '../../test/setup/visitor.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system?.stop());

const newAccount = () => ({
  name: 'Ada',
  email: `Ada-${randomUUID()}@Example.test`,
  password: 'correct horse',
});

/** The link in the newest mail to this address. */
async function linkTo(email: string, pattern: RegExp): Promise<string> {
  const find = () =>
    system.mails.mails
      .filter(({ to }) => to.includes(email.toLowerCase()))
      .map(({ text }) => pattern.exec(text)?.[0])
      .findLast(Boolean);
  await expect.poll(find, { timeout: 20_000 }).toBeTruthy();
  return find()!.replace(/&amp;/g, '&');
}

test('signs up, out and in again, and knows the address in any case', async () => {
  const visitor = new Visitor(system.url);
  const account = newAccount();
  expect((await visitor.get('/api/me')).body).toEqual({ user: null });
  expect((await visitor.post('/api/auth/sign-up/email', account)).status).toBe(200);
  expect((await visitor.get('/api/me')).body.user).toMatchObject({
    email: account.email.toLowerCase(),
    role: 'customer',
    emailVerified: false,
  });
  expect((await visitor.post('/api/auth/sign-out')).status).toBe(200);
  expect((await visitor.get('/api/me')).body).toEqual({ user: null });
  const { email, password } = account;
  expect(
    (await visitor.post('/api/auth/sign-in/email', { email: email.toUpperCase(), password })).status,
  ).toBe(200);
  expect((await visitor.get('/api/me')).body.user.name).toBe('Ada');
});

test('keeps only hashes of session tokens, and a hash opens nothing', async () => {
  const visitor = new Visitor(system.url);
  await visitor.post('/api/auth/sign-up/email', newAccount());
  const cookie = decodeURIComponent(visitor.cookies.get('sharetab.session_token')!);
  const [token, signature] = cookie.split('.');
  const rows = await system.databases.users.em
    .fork()
    .execute<{ token: string; user_agent: string; ip_address: string }[]>('select * from sessions');
  expect(JSON.stringify(rows)).not.toContain(token);
  expect(rows.every((row) => row.user_agent === '' && row.ip_address === '')).toBe(true);
  for (const row of rows) {
    const thief = new Visitor(system.url);
    thief.cookies.set('sharetab.session_token', encodeURIComponent(`${row.token}.${signature}`));
    expect((await thief.get('/api/me')).body).toEqual({ user: null });
  }
});

test('a session that has passed its time is nobody', async () => {
  const visitor = new Visitor(system.url);
  await visitor.post('/api/auth/sign-up/email', newAccount());
  await system.databases.users.em
    .fork()
    .execute(`update sessions set expires_at = now() - interval '1 second'`);
  expect((await visitor.get('/api/me')).body).toEqual({ user: null });
  expect((await visitor.get('/api/orders')).status).toBe(401);
});

test('verifies the address by the link in the mail, and forgets the link then', async () => {
  const visitor = new Visitor(system.url);
  const account = newAccount();
  await visitor.post('/api/auth/sign-up/email', { ...account, callbackURL: '/verified' });
  const link = new URL(await linkTo(account.email, /http:\/\/\S+?\/api\/auth\/verify-email\?[^"\s<>]+/));
  const reply = await visitor.get(link.pathname + link.search);
  expect(reply.status).toBe(302);
  expect(reply.headers.get('location')).toMatch(/\/verified$/);
  expect((await visitor.get('/api/me')).body.user.emailVerified).toBe(true);
  const [mail] = await system.databases.orders.em
    .fork()
    .execute<{ status: string; data: object }[]>('select status, data from mails where recipient = ?', [
      account.email.toLowerCase(),
    ]);
  expect(mail).toEqual({ status: 'sent', data: {} });
});

test('resets the password by mail, once, and ends all sessions', async () => {
  const visitor = new Visitor(system.url);
  const account = newAccount();
  await visitor.post('/api/auth/sign-up/email', account);
  const someoneElse = new Visitor(system.url);
  const ask = (email: string) =>
    someoneElse.post('/api/auth/request-password-reset', { email, redirectTo: '/reset-password' });
  const known = await ask(account.email);
  const unknown = await ask('nobody@example.test');
  // Whether there is such an account is not told.
  expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
  const link = new URL(await linkTo(account.email, /http:\/\/\S+?\/api\/auth\/reset-password\/[^"\s<>]+/));
  const page = await someoneElse.get(link.pathname + link.search);
  expect(page.status).toBe(302);
  const token = new URL(page.headers.get('location')!, system.url).searchParams.get('token');
  const newPassword = 'a better password';
  expect((await someoneElse.post('/api/auth/reset-password', { token, newPassword })).status).toBe(200);
  const again = await someoneElse.post('/api/auth/reset-password', { token, newPassword });
  expect(again.body.error).toMatchObject({ code: 'invalid_request', details: { reason: 'INVALID_TOKEN' } });
  expect((await visitor.get('/api/me')).body).toEqual({ user: null });
  expect((await visitor.post('/api/auth/sign-in/email', account)).status).toBe(401);
  const signedIn = await visitor.post('/api/auth/sign-in/email', {
    email: account.email,
    password: newPassword,
  });
  expect(signedIn.status).toBe(200);
});

test('nobody gives herself a role, a picture or a strange name', async () => {
  const visitor = new Visitor(system.url);
  const account = newAccount();
  const signUp = (more: object) => visitor.post('/api/auth/sign-up/email', { ...account, ...more });
  expect((await signUp({ name: 'x'.repeat(81) })).body.error.code).toBe('invalid_request');
  expect((await signUp({ name: 'a\u0007b' })).body.error.code).toBe('invalid_request');
  expect((await signUp({ name: '' })).body.error.code).toBe('invalid_request');
  await signUp({ role: 'admin', image: 'https://evil.example/x.png' });
  await visitor.post('/api/auth/update-user', { role: 'admin', image: 'https://evil.example/x.png' });
  await visitor.post('/api/auth/sign-in/email', account);
  await visitor.post('/api/auth/update-user', { role: 'admin', image: 'https://evil.example/x.png' });
  const rows = await system.databases.users.em
    .fork()
    .execute<{ role: string; image: string | null }[]>('select role, image from users where email = ?', [
      account.email.toLowerCase(),
    ]);
  expect(rows.every(({ role, image }) => role === 'customer' && image === null)).toBe(true);
});

test.each([
  ['/sign-up/email', { name: 'A', email: 'no address', password: 'long enough' }],
  ['/sign-up/email', { name: 'A', email: 'a@example.test', password: 'short' }],
  ['/sign-up/email', { name: 'A', email: 'a@example.test', password: 'x'.repeat(129) }],
  ['/sign-up/email', { name: 7, email: {}, password: [] }],
  ['/sign-up/email', { name: 'a\u0000', email: 'a@example.test', password: 'long enough' }],
  ['/sign-up/email', {}],
  ['/sign-up/email', []],
  ['/sign-in/email', { email: 7, password: 7 }],
  ['/reset-password', { token: 'x\u0000', newPassword: 'long enough' }],
  ['/reset-password', { token: 'nonsense', newPassword: 'long enough' }],
])('answers %s %j in our shape', async (path, body) => {
  const reply = await new Visitor(system.url).post(`/api/auth${path}`, body);
  expect(reply.status).toBe(400);
  expect(reply.body.error.code).toBe('invalid_request');
  expect(reply.body.error.message).toMatch(/^\p{Lu}.*[.!?]$/u);
});

test('other routes of better-auth are not there, or in our shape', async () => {
  const visitor = new Visitor(system.url);
  expect((await visitor.get('/api/auth/nothing')).body.error.code).toBe('not_found');
  expect((await visitor.get('/api/auth/list-sessions')).status).toBe(404);
  for (const [raw, contentType] of [
    ['{', 'application/json'],
    ['email=a%40example.test&password=x', 'application/x-www-form-urlencoded'],
  ] as const) {
    const reply = await visitor.call('POST', '/api/auth/sign-in/email', { raw, contentType });
    expect([reply.status, reply.body.error.code]).toEqual([400, 'invalid_request']);
  }
  const large = await visitor.post('/api/auth/sign-in/email', { email: 'x'.repeat(70_000) });
  expect(large.body.error.code).toBe('payload_too_large');
});

test('guessing a password is stopped, for that address and nobody else', async () => {
  const visitor = new Visitor(system.url);
  const account = newAccount();
  await visitor.post('/api/auth/sign-up/email', account);
  const guess = () =>
    new Visitor(system.url).post('/api/auth/sign-in/email', {
      email: account.email,
      password: 'wrong wrong',
    });
  const statuses: number[] = [];
  for (let time = 0; time < 11; time += 1) statuses.push((await guess()).status);
  expect(statuses).toEqual([...Array(10).fill(401), 429]);
  const refused = await guess();
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.body.error.code).toBe('too_many_requests');
  const other = newAccount();
  expect((await new Visitor(system.url).post('/api/auth/sign-up/email', other)).status).toBe(200);
});
