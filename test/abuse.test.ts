/** Abuse that the public API prevents: holding all stock, mailing strangers, testing stolen cards. */

import { sql } from 'kysely';
import { query } from '../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order } from '../domain/contract/orders.ts';
import { placeGroupOrder, type Payer } from './harness/group.ts';
import { startSystem, type System } from './harness/system.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';
import { openTab } from './setup/tabs.ts';
import { signUp, Visitor } from './setup/visitor.ts';

let system: System;
/** A second API on the same databases: limits apply across processes. */
let otherUrl: string;
beforeAll(async () => {
  system = await startSystem({
    environment: { TRUST_PROXY: 'loopback', DECLINES_PER_NETWORK: '6', UNPAID_ORDERS_PER_GUEST: '3' },
  });
  otherUrl = `http://127.0.0.1:${(await system.startApi()).port}`;
});
afterAll(() => system?.stop());

let hosts = 0;
/** A network without earlier orders. */
const newNetwork = () => `2001:db8:0:${(hosts += 1).toString(16)}::1`;

interface Wish {
  readonly network: string;
  readonly variants: readonly string[];
  readonly quantity?: number;
  readonly email?: string;
  readonly pay?: string;
  readonly more?: object;
  readonly who?: Visitor;
}
/** Places an order through either API. */
function order({ network, variants, quantity = 1, email, pay, more, who }: Wish) {
  const visitor = who ?? new Visitor(Math.random() < 0.5 ? system.url : otherUrl, null);
  return visitor.post(
    '/api/orders',
    {
      lines: variants.map((variantId) => ({ variantId, quantity })),
      contact: { name: 'Ada', email: email ?? `${randomUUID()}@example.test` },
      ...(pay && { payment: { paymentMethodId: pay } }),
      ...more,
    },
    { headers: { 'x-forwarded-for': network } },
  );
}
const newVariant = async (available: number, unitAmount = 300) => {
  const product = await addProduct(system.databases, {
    name: `Tea ${randomUUID().slice(0, 8)}`,
    variants: [{ name: 'Regular', unitAmount, available }],
  });
  return product.variants[0]!.id;
};
const availableOf = async (variantId: string) => {
  const [row] = await query<{ available: number }>(
    system.databases.catalog.em.fork(),
    sql`select available from variants where id = ${variantId}`,
  );
  return row!.available;
};
const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, i) => make(i));
const codesOf = (replies: readonly { status: number; body: { error?: { code: string } } }[]) =>
  replies.map(({ status, body }) => body.error?.code ?? status);
const count = (all: readonly unknown[], one: unknown) => all.filter((each) => each === one).length;

test('one guest holds three unpaid orders at most, however many she sends at once', async () => {
  const variants = [await newVariant(100)];
  const email = `${randomUUID()}@example.test`;
  const codes = codesOf(
    await Promise.all(
      times(20, () => order({ network: newNetwork(), variants, email: email.toUpperCase() })),
    ),
  );
  expect([count(codes, 201), count(codes, 'pay_first')]).toEqual([3, 17]);
  expect(await availableOf(variants[0]!)).toBe(97);
  // Guests who pay at once may go on ordering, and so may everybody else.
  expect((await order({ network: newNetwork(), variants, email, pay: 'pm_card_visa' })).status).toBe(201);
  expect((await order({ network: newNetwork(), variants })).status).toBe(201);
});

test('what is paid or canceled makes room again', async () => {
  const variants = [await newVariant(100)];
  const [network, email] = [newNetwork(), `${randomUUID()}@example.test`];
  const [first] = await Promise.all(times(3, () => order({ network, variants, email })));
  expect(codesOf([await order({ network, variants, email })])).toEqual(['pay_first']);
  const { id, shares } = first!.body.order;
  await system.agent.command(`/api/orders/${id}/shares/${shares[0].id}/cash`, {});
  expect(codesOf([await order({ network, variants, email })])).toEqual([201]);
  // Staff see the holds and end them.
  const listed = await system.agent.get('/api/orders?toPay=true&limit=100');
  const held = listed.body.items.filter((each: Order) => each.lines[0]!.variantId === variants[0]);
  expect(held).toHaveLength(3);
  for (const each of held)
    expect((await system.agent.post(`/api/orders/${each.id}/cancel`, {})).status).toBe(200);
  await until('all of it is on sale again', async () => (await availableOf(variants[0]!)) === 99);
  expect(codesOf([await order({ network, variants, email })])).toEqual([201]);
});

