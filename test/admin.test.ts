import { run } from '../db/sql.ts';
import { sql } from 'kysely';
import { query } from '../db/sql.ts';
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { environmentOf } from './harness/worker-process.ts';
import type { PeopleChange, PersonWithRole } from '../domain/contract/people.ts';
import { startTestSystem, type TestSystem } from './setup/system.ts';
import { signUp, Visitor } from './setup/visitor.ts';

const ADMIN = fileURLToPath(new URL('../admin.ts', import.meta.url));

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ worker: false });
});
afterAll(() => system?.stop());

/** Runs the command as an operator does, and returns its output and exit code. */
async function admin(...args: string[]): Promise<{ said: string; code: number | null }> {
  const child = spawn(process.execPath, [ADMIN, ...args], { env: environmentOf(system) });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { said, code };
}

const setVerified = (email: string, isVerified: boolean) =>
  query(
    system.databases.users.em.fork(),
    sql`update users set email_verified = ${isVerified} where email = ${email}`,
  );

it('the first admin is made by a command, from an account whose address is verified', async () => {
  const visitor = new Visitor(system.url);
  const { email } = await signUp(visitor, system.databases);
  await setVerified(email, false);

  expect(await admin('make-admin', email)).toMatchObject({
    said: expect.stringContaining('not been verified'),
    code: 1,
  });
  expect((await visitor.get('/api/differences')).status).toBe(403);
  await setVerified(email, true);
  expect(await admin('make-admin', email.toUpperCase())).toMatchObject({ code: 0 });
  expect((await visitor.get('/api/me')).body.user.role).toBe('admin');
  expect(await admin('make-admin', email)).toMatchObject({
    said: expect.stringContaining('already'),
    code: 0,
  });
});

it('says what is wrong with the command, and changes nothing', async () => {
  expect(await admin('make-admin', 'nobody@example.test')).toMatchObject({
    said: expect.stringContaining('No account'),
    code: 1,
  });
  for (const args of [[], ['make-admin'], ['make-agent', 'a@example.test'], ['make-admin', 'a', 'b']])
    expect(await admin(...args)).toMatchObject({ said: expect.stringContaining('Usage'), code: 1 });
  expect(await admin('set-role', 'a@example.test', 'chef')).toMatchObject({ code: 1 });
});

it('roles are given by an admin or a command, and an admin is always left', async () => {
  const boss = new Visitor(system.url);
  const { email } = await signUp(boss, system.databases, 'admin');
  const cook = new Visitor(system.url);
  const { email: cooks } = await signUp(cook, system.databases);
  const em = system.databases.users.em.fork();
  await run(em, sql`update users set role = 'customer' where role = 'admin' and email <> ${email}`);

  const found = (await boss.get(`/api/people?email=${cooks}`)).body.items;
  expect(found).toMatchObject([{ email: cooks, role: 'customer', emailVerified: true }]);
  const socket = await cook.connect();
  const isCut = new Promise((resolve) => socket.once('disconnect', resolve));
  const give = (id: string, role: string) => boss.call('PATCH', `/api/people/${id}`, { body: { role } });
  expect((await give(found[0].id, 'kitchen')).body).toMatchObject({ person: { role: 'kitchen' } });
  await isCut;
  expect((await cook.get('/api/board')).status).toBe(200);
  const staff: { email: string; id: string }[] = (await boss.get('/api/people')).body.items;
  expect(staff.map(({ email: address }) => address)).toEqual(expect.arrayContaining([email, cooks]));

  const me = staff.find((one) => one.email === email)!;
  expect(await give(me.id, 'agent')).toMatchObject({ status: 409, body: { error: { code: 'last_admin' } } });
  expect((await boss.get('/api/me')).body.user.role).toBe('admin');
  expect(await admin('set-role', email, 'agent')).toMatchObject({
    said: expect.stringContaining('last admin'),
    code: 1,
  });
  expect(await admin('set-role', cooks, 'manager')).toMatchObject({ code: 0 });
  expect((await cook.get('/api/me')).body.user).toMatchObject({
    role: 'manager',
    may: expect.arrayContaining(['refund.exceed_limit']),
  });

  const changes: PeopleChange[] = (await boss.get('/api/people/changes')).body.items;
  expect(changes.slice(0, 2)).toMatchObject([
    {
      by: null,
      byCommand: true,
      person: 'A customer',
      change: { type: 'role_changed', from: 'kitchen', to: 'manager' },
    },
    {
      by: 'A admin',
      byCommand: false,
      person: 'A customer',
      change: { type: 'role_changed', from: 'customer', to: 'kitchen' },
    },
  ]);
});

it('one of two admins who demote each other at once stays', async () => {
  const pair = [new Visitor(system.url), new Visitor(system.url)] as const;
  for (const visitor of pair) await signUp(visitor, system.databases, 'admin');
  const ids: string[] = [];
  for (const visitor of pair) ids.push((await visitor.get('/api/me')).body.user.id);
  const em = system.databases.users.em.fork();
  await run(em, sql`update users set role = 'customer' where role = 'admin' and not id = any(${ids})`);

  const give = (who: Visitor, id: string) =>
    who.call('PATCH', `/api/people/${id}`, { body: { role: 'agent' } });
  const codes = await Promise.all([give(pair[0], ids[1]!), give(pair[1], ids[0]!)]);
  expect(codes.map(({ status }) => status).toSorted()).not.toEqual([200, 200]);
  const admins = await query<object>(em, sql`select from users where role = 'admin'`);
  expect(admins).toHaveLength(1);
});

it('an admin finds any account by name or address, and signs it out everywhere', async () => {
  const boss = new Visitor(system.url);
  await signUp(boss, system.databases, 'admin');
  const guest = new Visitor(system.url);
  const account = await signUp(guest, system.databases);
  const tablet = new Visitor(system.url);
  await tablet.post('/api/auth/sign-in/email', account);
  const find = async (q: string) =>
    (await boss.get(`/api/people?q=${encodeURIComponent(q)}`)).body.items as PersonWithRole[];

  const [found, ...others] = await find(account.email.toUpperCase());
  expect([found, others]).toMatchObject([{ email: account.email, role: 'customer', sessions: 2 }, []]);
  expect((await find('a CUSTOMER')).map(({ id }) => id)).toContain(found!.id);
  // As everywhere: whatever the accents and the order of words.
  expect((await find('Çustömer, A')).map(({ id }) => id)).toContain(found!.id);
  expect(await find('%')).toEqual([]);
  await setVerified(account.email, false);
  expect(await boss.call('PATCH', `/api/people/${found!.id}`, { body: { role: 'agent' } })).toMatchObject({
    status: 409,
    body: { error: { code: 'address_unverified' } },
  });

  const socket = await tablet.connect();
  const isCut = new Promise((resolve) => socket.once('disconnect', resolve));
  const signOut = async () => (await boss.post(`/api/people/${found!.id}/sign-out`)).body;
  expect(await signOut()).toEqual({ ended: 2 });
  await isCut;
  for (const visitor of [guest, tablet]) expect((await visitor.get('/api/me')).body).toEqual({ user: null });
  expect(await signOut()).toEqual({ ended: 0 });
  const [latest] = (await boss.get('/api/people/changes')).body.items as PeopleChange[];
  expect(latest).toMatchObject({ by: 'A admin', change: { type: 'signed_out', sessions: 2 } });
});
