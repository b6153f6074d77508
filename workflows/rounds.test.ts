import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { query } from '../db/sql.ts';
import { VariantEntity } from '../db/catalog/entities.ts';
import { findCustomer } from '../db/users/payments/stripe-customers.ts';
import type { OpenTab } from '../domain/contract/tabs.ts';
import { cover, drop } from '../temporal/orders/messages.ts';
import { PlacedOrder } from '../test/harness/buyer.ts';
import { startSystem, type System } from '../test/harness/system.ts';
import { until } from '../test/harness/until.ts';
import { addProduct } from '../test/setup/menu.ts';
import { joinTab, openTab, type Seated } from '../test/setup/tabs.ts';
import { signUp, Visitor } from '../test/setup/visitor.ts';

const GOOD = 'pm_card_visa';
const AT_BANK = 'pm_card_authenticationRequired';

let system: System;
let variantId: string;
beforeAll(async () => {
  system = await startSystem();
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 500, available: 1000 }],
  });
  variantId = product.variants[0]!.id;
});
afterEach(() => system.stripe.faults.clear());
afterAll(() => system?.stop());

interface Round {
  readonly order: PlacedOrder;
  readonly people: readonly Seated[];
  /** The share of each, in the order of `people`. */
  readonly shareIds: readonly string[];
}

/** A round of a host and her friends: one piece each, and one that all share, if `isShared`. */
async function send({
  friends = 1,
  isShared = false,
  hostEats = true,
  leftMs,
  mails = false,
  host: who = new Visitor(system.url),
  ...of
}: Partial<OpenTab> & {
  friends?: number;
  isShared?: boolean;
  hostEats?: boolean;
  leftMs?: number;
  /** Each gives a mail address. */
  mails?: boolean;
  host?: Visitor;
} = {}): Promise<Round> {
  const mail = () => (mails ? { email: `${randomUUID()}@guest.test` } : {});
  const host = await openTab(who, { ...of, ...mail() });
  const people = [host];
  for (let index = 1; index <= friends; index += 1)
    people.push(await joinTab(new Visitor(system.url), host, { name: `Wilhelmina ${index}`, ...mail() }));
  const path = `/api/tabs/${host.tab.id}`;
  for (const one of hostEats ? people : people.slice(1))
    await call(one.who, `${path}/lines`, { variantId, quantity: 1 });
  const sharedBetween = people.map(({ participantId }) => ({ participantId }));
  if (isShared) await call(who, `${path}/lines`, { variantId, quantity: 1, sharedBetween });
  if (leftMs !== undefined) {
    const deadline = new Date(Date.now() + leftMs).toISOString();
    expect((await who.call('PATCH', path, { body: { deadline } })).status).toBe(200);
  }
  const { order: sent } = await call(who, `${path}/rounds`, {});
  const order = new PlacedOrder(system, who, sent.id);
  const { shares } = await order.read();
  const shareIds = people.map(
    (one) => shares.find((share) => share.participantId === one.participantId)?.id ?? '',
  );
  return { order, people, shareIds };
}

/** The mails about a round once they are sent: the type of each, and its text. */
async function mailsOf({ order, people }: Round, type: string): Promise<{ to: number; text: string }[]> {
  const sent = await until(`${type} is sent`, async () => {
    const rows = await query<{ id: string; status: string; participantId: string }>(
      system.databases.orders.em.fork(),
      sql`select id, status, participant_id as "participantId" from mails where order_id = ${order.id} and type = ${type}`,
    );
    return rows.length > 0 && rows.every(({ status }) => status === 'sent') && rows;
  });
  return sent
    .map(({ id, participantId }) => ({
      to: people.findIndex((person) => person.participantId === participantId),
      text: system.mailServer.mails
        .find(({ messageId }) => messageId.includes(id))!
        .source.replaceAll(/=\r\n/g, '')
        .replaceAll(/\s+/g, ' '),
    }))
    .toSorted((one, other) => one.to - other.to);
}

async function call(who: Visitor, path: string, body: object): Promise<any> {
  const reply = await who.post(path, body, { key: randomUUID() });
  if (reply.status >= 300) throw new Error(`${path}: ${reply.status} ${JSON.stringify(reply.body)}`);
  return reply.body;
}

const pay = ({ order, people, shareIds }: Round, index: number, card = GOOD) =>
  order.payShare(people[index]!.who, shareIds[index]!, card);
const coverIt = ({ order, people, shareIds }: Round, index: number, by: number) =>
  order.workflow.executeUpdate(cover, {
    args: [
      {
        ...{ shareId: shareIds[index]!, payerId: people[by]!.participantId },
        ...{ requestId: randomUUID(), as: 'participant' },
      },
    ],
  });