test('no guest, and no network, holds all of a variant unpaid, nor more pieces than is usual', async () => {
  const scarce = await newVariant(40);
  const network = newNetwork();
  const replies = await Promise.all(times(20, () => order({ network, variants: [scarce], quantity: 6 })));
  const codes = codesOf(replies);
  expect(count(codes, 201) * 6).toBeLessThanOrEqual(30);
  expect(count(codes, 201)).toBe(5);
  expect(replies.find(({ status }) => status === 409)!.body.error).toMatchObject({
    code: 'pay_first',
    details: { bound: 'stock' },
  });
  expect(await availableOf(scarce)).toBe(10);
  // A guest on another network may have six, and one who pays may have all that is left.
  expect(codesOf([await order({ network: newNetwork(), variants: [scarce], quantity: 6 })])).toEqual([201]);
  expect(codesOf([await order({ network, variants: [scarce], quantity: 4, pay: 'pm_card_visa' })])).toEqual([
    201,
  ]);

  const many = await Promise.all(times(4, () => newVariant(1_000)));
  const [one, all] = [newNetwork(), newNetwork()];
  expect(codesOf([await order({ network: one, variants: many, quantity: 16 })])).toEqual(['pay_first']);
  const crowd = codesOf(
    await Promise.all(times(10, () => order({ network: all, variants: many, quantity: 15 }))),
  );
  expect([count(crowd, 201), count(crowd, 'pay_first')]).toEqual([5, 5]);
});

test('a group may leave unpaid what its phones would, and invented people give nobody more', async () => {
  const [plenty, scarce] = [await newVariant(1_000), await newVariant(40)];
  /** Opens a tab with as many guests, who join themselves or are added by their names, and sends what they choose. */
  async function send(wish: { people: number; invented?: boolean; variantId: string; quantity: number }) {
    const { people, invented = false, variantId, quantity } = wish;
    const host = await openTab(new Visitor(system.url));
    const path = `/api/tabs/${host.tab.id}`;
    const joined = await Promise.all(
      times(people - 1, async (index): Promise<[string, Visitor] | undefined> => {
        const headers = { 'x-forwarded-for': newNetwork() };
        const name = `Guest ${index}`;
        if (invented) return void (await host.who.post(`${path}/participants`, { name }, { headers }));
        const who = new Visitor(system.url);
        const { body } = await who.post('/api/tabs/join', { name, code: host.tab.joinCode }, { headers });
        return [body.participant.id, who];
      }),
    );
    const phones = new Map(joined.filter((one) => one !== undefined));
    const { body } = await host.who.get(path);
    await Promise.all(
      (body.tab.participants as { id: string }[]).map(({ id: participantId }) =>
        (phones.get(participantId) ?? host.who).post(`${path}/lines`, { variantId, quantity, participantId }),
      ),
    );
    return host.who.post(`${path}/rounds`, {}, { headers: { 'x-forwarded-for': newNetwork() } });
  }
  const bounds = [
    await send({ people: 20, variantId: plenty, quantity: 4 }),
    await send({ people: 20, variantId: plenty, quantity: 4, invented: true }),
    await send({ people: 20, variantId: plenty, quantity: 3, invented: true }),
    // Never more than three quarters of what there is, nor than a network may hold, whoever has joined.
    await send({ people: 4, variantId: scarce, quantity: 8 }),
    await send({ people: 20, variantId: plenty, quantity: 16 }),
  ].map(({ status, body }) => body.error?.details.bound ?? status);
  expect(bounds).toEqual([201, 'guest_pieces', 201, 'stock', 'guest_pieces']);
});

