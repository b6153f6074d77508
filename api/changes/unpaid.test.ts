/** Orders that await their payment are changed: what is to be paid is another amount, and no money moves. */

import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from 'kysely';
import { createRandom, type Random } from '../../bench/chaos/random.ts';
import { listChangesPastEnd } from '../../db/orders/reconciliation/changes.ts';
import { query, run } from '../../db/sql.ts';
import { setting } from '../../dev/environment.ts';
import type { Order, OrderLine } from '../../domain/contract/orders.ts';
import { placeOrder, PlacedOrder } from '../../test/harness/buyer.ts';
import { playAll } from '../../test/harness/play-all.ts';
import { startSystem, type System } from '../../test/harness/system.ts';
import { until } from '../../test/harness/until.ts';
import { Group } from '../../test/tabs/groups.ts';
import * as setup from '../../test/setup/menu.ts';
import type { Seated } from '../../test/setup/tabs.ts';
import type { Reply, Visitor } from '../../test/setup/visitor.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

const sell = (unitAmount: number, available?: number) =>
  setup.sell(system.databases, unitAmount, { available });
const availableOf = (variantId: string) => setup.availableOf(system.databases, variantId);
const expectChanged = (reply: Reply<any>, body: object) =>
  expect(reply, JSON.stringify(reply.body)).toMatchObject({ status: 201, body });
/** What the last change of an order would be waited for, if the order still named it past its end. */
async function awaitedBy({ id }: PlacedOrder): Promise<string | null | undefined> {
  const em = system.databases.orders.em.fork();
  const named = sql`update orders set change_id = (select id from changes where order_id = ${id}
    and status = 'applied' order by created_at desc limit 1) where id = ${id} returning change_id as "changeId"`;
  const [row] = await query<{ changeId: string }>(em, named);
  const [change] = await listChangesPastEnd(system.databases.orders, { seconds: -3600, ...row });
  await run(em, sql`update orders set change_id = null where id = ${id}`);
  return change?.changeAwaits;
}
const lineOf = ({ lines }: Order, variantId: string) =>
  lines.find((line) => line.variantId === variantId)!.id;

test('what nobody has paid yet comes to another amount, and is paid at the counter', async () => {
  const [coffee, tea, rare] = [await sell(350), await sell(300), await sell(900, 2)];
  const lines = [
    { variantId: coffee, quantity: 2 },
    { variantId: rare, quantity: 2 },
  ];
  const order = await placeOrder(system, { variantId: coffee, lines });
  const before = await order.read();
  const set = [{ lineId: lineOf(before, coffee), quantity: 1 }];
  const body = { set, add: [{ variantId: tea, quantity: 3 }], expectedDifference: 550 };
  const preview = { set, add: body.add, ifVersion: before.version };
  expect((await order.guest.post(`/api/orders/${order.id}/changes/preview`, preview)).body).toMatchObject({
    differenceAmount: 550,
    bill: { totalAmount: 3050 },
  });
  expectChanged(await order.change(body), {
    change: { status: 'applied', payment: null },
    order: {
      status: 'awaiting_payment',
      totalAmount: 3050,
      deadline: before.deadline,
      shares: [{ amount: 3050 }],
    },
  });
  expect([await availableOf(coffee), await availableOf(tea)]).toEqual([99, 97]);
  // What it takes off of the same article is not held twice, and what is short changes nothing.
  const swap = {
    set: [{ lineId: lineOf(await order.read(), rare), quantity: 1 }],
    add: [{ variantId: rare, quantity: 1, note: 'well done' }],
  };
  expectChanged(await order.change({ ...swap, expectedDifference: 0 }), { order: { totalAmount: 3050 } });
  const short = await order.change({ add: [{ variantId: rare, quantity: 1 }], expectedDifference: 900 });
  expect(short.body.error.code).toBe('out_of_stock');
  // A run that is lost before the stock has followed: reconciliation knows what the order waits for.
  expect(await awaitedBy(order)).toBe('stock');
  // A card that was declined might still be tried again on its page.
  expect((await order.pay('pm_card_chargeDeclined')).status).toBe(402);
  const less = { set: [{ lineId: lineOf(await order.read(), tea), quantity: 1 }], expectedDifference: -600 };
  expectChanged(await order.change(less), {
    order: { totalAmount: 2450, shares: [{ amount: 2450, status: 'due' }] },
  });
  expect((await order.payInCash()).status).toBe(200);
  const paid = await order.untilStatus('confirmed');
  expect(paid).toMatchObject({ totalAmount: 2450, paymentStatus: 'paid' });
  expect(await availableOf(tea)).toBe(99);
  const dearer = { add: [{ variantId: tea, quantity: 1 }], expectedDifference: 300 };
  expectChanged(await order.change({ ...dearer, payment: { paymentMethodId: 'pm_card_visa' } }), {
    order: { totalAmount: 2750 },
  });
  expect(await awaitedBy(order)).toBe('capture');
  expect([await availableOf(coffee), await availableOf(tea), await availableOf(rare)]).toEqual([99, 98, 0]);
});

