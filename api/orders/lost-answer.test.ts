/** A caller who lost the response to an order asks again with her key, whatever happened to her session. */

import { sql } from 'kysely';
import { run, query } from '../../db/sql.ts';
import { randomBytes, randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addProduct, guestOrder } from '../../test/setup/menu.ts';
import { settingsWith, startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';

const PEOPLE = ['guest', 'customer', 'another customer'] as const;
type Who = (typeof PEOPLE)[number];

let system: TestSystem;
let variantId: string;
const sessions = new Map<Who, Visitor>();
beforeAll(async () => {
  system = await startTestSystem();
  const tea = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 1000 }],
  });
  variantId = tea.variants[0]!.id;
  for (const who of PEOPLE) {
    const visitor = new Visitor(system.url);
    if (who !== 'guest') await signUp(visitor, system.databases);
    sessions.set(who, visitor);
  }
});
afterAll(() => system?.stop());

/** Her session in a browser that knows no order. */
function browserOf(who: Who, url = system.url): Visitor {
  const browser = new Visitor(url);
  for (const [name, value] of sessions.get(who)!.cookies) {
    if (!name.startsWith('sharetab_guest_')) browser.cookies.set(name, value);
  }
  return browser;
}
const count = async () => {
  const counting = sql`select count(*)::int as count from orders`;
  return (await query<{ count: number }>(system.databases.orders.em.fork(), counting))[0]!.count;
};
const newAttempt = () => randomBytes(24).toString('base64url');
const pairs = PEOPLE.flatMap((first) => PEOPLE.map((then) => [first, then] as const));

describe.each(pairs)('placed as %s, asked again as %s', (first, then) => {
  test('with its attempt it is the same order, hers to follow', async () => {
    const body = guestOrder(variantId, { attempt: newAttempt() });
    const key = randomUUID();
    const placed = await browserOf(first).post('/api/orders', body, { key });
    const before = await count();
    const asker = browserOf(then);
    const again = await asker.post('/api/orders', body, { key });
    expect([again.status, again.body.order?.id]).toEqual([201, placed.body.order.id]);
    expect(await count()).toBe(before);
    expect((await asker.get(`/api/orders/${placed.body.order.id}`)).body.viewer.role).toBe('host');
    const other = await asker.post('/api/orders', { ...body, place: 'Elsewhere' }, { key });
    expect(other.body.error?.code).toBe('idempotency_conflict');
  });

  test('with the same contact and key there is never a second order, and no other account gets it', async () => {
    const body = guestOrder(variantId);
    const key = randomUUID();
    const placed = await browserOf(first).post('/api/orders', body, { key });
    const before = await count();
    const again = await browserOf(then).post('/api/orders', body, { key });
    const isOthers = first !== 'guest' && then !== 'guest' && first !== then;
    if (isOthers) expect([again.status, again.body.error.code]).toEqual([403, 'forbidden']);
    else expect([again.status, again.body.order?.id]).toEqual([201, placed.body.order.id]);
    expect(await count()).toBe(before);
  });
});

test('an order of an account, whose session is over, is found by its attempt without a contact', async () => {
  const body = { ...guestOrder(variantId, { attempt: newAttempt() }), contact: undefined };
  const key = randomUUID();
  const placed = await browserOf('customer').post('/api/orders', body, { key });
  const again = await browserOf('guest').post('/api/orders', body, { key });
  expect(again.body.order.id).toBe(placed.body.order.id);
  expect(again.body.guestToken).toBeTruthy();
  // The order belongs to her account, so no token is issued.
  expect(placed.body.guestToken).toBeUndefined();
});

test('an attempt of an account that never arrived asks for a sign-in, and places nothing', async () => {
  const body = { ...guestOrder(variantId, { attempt: newAttempt() }), contact: undefined };
  const before = await count();
  const reply = await browserOf('guest').post('/api/orders', body);
  expect([reply.status, reply.body.error.code]).toEqual([401, 'unauthenticated']);
  expect(await count()).toBe(before);
});

test('looking for an attempt finds its order and never places one', async () => {
  const body = guestOrder(variantId, { attempt: newAttempt() });
  const { attempt } = body as unknown as { attempt: string };
  const key = randomUUID();
  const before = await count();
  const early = await browserOf('guest').post('/api/orders/find', { attempt }, { key });
  expect([early.status, early.body.error.code]).toEqual([404, 'not_found']);
  expect(await count()).toBe(before);
  const placed = await browserOf('guest').post('/api/orders', body, { key });
  const seeker = browserOf('customer');
  const found = await seeker.post('/api/orders/find', { attempt }, { key });
  expect([found.status, found.body.order?.id]).toEqual([200, placed.body.order.id]);
  expect((await seeker.get(`/api/orders/${placed.body.order.id}`)).status).toBe(200);
  for (const wrong of [{ attempt: newAttempt() }, { attempt, key: randomUUID() }]) {
    const reply = await browserOf('guest').post(
      '/api/orders/find',
      { attempt: wrong.attempt },
      { key: wrong.key ?? key },
    );
    expect(reply.status).toBe(404);
  }
});