test('a café full of guests with one address orders, pays at the counter, and orders again', async () => {
  const variants = [await newVariant(400), await newVariant(400)];
  const network = newNetwork();
  const codes = codesOf(await Promise.all(times(40, () => order({ network, variants }))));
  expect(count(codes, 201)).toBe(40);
  const withAccount = new Visitor(system.url);
  await signUp(withAccount, system.databases, 'agent');
  const byStaff = await Promise.all(
    times(6, () => order({ network, variants, quantity: 40, who: withAccount })),
  );
  expect(codesOf(byStaff)).toEqual(times(6, () => 201));
});

test('what comes with a card that is declined, or waits for its bank, is no way to hold more for long', async () => {
  const scarce = await newVariant(100);
  const network = newNetwork();
  const before = Date.now();
  const { body } = await order({
    network,
    variants: [scarce],
    quantity: 99,
    pay: 'pm_card_authenticationRequired',
  });
  const minutes = (Date.parse(body.order.deadline) - before) / 60_000;
  expect(minutes).toBeLessThan(4);
  const many = await Promise.all(times(4, () => newVariant(1_000)));
  expect(codesOf([await order({ network, variants: many, quantity: 99, pay: 'pm_card_visa' })])).toEqual([
    'counter_only',
  ]);
  // Unpaid counter orders do not keep others on the same network from paying.
  const cafe = newNetwork();
  await Promise.all(times(5, () => order({ network: cafe, variants: many, quantity: 15 })));
  expect(codesOf([await order({ network: cafe, variants: many })])).toEqual(['pay_first']);
  expect(codesOf([await order({ network: cafe, variants: many, pay: 'pm_card_visa' })])).toEqual([201]);
});

test('after some declines from one network cards are not tried any more, and the counter is left', async () => {
  const variants = [await newVariant(1_000)];
  const network = newNetwork();
  const declined = (email?: string) =>
    order({ network, variants, pay: 'pm_card_chargeDeclined', ...(email && { email }) });
  await Promise.all(times(40, () => declined()));
  const tried = async () => {
    const rows = await query<{ status: string; count: number }>(
      system.databases.orders.em.fork(),
      sql`select status, count(*)::int as count from payment_attempts where network is not null group by status`,
    );
    return Object.fromEntries(rows.map((row) => [row.status, row.count]));
  };
  await until('all are decided', async () => !(await tried())['pending']);
  // Six an hour, plus those in flight when the limit was reached.
  expect((await tried())['declined']).toBeGreaterThanOrEqual(6);
  expect((await tried())['declined']).toBeLessThanOrEqual(6 + 18);
  const refused = await declined();
  expect(refused.status).toBe(403);
  expect(refused.body.error).toMatchObject({ code: 'counter_only', details: { bound: 'network' } });
  expect(codesOf([await order({ network, variants })])).toEqual([201]);
  expect(codesOf([await order({ network: newNetwork(), variants, pay: 'pm_card_visa' })])).toEqual([201]);
});

test('after five declines of one order it is paid at the counter', async () => {
  const variants = [await newVariant(100)];
  const guest = new Visitor(system.url);
  const { body } = await order({ network: newNetwork(), variants, who: guest });
  guest.guestToken = body.guestToken;
  const { id, shares } = body.order;
  const pay = (paymentMethodId: string) =>
    guest.post(
      `/api/orders/${id}/shares/${shares[0].id}/pay`,
      { paymentMethodId },
      { headers: { 'x-forwarded-for': newNetwork() } },
    );
  const codes: unknown[] = [];
  for (let time = 0; time < 6; time += 1) codes.push(...codesOf([await pay('pm_card_chargeDeclined')]));
  expect(codes).toEqual([...times(5, () => 'card_declined'), 'counter_only']);
  expect(codesOf([await pay('pm_card_visa')])).toEqual(['counter_only']);
  const cash = await system.agent.post(`/api/orders/${id}/shares/${shares[0].id}/cash`, {});
  expect(cash.status).toBeLessThan(300);
});