test('who has left her bank alone changes what she pays, and what costs nothing needs no payment', async () => {
  const [coffee, water] = [await sell(350), await sell(0)];
  const order = await placeOrder(system, { variantId: coffee });
  expect((await order.pay('pm_card_authenticationRequired')).body.payment.status).toBe('requires_action');
  const more = { add: [{ variantId: coffee, quantity: 1 }], expectedDifference: 350 };
  expectChanged(await order.change(more), { order: { shares: [{ amount: 700, status: 'due' }] } });
  expect((await order.atStripe()).intents).toMatchObject([{ status: 'canceled' }]);
  expect((await order.pay('pm_card_authenticationRequired')).body.payment.status).toBe('requires_action');
  const [intent] = (await order.atStripe()).intents.filter(({ status }) => status === 'requires_action');
  await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, { method: 'POST' });
  expect(await order.untilStatus('confirmed')).toMatchObject({ totalAmount: 700 });
  await order.cancel();
  expect((await order.change(more)).body.error.code).toBe('illegal_transition');
  const free = await placeOrder(system, { variantId: coffee });
  const { lines } = await free.read();
  const swap = {
    set: [{ lineId: lines[0]!.id, quantity: 0 }],
    add: [{ variantId: water, quantity: 1 }],
    expectedDifference: -350,
  };
  expectChanged(await free.change(swap), { change: { status: 'applied' } });
  expect(await free.untilStatus('confirmed')).toMatchObject({ totalAmount: 0 });
  expect((await free.atStripe()).intents).toEqual([]);
});