const dropIt = ({ order, people, shareIds }: Round, index: number) =>
  order.workflow.executeUpdate(drop, {
    args: [
      {
        ...{ shareId: shareIds[index]!, requestId: randomUUID() },
        ...{ actorId: people[0]!.participantId, as: 'host' },
      },
    ],
  });
const available = async () =>
  (
    await query<{ available: number }>(
      system.databases.catalog.em.fork(),
      sql`select available from ${sql.table(VariantEntity.meta.tableName)} where id = ${variantId}`,
    )
  )[0]!.available;
const basketOf = async ({ people: [host] }: Round) =>
  (await host!.who.get(`/api/tabs/${host!.tab.id}`)).body.tab.lines as { participantId: string }[];

test('a share is taken over whole, at every state that is not paid, and nobody else’s changes', async () => {
  const round = await send({ friends: 2, mails: true });
  const { order, people, shareIds } = round;
  const told = await mailsOf(round, 'order_received');
  expect(told.map(({ to }) => to)).toEqual([0, 1, 2]);
  expect(told[0]!.text).toContain('You have sent the round');
  // Nothing that anybody typed goes to an address that is not proven.
  for (const { text } of told.slice(1)) expect(text).toContain('A round was sent');
  await pay(round, 0);
  expect((await pay(round, 1, AT_BANK)).body.payment.status).toBe('requires_action');
  await coverIt(round, 1, 2);
  await expect(coverIt(round, 0, 2)).rejects.toThrow();
  const [covered, ...more] = await mailsOf(round, 'share_covered');
  expect([covered!.to, more]).toEqual([1, []]);
  expect(covered!.text).toContain('You need not pay it any more');
  const before = await order.read();
  expect(before.shares.find(({ id }) => id === shareIds[1])).toMatchObject({
    participantId: people[2]!.participantId,
    ...{ amount: 500, status: 'due' },
  });
  expect((await order.payShare(people[1]!.who, shareIds[1]!, GOOD)).status).toBe(403);
  expect((await order.payShare(people[2]!.who, shareIds[1]!, GOOD)).status).toBe(200);
  await pay(round, 2);
  await order.untilStatus('confirmed');
  const { intents, captured } = await order.atStripe();
  expect([captured, intents.filter(({ status }) => status === 'canceled').length]).toEqual([1500, 1]);
  // In the next round the addresses of those who paid are proven, and the other's is not.
  const path = `/api/tabs/${people[0]!.tab.id}`;
  for (const { who } of people) await call(who, `${path}/lines`, { variantId, quantity: 1 });
  const { order: next } = await call(people[0]!.who, `${path}/rounds`, {});
  const again = await mailsOf(
    { ...round, order: new PlacedOrder(system, people[0]!.who, next.id) },
    'order_received',
  );
  expect(again.map(({ text }) => text.includes('Ada'))).toEqual([true, false, true]);
});

test('lines of who has not paid are dropped: her old payment is void, the rest is the host’s', async () => {
  const before = await available();
  const round = await send({ isShared: true, mails: true });
  const { order, people, shareIds } = round;
  await pay(round, 0);
  expect((await pay(round, 1, AT_BANK)).body.payment.status).toBe('requires_action');
  await dropIt(round, 1);
  const dropped = await order.read();
  expect(dropped).toMatchObject({ totalAmount: 1000, status: 'awaiting_payment' });
  expect(dropped.shares.find(({ id }) => id === shareIds[1])).toMatchObject({
    participantId: people[0]!.participantId,
    ...{ amount: 250, status: 'due' },
  });
  const [lost, ...othersLost] = await mailsOf(round, 'share_dropped');
  expect([lost!.to, othersLost]).toEqual([1, []]);
  expect(lost!.text).toContain('stays in the round, and its host pays it');
  const [rest, ...othersPay] = await mailsOf(round, 'rest_to_pay');
  expect([rest!.to, othersPay]).toEqual([0, []]);
  // The host has paid with her own card, which proves her address.
  expect(rest!.text).toMatch(/=E2=82=AC2\.50 to pay.*Wilhelmina 1/);
  expect(await available()).toBe(before - 2);
  expect((await basketOf(round)).map(({ participantId }) => participantId)).toEqual([
    people[1]!.participantId,
  ]);
  expect((await order.payShare(people[0]!.who, shareIds[1]!, GOOD)).status).toBe(200);
  await order.untilStatus('confirmed');
  expect((await order.atStripe()).captured).toBe(1000);
  // Operators see what is left of it, and find what is given back of it.
  const { number, tab } = await order.read();
  const [intent] = (await order.atStripe()).intents;
  system.stripe.faults.add({ kind: 'webhook_drop', types: ['charge.refunded'] });
  await system.stripeApi.refunds.create({ payment_intent: intent!.id, amount: 100 });
  await order.until('it is seen', ({ refundedAmount }) => refundedAmount === 100);
  await order.cancel(system.agent);
  await order.workflow.result();
  const { searchAttributes } = await order.workflow.describe();
  expect(searchAttributes).toMatchObject({ TabId: [tab!.id], OrderNumber: [number], OrderTotal: [1000] });
  const workflows = async () => {
    const query = `OrderNumber = ${number} AND TabId = '${tab!.id}'`;
    const types: string[] = [];
    for await (const { type } of system.temporal.workflow.list({ query })) types.push(type);
    return new Set(types).size === 3 && types;
  };
  expect((await until('all of its workflows are found', workflows)).toSorted()).toEqual(
    expect.arrayContaining(['aftercare', 'order', 'refund']),
  );
});