test('a deploy with another secret finds what was placed before it', async () => {
  const key = randomUUID();
  const customer = new Visitor(system.url);
  const { email, password } = await signUp(customer, system.databases);
  const { port } = await system.startApi({
    config: { ...system.config, appSecrets: [randomBytes(32).toString('hex')] },
  });
  const deployed = `http://127.0.0.1:${port}`;
  // Such a deploy signs everybody out.
  const signedInAnew = new Visitor(deployed);
  await signedInAnew.post('/api/auth/sign-in/email', { email, password });
  const attempts = [
    [browserOf('guest'), guestOrder(variantId), new Visitor(deployed)],
    [browserOf('guest'), guestOrder(variantId, { attempt: newAttempt() }), new Visitor(deployed)],
    [customer, { lines: [{ variantId, quantity: 1 }] }, signedInAnew],
  ] as const;
  for (const [first, body, then] of attempts) {
    const placed = await first.post('/api/orders', body, { key });
    const again = await then.post('/api/orders', body, { key });
    expect([again.status, again.body.order?.id]).toEqual([201, placed.body.order.id]);
  }
});

describe('a tip', () => {
  const pay = (tipAmount: number) => ({ payment: { paymentMethodId: 'pm_card_visa', tipAmount } });

  test('of more than the bill and the shop’s limit is refused, wherever it is taken', async () => {
    const guest = browserOf('guest');
    const refused = await guest.post('/api/orders', guestOrder(variantId, pay(10_001)));
    expect([refused.status, refused.body.error.code]).toEqual([400, 'tip_too_large']);
    expect(refused.body.error.details).toEqual({ highestAmount: 10_000, currency: 'eur' });
    expect((await guest.get('/api/config')).body.tipLimitAmount).toBe(10_000);

    const { order } = (await guest.post('/api/orders', guestOrder(variantId))).body;
    const share = `/api/orders/${order.id}/shares/${order.shares[0].id}`;
    const byCard = await guest.post(`${share}/pay`, { paymentMethodId: 'pm_card_visa', tipAmount: 10_001 });
    expect(byCard.body.error.code).toBe('tip_too_large');
    const agent = new Visitor(system.url);
    await signUp(agent, system.databases, 'agent');
    const inCash = await agent.post(`${share}/cash`, { tipAmount: 10_001 });
    expect(inCash.body.error.code).toBe('tip_too_large');
    expect((await agent.post(`${share}/cash`, { tipAmount: 10_000 })).status).toBe(200);
  });

  test('may be as high as a bill above that limit', async () => {
    const lines = [{ variantId, quantity: 40 }];
    const { port } = await system.startApi({
      settings: settingsWith(system.settings, { tipLimitAmount: 500 }),
    });
    const guest = new Visitor(`http://127.0.0.1:${port}`);
    const over = await guest.post('/api/orders', guestOrder(variantId, { lines, ...pay(14_001) }));
    expect(over.body.error.code).toBe('tip_too_large');
    const highest = await guest.post('/api/orders', guestOrder(variantId, { lines, ...pay(14_000) }));
    expect(highest.status).toBe(201);
  });
});

test('what a guest ordered is joined to the account of the same address, once that is proved', async () => {
  const customer = new Visitor(system.url);
  const { email } = await signUp(customer, system.databases);
  const body = { ...guestOrder(variantId), contact: { name: 'Ada', email: email.toUpperCase() } };
  const prove = (isProved: boolean) =>
    run(
      system.databases.users.em.fork(),
      sql`update users set email_verified = ${isProved} where email = ${email}`,
    );
  await prove(false);
  const { id } = (await browserOf('guest').post('/api/orders', body)).body.order;
  const listed = async () =>
    (await customer.get('/api/orders')).body.items.map((order: { id: string }) => order.id);
  expect(await listed()).toEqual([]);
  expect((await customer.get(`/api/orders/${id}`)).status).toBe(404);

  await prove(true);
  expect(await listed()).toEqual([id]);
  expect((await customer.get(`/api/orders/${id}`)).body.viewer.role).toBe('host');
  const socket = await customer.connect();
  expect(await socket.emitWithAck('order:watch', { orderId: id })).toMatchObject({
    viewer: { role: 'host' },
  });
  socket.close();
  const stranger = browserOf('another customer');
  expect((await stranger.get(`/api/orders/${id}`)).status).toBe(404);
});
