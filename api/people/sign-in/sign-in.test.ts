import { statement } from '../../../test/setup/statement.ts';
import { sql } from 'kysely';
import { query } from '../../../db/sql.ts';
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AppSecrets } from '../../../db/app-keys.ts';
import { addProduct, guestOrder } from '../../../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../../../test/setup/system.ts';
import { signUp, Visitor } from '../../../test/setup/visitor.ts';

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
const VERIFY_LINK = /http:\/\/\S+?\/api\/auth\/verify-email\?[^"\s<>]+/;
const RESET_LINK = /http:\/\/\S+?\/api\/auth\/reset-password\/[^"\s<>]+/;
const usersRows = <Row extends object>(text: string, values: unknown[] = []) =>
  query<Row>(system.databases.users.em.fork(), statement(text, ...values));

/** Resolves with the mails to an address, newest last, once `count` of them match. */
async function mailsTo(email: string, pattern: RegExp, count = 1) {
  const find = () =>
    system.mails.mails.filter(({ to, text }) => to.includes(email.toLowerCase()) && pattern.test(text));
  await expect.poll(() => find().length).toBe(count);
  return find();
}

/** The link in the newest mail to this address, without the origin. */
async function linkTo(email: string, pattern: RegExp, count?: number): Promise<string> {
  const text = (await mailsTo(email, pattern, count)).at(-1)!.text;
  const { pathname, search } = new URL(pattern.exec(text)![0].replace(/&amp;/g, '&'));
  return pathname + search;
}

/** Signs up as a person does: opens the link in the mail, then signs in. */
async function signUpByMail(visitor: Visitor, account = newAccount()) {
  expect((await visitor.post('/api/auth/sign-up/email', account)).status).toBe(200);
  expect((await visitor.get(await linkTo(account.email, VERIFY_LINK))).status).toBe(302);
  expect((await visitor.post('/api/auth/sign-in/email', account)).status).toBe(200);
  return account;
}

describe('the language', () => {
  const ofMail = async (email: string) => {
    const mails = await query<{ language: string }>(
      system.databases.orders.em.fork(),
      sql`select language from mails where recipient = ${email.toLowerCase()} order by created_at`,
    );
    return mails.map(({ language }) => language);
  };

  test('of an account is the one that she signs up in, and can be changed; her mails follow', async () => {
    const visitor = new Visitor(system.url);
    visitor.cookies.set('language', 'fr');
    const account = await signUpByMail(visitor);
    expect((await visitor.get('/api/me')).body.user.language).toBe('fr');
    expect((await visitor.call('PATCH', '/api/me', { body: { language: 'de' } })).status).toBe(204);
    expect((await visitor.get('/api/me')).body.user.language).toBe('de');
    expect((await visitor.call('PATCH', '/api/me', { body: { language: 'tlh' } })).status).toBe(400);
    expect(
      (await new Visitor(system.url).call('PATCH', '/api/me', { body: { language: 'de' } })).status,
    ).toBe(401);
    await visitor.post('/api/auth/request-password-reset', { email: account.email });
    await linkTo(account.email, RESET_LINK);
    expect(await ofMail(account.email)).toEqual(['fr', 'de']);
  });

  test('of an order is the one that its guest reads in, and her mails follow', async () => {
    const tea = await addProduct(system.databases, {
      variants: [{ name: 'Regular', unitAmount: 350, available: 9 }],
    });
    const body = guestOrder(tea.variants[0]!.id, { payment: { paymentMethodId: 'pm_card_visa' } });
    const reply = await new Visitor(system.url).call('POST', '/api/orders', {
      body,
      headers: { 'accept-language': 'de-AT,de;q=0.9' },
    });
    expect(reply.status).toBe(201);
    await expect.poll(() => ofMail(body.contact.email)).toContain('de');
  });
});

describe('signing up', () => {
  test('is done by the link in the mail; then the address is known in any case', async () => {
    const visitor = new Visitor(system.url);
    const account = newAccount();
    await visitor.post('/api/auth/sign-up/email', account);
    expect((await visitor.get('/api/me')).body).toEqual({ user: null });
    // Nor does any mail greet by a name that a stranger may have typed.
    const [mail] = await mailsTo(account.email, VERIFY_LINK);
    expect(mail!.text).not.toContain('Ada,');
    expect((await visitor.post('/api/auth/sign-in/email', account)).status).toBe(401);
    const reply = await visitor.get(await linkTo(account.email, VERIFY_LINK, 2));
    expect([reply.status, reply.headers.get('location')]).toEqual([302, '/verified']);
    const { email, password } = account;
    const signedIn = await visitor.post('/api/auth/sign-in/email', { email: email.toUpperCase(), password });
    expect(signedIn.status).toBe(200);
    expect((await visitor.get('/api/me')).body.user).toMatchObject({
      name: 'Ada',
      email: email.toLowerCase(),
      role: 'customer',
      emailVerified: true,
    });
    expect((await visitor.post('/api/auth/sign-out')).status).toBe(200);
    expect((await visitor.get('/api/me')).body).toEqual({ user: null });
    const mails = await query<{ status: string; data: object }>(
      system.databases.orders.em.fork(),
      sql`select status, data from mails where recipient = ${email.toLowerCase()}`,
    );
    // The content of a sent mail is deleted: its link is a key.
    expect(mails).toEqual(mails.map(() => ({ status: 'sent', data: {} })));
  });

  test('tells nobody who has an account, neither by its answer nor by what works after it', async () => {
    const owner = new Visitor(system.url);
    const known = await signUpByMail(owner);
    const shapeOf = async (account: object) => {
      const visitor = new Visitor(system.url);
      const signedUp = await visitor.post('/api/auth/sign-up/email', account);
      const signedIn = await visitor.post('/api/auth/sign-in/email', account);
      const { user, ...rest } = signedUp.body;
      const headers = [...signedUp.headers.keys()].filter((name) => name !== 'content-length').toSorted();
      return {
        signedUp: [signedUp.status, rest, Object.keys(user), user.emailVerified, headers],
        signedIn: [signedIn.status, signedIn.body, [...visitor.cookies.keys()]],
      };
    };
    const password = 'what a stranger tries';
    const asKnown = await shapeOf({ name: 'Eve', email: known.email, password });
    expect(asKnown).toEqual(await shapeOf({ ...newAccount(), password }));
    const [told] = await mailsTo(known.email, /have an account already/);
    expect(told!.text).toContain('/sign-in');
    expect((await new Visitor(system.url).post('/api/auth/sign-in/email', known)).status).toBe(200);
  });

  test('takes as long whether there is an account or not, as do signing in and asking for a link', async () => {
    const account = await signUpByMail(new Visitor(system.url));
    const visitor = new Visitor(system.url);
    const spent = async (path: string, body: object) => {
      const start = performance.now();
      await visitor.post(`/api/auth${path}`, body);
      return performance.now() - start;
    };
    for (const email of [account.email, newAccount().email]) {
      for (const [path, body] of [
        ['/sign-up/email', { ...account, email }],
        ['/sign-in/email', { email, password: 'wrong wrong' }],
        ['/request-password-reset', { email }],
        ['/send-verification-email', { email }],
      ] as const) {
        expect(await spent(path, body), `${path} ${email}`).toBeGreaterThan(240);
      }
    }
  });

  test('of who does it last for an unproven address counts: she may be its owner, after a stranger', async () => {
    const [stranger, owner] = [new Visitor(system.url), new Visitor(system.url)];
    const account = newAccount();
    await stranger.post('/api/auth/sign-up/email', { ...account, password: 'what a stranger knows' });
    const firstLink = await linkTo(account.email, VERIFY_LINK);
    await owner.post('/api/auth/sign-up/email', account);
    const link = await linkTo(account.email, VERIFY_LINK, 2);
    expect((await stranger.get(firstLink)).headers.get('location')).toMatch(/^\/verified\?error=/);
    expect((await owner.get(link)).headers.get('location')).toBe('/verified');
    const signIn = (password: string) =>
      new Visitor(system.url).post('/api/auth/sign-in/email', { email: account.email, password });
    expect((await signIn('what a stranger knows')).status).toBe(401);
    expect((await signIn(account.password)).status).toBe(200);
  });

  test('gives nobody a role, a picture or a strange name', async () => {
    const visitor = new Visitor(system.url);
    const account = newAccount();
    const post = (more: object) => visitor.post('/api/auth/sign-up/email', { ...account, ...more });
    expect((await post({ name: 'x'.repeat(81) })).body.error.code).toBe('invalid_request');
    expect((await post({ name: 'a\u0007b' })).body.error.code).toBe('invalid_request');
    expect((await post({ name: '' })).body.error.code).toBe('invalid_request');
    await post({ role: 'admin', image: 'https://evil.example/x.png', emailVerified: true });
    expect(
      await usersRows('select role, image, email_verified from users where email = ?', [
        account.email.toLowerCase(),
      ]),
    ).toEqual([{ role: 'customer', image: null, email_verified: false }]);
  });

  test.each(['password', 'Password1!', '12345678', 'qwertyuiop', 'aaaaaaaa', 'sharetab2026', 'ada-lovelace'])(
    'refuses the password %s, which is tried first',
    async (password) => {
      const account = { ...newAccount(), name: 'Ada Lovelace', password };
      const reply = await new Visitor(system.url).post('/api/auth/sign-up/email', account);
      expect([reply.status, reply.body.error.details]).toMatchObject([400, [{ path: ['password'] }]]);
    },
  );
});

describe('sessions', () => {
  test('are kept as hashes of their tokens, and a hash opens nothing', async () => {
    const visitor = new Visitor(system.url);
    await signUp(visitor, system.databases);
    const cookie = decodeURIComponent(visitor.cookies.get('sharetab.session_token')!);
    const [token, signature] = cookie.split('.');
    const rows = await usersRows<{ token: string; user_agent: string; ip_address: string }>(
      'select * from sessions',
    );
    expect(JSON.stringify(rows)).not.toContain(token);
    expect(rows.every((row) => row.user_agent === '' && row.ip_address === '')).toBe(true);
    for (const row of rows) {
      const thief = new Visitor(system.url);
      thief.cookies.set('sharetab.session_token', encodeURIComponent(`${row.token}.${signature}`));
      expect((await thief.get('/api/me')).body).toEqual({ user: null });
    }
  });

  test('that have passed their time are nobody', async () => {
    const visitor = new Visitor(system.url);
    await signUp(visitor, system.databases);
    await usersRows(`update sessions set expires_at = now() - interval '1 second'`);
    expect((await visitor.get('/api/me')).body).toEqual({ user: null });
    expect((await visitor.get('/api/orders')).status).toBe(401);
  });
});

describe('a new password', () => {
  test('is set by a link, once; it ends every other link and session, and the owner is told', async () => {
    const visitor = new Visitor(system.url);
    const account = await signUpByMail(visitor);
    const someoneElse = new Visitor(system.url);
    const ask = (email: string) =>
      someoneElse.post('/api/auth/request-password-reset', { email, redirectTo: '/reset-password' });
    const known = await ask(account.email);
    const unknown = await ask('nobody@example.test');
    // The response does not reveal whether the account exists.
    expect([unknown.status, unknown.body]).toEqual([known.status, known.body]);
    const tokenOf = async (link: string) => {
      const page = await someoneElse.get(link);
      expect(page.status).toBe(302);
      return new URL(page.headers.get('location')!, system.url).searchParams.get('token');
    };
    const earlier = await tokenOf(await linkTo(account.email, RESET_LINK));
    await ask(account.email);
    const token = await tokenOf(await linkTo(account.email, RESET_LINK, 2));
    const kept = JSON.stringify(await usersRows('select * from verifications'));
    for (const secret of [token, earlier]) expect(kept).not.toContain(secret);

    const reset = (body: object) => someoneElse.post('/api/auth/reset-password', body);
    const newPassword = 'a better password';
    expect((await reset({ token, newPassword: 'password1' })).status).toBe(400);
    expect((await reset({ token, newPassword })).status).toBe(200);
    for (const used of [token, earlier]) {
      const again = await reset({ token: used, newPassword: 'a third password' });
      expect(again.body.error).toMatchObject({
        code: 'invalid_request',
        details: { reason: 'INVALID_TOKEN' },
      });
    }
    await mailsTo(account.email, /password was set just now/);
    expect((await visitor.get('/api/me')).body).toEqual({ user: null });
    expect((await visitor.post('/api/auth/sign-in/email', account)).status).toBe(401);
    const signedIn = await visitor.post('/api/auth/sign-in/email', { ...account, password: newPassword });
    expect(signedIn.status).toBe(200);
  });
});

test('what a secret signed is read while it is the previous one, and no longer', async () => {
  const visitor = new Visitor(system.url);
  const { email, password } = await signUp(visitor, system.databases);
  const tea = await addProduct(system.databases);
  const { guestToken, order } = (
    await new Visitor(system.url).post('/api/orders', guestOrder(tea.variants[0]!.id))
  ).body;
  const unproven = newAccount();
  await visitor.post('/api/auth/sign-up/email', unproven);
  const link = await linkTo(unproven.email, VERIFY_LINK);
  const [old] = system.config.appSecrets;
  const readBy = async (appSecrets: AppSecrets) => {
    const { port } = await system.startApi({ config: { ...system.config, appSecrets } });
    const later = new Visitor(`http://127.0.0.1:${port}`);
    for (const [name, value] of visitor.cookies) later.cookies.set(name, value);
    const headers = { authorization: `Guest ${guestToken}` };
    const failures = await Promise.all(
      Array.from({ length: 11 }, () =>
        later.post(
          '/api/auth/sign-in/email',
          { email, password: 'wrong wrong' },
          { headers: { cookie: '' } },
        ),
      ),
    );
    return {
      session: (await later.get('/api/me')).body.user?.email === email,
      guest: (await later.get(`/api/orders/${order.id}`, { headers })).status === 200,
      link: (await later.get(link)).headers.get('location') === '/verified',
      isLocked: failures.some(({ status }) => status === 429),
      device: (await later.post('/api/auth/sign-in/email', { email, password })).status === 200,
    };
  };
  const [first, second] = [randomBytes(32).toString('hex'), randomBytes(32).toString('hex')];
  const all = { session: true, guest: true, link: true, isLocked: true, device: true };
  expect(await readBy([first, old])).toEqual(all);
  expect(await readBy([second])).toEqual({
    session: false,
    guest: false,
    link: false,
    isLocked: true,
    device: false,
  });
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
  ['/sign-in/email', { email: 'a@example.test', password: 'a\u0000b' }],
  ['/reset-password', { token: 'x\u0000', newPassword: 'long enough' }],
  ['/reset-password', { token: 'nonsense', newPassword: 'long enough' }],
])('answers %s %j in our shape', async (path, body) => {
  const reply = await new Visitor(system.url).post(`/api/auth${path}`, body);
  expect(reply.status).toBe(400);
  expect(reply.body.error.code).toBe('invalid_request');
  expect(reply.body.error.message).toMatch(/^\p{Lu}.*[.!?]$/u);
});

test('a body that is no JSON is refused in our shape', async () => {
  const visitor = new Visitor(system.url);
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