test('in a round that is being paid, nobody else’s share moves, and who has paid has paid', async () => {
  const [coffee, cake] = [await sell(350), await sell(420)];
  const group = await Group.open(system, ['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  await group.add(ada, coffee);
  await group.add(ben, coffee, { quantity: 2 });
  const sharedBetween = group.people.map(({ participantId }) => ({ participantId }));
  await group.add(ada, cake, { sharedBetween });
  const order = new PlacedOrder(system, ada.who, (await group.sent()).id);
  const shareOf = ({ participantId }: Seated, { shares }: Order) =>
    shares.find((share) => share.participantId === participantId)!;
  const sent = await order.read();
  await order.payShare(ada.who, shareOf(ada, sent).id, 'pm_card_visa');
  const before = await order.until('hers is paid', (now) => shareOf(ada, now).status === 'authorized');
  const [adas, bens, both] = before.lines as [OrderLine, OrderLine, OrderLine];
  const refusalOf = async (who: Seated, lineId: string) =>
    (await order.change({ set: [{ lineId, quantity: 0 }], expectedDifference: 0 }, { by: who.who })).body
      .error;
  expect(await refusalOf(ada, adas.id)).toMatchObject({ details: { reason: 'already_paid' } });
  expect(await refusalOf(ben, adas.id)).toMatchObject({ code: 'forbidden' });
  expect(await refusalOf(ben, both.id)).toMatchObject({ details: { reason: 'already_paid' } });
  const body = { set: [{ lineId: bens.id, quantity: 1 }], add: [{ variantId: cake, quantity: 1 }] };
  expectChanged(await order.change({ ...body, expectedDifference: 70 }, { by: ben.who }), {
    order: { status: 'awaiting_payment', totalAmount: 1540 },
  });
  const now = await order.read();
  expect(shareOf(ada, now)).toEqual(shareOf(ada, before));
  expect(shareOf(ben, now).amount).toBe(shareOf(ben, before).amount + 70);
  expect((await group.read()).rounds).toMatchObject([{ totalAmount: 1540 }]);
  await order.payShare(ben.who, shareOf(ben, now).id, 'pm_card_visa');
  await order.untilStatus('confirmed');
  expect((await order.atStripe()).captured).toBe(1540);
});

/** Two of a round that nobody has paid, or an order of one. */
interface Scene {
  readonly order: PlacedOrder;
  readonly host: Visitor;
  /** Who changes her lines, and her share. */
  readonly guest: Visitor;
  readonly shareId: string;
  readonly hostsShareId: string | undefined;
}

/** What meets a change of one more coffee in the same instant. */
const MEETS: Readonly<Record<string, (scene: Scene) => Promise<Reply<any>>>> = {
  card: ({ order, guest, shareId }) => order.payShare(guest, shareId, 'pm_card_visa'),
  'declined card': ({ order, guest, shareId }) => order.payShare(guest, shareId, 'pm_card_chargeDeclined'),
  cash: ({ order, shareId }) => order.payInCash(0, undefined, shareId),
  cancel: ({ order, host }) => order.cancel(host),
  'another change': async ({ order, guest }) => {
    const line = (await order.read()).lines.at(-1)!;
    const set = [{ lineId: line.id, quantity: 3 }];
    return order.change({ set, expectedDifference: 2 * 350 }, { by: guest });
  },
};
const OF_ROUND: typeof MEETS = {
  cover: ({ order, host, shareId }) => host.post(`/api/orders/${order.id}/shares/${shareId}/cover`, {}),
  drop: ({ order, host, shareId }) => host.post(`/api/orders/${order.id}/shares/${shareId}/drop`, {}),
  "the host's card": ({ order, host, hostsShareId }) => order.payShare(host, hostsShareId!, 'pm_card_visa'),
};

async function setScene(coffee: string, isRound: boolean): Promise<Scene> {
  if (!isRound) {
    const order = await placeOrder(system, { variantId: coffee });
    const shareId = (await order.share()).id;
    return { order, host: order.guest, guest: order.guest, shareId, hostsShareId: undefined };
  }
  const group = await Group.open(system, ['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  await group.add(ada, coffee);
  await group.add(ben, coffee);
  const sent = await group.sent();
  return {
    ...{ order: new PlacedOrder(system, ben.who, sent.id), host: ada.who, guest: ben.who },
    ...{ shareId: group.shareOf(sent, ben).id, hostsShareId: group.shareOf(sent, ada).id },
  };
}

async function meet(coffee: string, name: string, isRound: boolean, random: Random): Promise<void> {
  const scene = await setScene(coffee, isRound);
  const { order, guest } = scene;
  const soon = () => delay(random.pick([0, 0, random.between(0, 10), random.between(0, 40)]));
  const [changed, other] = await Promise.all([
    soon().then(() =>
      order.change({ add: [{ variantId: coffee, quantity: 1 }], expectedDifference: 350 }, { by: guest }),
    ),
    soon().then(() => (MEETS[name] ?? OF_ROUND[name])!(scene)),
  ]);
  for (const { status, body } of [changed, other])
    expect([200, 201, 202, 402, 409, 503], JSON.stringify(body)).toContain(status);
  const now = await until('no change is open', async () => {
    const seen = await order.read();
    return seen.change === null && seen;
  });
  if (changed.status === 201) expect(await order.types()).toContain('changed');
  // Whoever is in between pays what it comes to now.
  for (const { id } of now.status === 'awaiting_payment' ? now.shares : [])
    await order.payInCash(0, undefined, id);
}

/** UNPAID_RACES=n plays every pair n times; UNPAID_SEED repeats the delays. */
const SEED = Number(setting('UNPAID_SEED') ?? Date.now() % 1_000_000);
const TIMES = Number(setting('UNPAID_RACES') ?? 1);

test(`whatever comes at the same moment, it is changed before or not at all, and what is paid is what it comes to (UNPAID_SEED=${SEED})`, async () => {
  const coffee = await sell(350, 10_000);
  const pairs = [
    ...Object.keys(MEETS).flatMap((name) => [true, false].map((isRound) => ({ name, isRound }))),
    ...Object.keys(OF_ROUND).map((name) => ({ name, isRound: true })),
  ];
  const plays = pairs.flatMap((pair) => Array.from({ length: TIMES }, () => pair));
  const failures: string[] = [];
  await playAll([...plays.entries()], 4, ([number, { name, isRound }]) =>
    meet(coffee, name, isRound, createRandom(SEED * 1000 + number)).catch((error: unknown) => {
      failures.push(`${name}${isRound ? ' in a round' : ''}: ${String(error)}`);
    }),
  );
  expect(failures).toEqual([]);
});