test('the declines of one payer of a group leave the others their cards', async () => {
  const { order: group, payers } = await placeGroupOrder(system, {
    variantId: await newVariant(100),
    count: 2,
  });
  const [ada, ben] = payers as [Payer, Payer];
  const pay = ({ guest, shareId }: Payer, paymentMethodId: string) =>
    guest.post(
      `/api/orders/${group.id}/shares/${shareId}/pay`,
      { paymentMethodId },
      { headers: { 'x-forwarded-for': newNetwork() } },
    );
  for (let time = 0; time < 5; time += 1) await pay(ada, 'pm_card_chargeDeclined');
  expect(codesOf([await pay(ada, 'pm_card_visa')])).toEqual(['counter_only']);
  expect(codesOf([await pay(ben, 'pm_card_chargeDeclined'), await pay(ben, 'pm_card_visa')])).toEqual([
    'card_declined',
    200,
  ]);
  expect((await group.payInCash(0, undefined, ada.shareId)).status).toBe(200);
  await group.untilStatus('confirmed');
});

test('a stranger gets few mails about what nobody paid, and not a word of whoever placed it', async () => {
  const variants = [await newVariant(1_000)];
  const typed = 'Win at https://evil.example now';
  const victim = `victim-${randomUUID()}@example.test`;
  const mailsOf = (address: string) => system.mailServer.mails.filter(({ to }) => to.includes(address));
  const spam = () =>
    order({
      network: newNetwork(),
      variants,
      email: victim,
      more: {
        place: typed,
        contact: { name: typed, email: victim },
        lines: [{ variantId: variants[0]!, quantity: 1, note: typed }],
      },
    });
  for (let round = 0; round < 3; round += 1) {
    const placed = await Promise.all(times(15, () => spam()));
    for (const { body } of placed.filter(({ status }) => status === 201)) {
      const host = new Visitor(system.url, null);
      host.guestToken = body.guestToken;
      expect((await host.post(`/api/orders/${body.order.id}/cancel`, { reason: typed })).status).toBe(200);
    }
  }
  await until('what is due was sent', async () => mailsOf(victim).length >= 3);
  await system.assertInvariants();
  expect(mailsOf(victim)).toHaveLength(3);
  for (const { source } of mailsOf(victim)) {
    const text = source.replaceAll(/=\r?\n/g, '');
    for (const word of ['evil', 'Win at', 'evil.example']) expect(text).not.toContain(word);
  }

  // Nor does it prove her address that somebody else in a tab pays for her.
  const named = `named-${randomUUID()}@example.test`;
  const treats = `${randomUUID()}@example.test`;
  const host = await openTab(new Visitor(system.url), { name: 'Ada', email: treats, title: typed });
  const guest = new Visitor(system.url);
  const joining = { code: host.tab.joinCode, name: typed, email: named };
  expect((await guest.post('/api/tabs/join', joining)).status).toBe(201);
  const path = `/api/tabs/${host.tab.id}`;
  await guest.post(`${path}/lines`, { variantId: variants[0], quantity: 1, note: typed });
  const split = { kind: 'treat', payerId: host.participantId };
  const sent = await host.who.post(`${path}/rounds`, { split });
  expect(sent.status).toBe(201);
  const { id, shares } = sent.body.order as Order;
  const share = shares.find(({ participantId }) => participantId === host.participantId)!;
  const pay = `/api/orders/${id}/shares/${share.id}/pay`;
  expect((await host.who.post(pay, { paymentMethodId: 'pm_card_visa' })).status).toBe(200);
  const canceled = () => system.agent.post(`/api/orders/${id}/cancel`, { reason: typed });
  await until('the round is confirmed and canceled', async () => (await canceled()).status === 200);
  await until('whoever paid was told', () => mailsOf(treats).length >= 3);
  await system.assertInvariants();
  expect(mailsOf(treats).some(({ source }) => source.includes('evil.example'))).toBe(true);
  expect(mailsOf(named).map(({ subject }) => subject)).toHaveLength(1);
  expect(mailsOf(named)[0]!.source.replaceAll(/=\r?\n/g, '')).not.toMatch(/evil|Win at/);

  // A guest who pays gets every mail, with her own text in it.
  const payer = `${randomUUID()}@example.test`;
  const paid = { place: 'Table Seven', contact: { name: 'Ada', email: payer } };
  await order({ network: newNetwork(), variants, pay: 'pm_card_visa', more: paid });
  const [receipt] = await until('the receipt came', () => {
    const mails = mailsOf(payer);
    return mails.length > 0 && mails;
  });
  expect(receipt!.source).toContain('Table Seven');
});