test('the host takes a round back before it is paid: nobody is charged, and all of it is in the basket again', async () => {
  const round = await send({ friends: 2 });
  const { order } = round;
  await pay(round, 0);
  await pay(round, 1, AT_BANK);
  expect((await order.cancel()).status).toBe(200);
  expect(await order.untilClosed()).toMatchObject({ status: 'canceled', reason: 'taken_back' });
  expect(await order.workflow.result()).toEqual({ status: 'canceled', reason: 'taken_back' });
  const { intents, captured } = await order.atStripe();
  expect([captured, intents.map(({ status }) => status)]).toEqual([0, ['canceled', 'canceled']]);
  expect(await basketOf(round)).toHaveLength(3);
});

test('at the deadline a round is canceled for all, unless its host chose otherwise', async () => {
  const round = await send({ leftMs: 2_500 });
  await pay(round, 0);
  await round.order.untilStatus('expired');
  expect((await round.order.atStripe()).captured).toBe(0);
});

test('at the deadline the lines of who has not paid are dropped, and the others are served', async () => {
  const round = await send({ friends: 2, onDeadline: 'drop_unpaid', leftMs: 3_000 });
  await pay(round, 0);
  await pay(round, 1);
  const { totalAmount } = await round.order.untilStatus('confirmed');
  expect([totalAmount, (await round.order.atStripe()).captured]).toEqual([1000, 1000]);
});

test('at the deadline the host has two more minutes for what is left of shared lines', async () => {
  const round = await send({ isShared: true, onDeadline: 'drop_unpaid', leftMs: 2_500 });
  const { order, people, shareIds } = round;
  await pay(round, 0);
  const { deadline } = await order.until(
    'more time',
    ({ totalAmount, deadline: until }) =>
      totalAmount === 1000 && until !== null && Date.parse(until) > Date.now() + 60_000,
  );
  expect(deadline).not.toBeNull();
  expect((await order.payShare(people[0]!.who, shareIds[1]!, GOOD)).status).toBe(200);
  await order.untilStatus('confirmed');
  expect((await order.atStripe()).captured).toBe(1000);
});

test('at the deadline a round of which nothing is left expires, and its lines are in the basket', async () => {
  const round = await send({ hostEats: false, onDeadline: 'drop_unpaid', leftMs: 2_000 });
  expect(await round.order.untilStatus('expired')).toMatchObject({ totalAmount: 0, lines: [] });
  expect(await basketOf(round)).toHaveLength(1);
});

/** A signed-in host with a saved card. */
async function hostWith(card: 'gone' | 'good' | 'refused'): Promise<Visitor> {
  const host = new Visitor(system.url);
  await signUp(host, system.databases, 'customer');
  const { id } = (await host.get('/api/me')).body.user;
  const { order } = (
    await host.post(
      '/api/orders',
      {
        lines: [{ variantId, quantity: 1 }],
        payment: { paymentMethodId: GOOD, savePaymentMethod: true },
      },
      { key: randomUUID() },
    )
  ).body;
  await new PlacedOrder(system, host, order.id).untilStatus('confirmed');
  if (card === 'refused') {
    const customer = await findCustomer(system.databases.users, id);
    await system.stripeApi.paymentMethods.attach(AT_BANK, { customer: customer! });
  }
  return host;
}

async function removeCards(who: Visitor): Promise<void> {
  for (const { id } of (await who.get('/api/payment-methods')).body.items)
    expect((await who.call('DELETE', `/api/payment-methods/${id}`)).status).toBe(204);
}

test.each([
  ['good', 'confirmed', 1500],
  ['refused', 'expired', 0],
  ['gone', 'expired', 0],
] as const)(
  'at the deadline a host with a card that is %s pays for all: %s',
  async (card, status, charged) => {
    const host = await hostWith(card);
    const round = await send({ friends: 2, host, onDeadline: 'host_covers', leftMs: 3_000 });
    await pay(round, 1);
    if (card === 'gone') await removeCards(host);
    await round.order.untilStatus(status);
    const { captured, refunded } = await round.order.atStripe();
    expect(captured - refunded).toBe(charged);
  },
);
