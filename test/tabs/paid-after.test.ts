/** Tabs that are paid after: what their people order before anybody has paid. */

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order } from '../../domain/contract/orders.ts';
import type { Board } from '../../domain/contract/board.ts';
import { run } from '../../db/sql.ts';
import { startTabSystem, type TabSystem } from '../harness/tab-system.ts';
import { until } from '../harness/until.ts';
import { signalTab } from '../../temporal/tabs/start.ts';
import { changeSettings } from '../setup/shop-settings.ts';
import { refusalOf, type Seated } from '../setup/tabs.ts';
import { signUp, Visitor, type Reply } from '../setup/visitor.ts';
import { codeOf, Group } from './groups.ts';

let shop: TabSystem;
beforeAll(async () => {
  shop = await startTabSystem();
  await changeSettings(shop.system, { tabsElsewhere: 'both' });
});
afterAll(() => shop?.system.stop());

const open = (names: readonly string[], more: object = {}): Promise<Group> =>
  Group.open(shop.system, names, { settlement: 'after', ...more });

const send = (group: Group, who: Seated, body: object = {}) => who.who.post(group.path('/rounds'), body);

async function sent(group: Group, who: Seated, body: object = {}): Promise<Order> {
  const reply = await send(group, who, body);
  expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  return group.confirmed(reply.body.order.id as string);
}

test('everybody sends her own lines, and the kitchen has them at once, unpaid', async () => {
  const group = await open(['Ada', 'Ben', 'Cleo']);
  const [ada, ben, cleo] = group.people as [Seated, Seated, Seated];
  await group.add(ada, shop.menu.pizza);
  const hers = await group.add(ben, shop.menu.tea);
  const shared = { sharedBetween: [ben, cleo].map(({ participantId }) => ({ participantId })) };
  await group.add(ben, shop.menu.steak, shared);
  const round = await sent(group, ben);
  expect(round).toMatchObject({ paidAfter: true, totalAmount: 950, shares: [], paymentStatus: 'unpaid' });
  expect(round.lines.map(({ name }) => name)).toEqual([expect.stringContaining('Tea'), 'Steak']);
  const board = (await shop.system.agent.get('/api/board')).body as Board;
  expect(board.orders.find(({ id }) => id === round.id)).toMatchObject({ paidAfter: true });
  const tab = await group.read();
  expect(tab.lines).toHaveLength(1);
  expect(tab.rounds[0]).toMatchObject({ number: 1, status: 'confirmed', totalAmount: 950 });
  // What is not hers is the host's to send, and nobody splits what is paid in parts.
  const foreign = await group.add(ada, shop.menu.tea);
  expect(refusalOf(await send(group, cleo, { lineIds: [foreign] }))).toEqual([403, 'forbidden']);
  expect(refusalOf(await send(group, cleo))).toEqual([400, 'invalid_request']);
  expect(refusalOf(await send(group, ada, { split: { kind: 'even' } }))).toEqual([400, 'invalid_request']);
  expect((await sent(group, ada)).totalAmount).toBe(1350);
  expect(refusalOf(await send(group, ada, { lineIds: [hers] }))).toEqual([404, 'not_found']);
});

test('out of stock puts the lines back, and a tab that is settled before is sent by its host alone', async () => {
  const group = await open(['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  await group.add(ben, shop.menu.rare, { quantity: 3 });
  expect(refusalOf(await send(group, ben))).toEqual([409, 'out_of_stock']);
  expect((await group.read()).lines).toHaveLength(1);
  const tea = await group.add(ada, shop.menu.tea);
  await sent(group, ada, { lineIds: [tea] });
  const before = await Group.open(shop.system, ['Ada', 'Ben']);
  await before.add(before.people[1]!, shop.menu.tea);
  expect(refusalOf(await send(before, before.people[1]!))).toEqual([403, 'forbidden']);
});

test('the shop bounds what is ordered before anybody has paid, by guest and by tab, but for its staff', async () => {
  await changeSettings(shop.system, {
    unpaidRoundsPerGuest: 2,
    unpaidAmountPerGuest: 2_000,
    unpaidRoundsPerTab: 3,
  });
  try {
    const group = await open(['Ada', 'Ben', 'Cleo']);
    const [ada, ben, cleo] = group.people as [Seated, Seated, Seated];
    const order = async (who: Seated, quantity = 1) => {
      await group.add(who, shop.menu.tea, { quantity });
      return send(group, who);
    };
    const boundOf = ({ body }: Awaited<ReturnType<typeof order>>) => body.error?.details?.bound as unknown;
    expect(codeOf(await order(ben))).toBe('ok');
    expect(codeOf(await order(ben))).toBe('ok');
    expect(boundOf(await order(ben))).toBe('guest_rounds');
    expect(boundOf(await order(cleo, 6))).toBe('guest_amount');
    // The host sends for everybody, and is held to what each may have.
    expect(boundOf(await order(ada))).toBe('guest_rounds');
    const adas = (await group.read()).lines.filter(
      ({ participantId }) => participantId === ada.participantId,
    );
    expect(codeOf(await send(group, ada, { lineIds: adas.map(({ id }) => id) }))).toBe('ok');
    expect(boundOf(await order(ada))).toBe('guest_rounds');
    const all = await shop.system.agent.post(group.path('/rounds'), {});
    expect(codeOf(all)).toBe('ok');
    await group.add(cleo, shop.menu.tea);
    expect(boundOf(await send(group, cleo))).toBe('guest_amount');
  } finally {
    const usual = { unpaidRoundsPerGuest: 10, unpaidAmountPerGuest: 30_000, unpaidRoundsPerTab: 60 };
    await changeSettings(shop.system, usual);
  }
});

const refund = (who: Visitor, order: Order, body: object, key?: string) =>
  who.post(
    `/api/orders/${order.id}/refunds`,
    { reason: 'It ran out', ...body },
    key === undefined ? {} : { key },
  );

test('what is canceled of a round before anybody has paid it is owed no more, in units and as a whole', async () => {
  const group = await open(['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  await group.add(ben, shop.menu.tea, { quantity: 3 });
  await group.add(ada, shop.menu.pizza);
  const round = await sent(group, ada);
  const tea = round.lines.find(({ quantity }) => quantity === 3)!;
  const { agent } = shop.system;
  const key = randomUUID();
  const lines = [{ lineId: tea.id, quantity: 2 }];
  const canceled = await refund(agent, round, { lines, restock: true }, key);
  expect(canceled.status, JSON.stringify(canceled.body)).toBe(201);
  expect(canceled.body).toMatchObject({ reducedAmount: 700, refund: { amount: 700, status: 'succeeded' } });
  expect((await refund(agent, round, { lines, restock: true }, key)).body.refund).toEqual(
    canceled.body.refund,
  );
  expect(codeOf(await refund(agent, round, { lines }, key))).toBe('idempotency_conflict');
  const after = await group.order(round.id);
  expect(after.lines.find(({ id }) => id === tea.id)).toMatchObject({ quantity: 3, refundedQuantity: 2 });
  for (const [body, code] of [
    [{ lines }, 'invalid_request'],
    [{ amount: 100 }, 'invalid_request'],
    [{ lines: [{ lineId: randomUUID(), quantity: 1 }] }, 'invalid_request'],
  ] as const)
    expect(codeOf(await refund(agent, round, body))).toBe(code);
  expect((await agent.get(group.path('/events?after=0'))).body.items.at(-1)).toMatchObject({
    ...{ type: 'line_canceled', orderId: round.id, amount: 700 },
  });
  // Its host, too, until it is prepared.
  const end = await ada.who.post(`/api/orders/${round.id}/cancel`, { reason: 'We go' });
  expect(end.body.order).toMatchObject({ status: 'canceled', refundedAmount: 0 });
  await group.add(ben, shop.menu.tea);
  const next = await sent(group, ben);
  await agent.command(`/api/orders/${next.id}/advance`, { to: 'preparing' });
  expect(codeOf(await ada.who.post(`/api/orders/${next.id}/cancel`, {}))).toBe('illegal_transition');
  expect(codeOf(await refund(agent, next, {}))).toBe('ok');
  expect(codeOf(await agent.post(`/api/orders/${next.id}/cancel`, { restock: true }))).toBe('ok');
  expect(codeOf(await refund(agent, next, {}))).toBe('illegal_transition');
});

const pay = (group: Group, who: Seated, what: object, more: object = { paymentMethodId: 'pm_card_visa' }) =>
  who.who.post(group.path('/payments'), { what, ...more });

test('what is canceled of a line that several have paid goes back to each of them, and nothing while somebody pays', async () => {
  const group = await open(['Ada', 'Ben', 'Cleo']);
  const [ada, ben, cleo] = group.people as [Seated, Seated, Seated];
  const { agent } = shop.system;
  const sharedBetween = group.people.map(({ participantId }) => ({ participantId }));
  await group.add(ada, shop.menu.pizza, { quantity: 3, sharedBetween });
  const round = await sent(group, ada);
  const [pizza] = round.lines;
  expect(codeOf(await pay(group, ben, { kind: 'mine' }))).toBe('ok');
  const claim = await pay(group, cleo, { kind: 'mine' }, {});
  const lines = [{ lineId: pizza!.id, quantity: 1 }];
  const busy = await refund(agent, round, { lines });
  expect(refusalOf(busy)).toEqual([409, 'already_claimed']);
  expect(busy.body.error.details).toEqual({ by: cleo.participantId });
  expect(refusalOf(await agent.post(`/api/orders/${round.id}/cancel`, {}))).toEqual([409, 'already_claimed']);
  expect(codeOf(await cleo.who.post(`/api/orders/${claim.body.order.id}/cancel`, {}))).toBe('ok');
  expect(codeOf(await pay(group, cleo, { kind: 'mine' }))).toBe('ok');
  // 1000 of 3000 is open: the first pizza is owed no more, of the second each gets a half back.
  expect((await refund(agent, round, { lines })).body).toMatchObject({
    reducedAmount: 1000,
    refund: { amount: 1000 },
  });
  const second = await refund(agent, round, { lines });
  expect(second.body).toMatchObject({ reducedAmount: 0, refund: { amount: 1000 } });
  await until('both have their money', async () => {
    const { payments } = await group.read();
    return payments.every(({ refundedAmount }) => refundedAmount === 500);
  });
  // The rest of it goes back with the round.
  expect(codeOf(await agent.post(`/api/orders/${round.id}/cancel`, { reason: 'Fire' }))).toBe('ok');
  await until('all is given back', async () => {
    const tab = await group.read();
    return tab.payments.every(({ amount, refundedAmount }) => refundedAmount === amount);
  });
  expect(await group.read()).toMatchObject({ totalAmount: 0, paidAmount: 0, owedAmount: 0, owed: [] });
});

const close = (group: Group, who: Visitor, body: object = {}) => who.post(group.path('/close'), body);

/** Moves what happened in a tab into the past, and has its workflow look at it. */
async function leaveAlone(group: Group, minutes: number): Promise<void> {
  const em = shop.system.databases.orders.em.fork();
  const ago = sql`now() - make_interval(mins => ${minutes})`;
  await run(em, sql`update tabs set last_activity_at = ${ago} where id = ${group.id}`);
  await run(
    em,
    sql`update orders set confirmed_at = ${ago} where tab_id = ${group.id} and kind = 'settlement'`,
  );
  await signalTab(shop.system.temporal, group.id);
}

const untilClosed = (group: Group) =>
  until('the tab is closed', async () => (await group.read()).status === 'closed');

test('a tab that is closed takes no more orders, and payments until nothing is owed; until then it can be opened again', async () => {
  const group = await open(['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  await group.add(ben, shop.menu.tea);
  await sent(group, ben);
  expect(codeOf(await close(group, ben.who))).toBe('forbidden');
  expect((await close(group, ada.who)).body.tab.status).toBe('closing');
  expect(codeOf(await ben.who.post(group.path('/lines'), { variantId: shop.menu.tea, quantity: 1 }))).toBe(
    'tab_ended',
  );
  expect((await ada.who.post(group.path('/reopen'))).body.tab.status).toBe('open');
  await group.add(ben, shop.menu.tea);
  await sent(group, ben);
  await close(group, ada.who);
  expect(codeOf(await pay(group, ben, { kind: 'mine' }))).toBe('ok');
  await untilClosed(group);
  expect(codeOf(await ada.who.post(group.path('/reopen')))).toBe('tab_ended');
  expect(await group.read()).toMatchObject({
    owedAmount: 0,
    paidAmount: 700,
    joinCode: null,
    closesAt: null,
  });
});

test('staff end a tab whose people have left: the rest is written off with a reason, which is told nowhere else', async () => {
  const group = await open(['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  const { agent } = shop.system;
  await group.add(ben, shop.menu.tea, { quantity: 3 });
  await group.add(ada, shop.menu.pizza);
  await sent(group, ada);
  expect(codeOf(await pay(group, ada, { kind: 'mine' }))).toBe('ok');
  const claim = await pay(group, ben, { kind: 'amount', amount: 350 }, {});
  const writeOff = { reason: 'Ran through the kitchen door' };
  expect(codeOf(await close(group, ada.who, { writeOff }))).toBe('forbidden');
  expect(refusalOf(await close(group, agent, { writeOff }))).toEqual([409, 'already_claimed']);
  expect(codeOf(await close(group, agent, { writeOff: { reason: ' ' } }))).toBe('invalid_request');
  expect(codeOf(await ben.who.post(`/api/orders/${claim.body.order.id}/cancel`, {}))).toBe('ok');
  const key = randomUUID();
  const end = () => agent.post(group.path('/close'), { writeOff }, { key });
  expect([codeOf(await end()), codeOf(await end())]).toEqual(['ok', 'ok']);
  expect(codeOf(await agent.post(group.path('/close'), { writeOff: { reason: 'Other' } }, { key }))).toBe(
    'idempotency_conflict',
  );
  await untilClosed(group);
  expect(await group.read()).toMatchObject({
    owedAmount: 0,
    paidAmount: 1000,
    writtenOffAmount: 1050,
    owed: [],
  });
  const { items } = (await ada.who.get(group.path('/events?after=0'))).body;
  expect(items.filter(({ type }: { type: string }) => type === 'written_off')).toMatchObject([
    { amount: 1050 },
  ]);
  expect(JSON.stringify(items)).not.toContain('kitchen door');
  const before = await Group.open(shop.system, ['Ada']);
  expect(codeOf(await close(before, agent, { writeOff }))).toBe('illegal_transition');
});

test('a tab that owes nothing closes by itself when nobody orders, and one that owes something never does', async () => {
  const [paid, owing, empty] = await Promise.all([open(['Ada']), open(['Ben']), open(['Cleo'])]);
  for (const group of [paid, owing]) {
    await group.add(group.host, shop.menu.tea);
    await sent(group, group.host);
  }
  expect((await paid.read()).closesAt).toBeNull();
  expect(codeOf(await pay(paid, paid.host, { kind: 'rest' }))).toBe('ok');
  const { closesAt, payments } = await paid.read();
  expect(Date.parse(closesAt!) - Date.parse(payments[0]!.at)).toBeGreaterThanOrEqual(10 * 60_000);
  const chosen = await paid.add(paid.host, shop.menu.tea);
  expect((await paid.read()).closesAt).toBeNull();
  await paid.host.who.call('DELETE', paid.path(`/lines/${chosen}?ifVersion=1`));
  for (const group of [owing, empty]) await leaveAlone(group, 11);
  await leaveAlone(paid, 11);
  await untilClosed(paid);
  expect((await empty.read()).status).toBe('open');
  await leaveAlone(owing, 13 * 60);
  await leaveAlone(empty, 13 * 60);
  await until('nobody came', async () => (await empty.read()).status === 'expired');
  expect(await owing.read()).toMatchObject({ status: 'open', owedAmount: 350, closesAt: null });
});

/** What is done to one round of a tab at the same moment; each is safe, whatever the other comes to. */
const AT_ONCE: Readonly<Record<string, (group: Group, round: Order) => Promise<Reply<any>>>> = {
  'pay mine': (group) => pay(group, group.people[1]!, { kind: 'mine' }),
  'pay the rest': (group) => pay(group, group.people[2]!, { kind: 'rest' }),
  'cancel a line': (_, round) =>
    refund(shop.system.agent, round, { lines: [{ lineId: round.lines[0]!.id, quantity: 1 }], restock: true }),
  'cancel the round': (_, round) =>
    shop.system.agent.post(`/api/orders/${round.id}/cancel`, { restock: true }),
  'send a round': (group) => send(group, group.people[2]!),
  close: (group) => close(group, group.host.who),
  'write off': (group) => close(group, shop.system.agent, { writeOff: { reason: 'Gone' } }),
};
const ALLOWED = [
  ...['ok', 'already_claimed', 'nothing_owed', 'illegal_transition', 'tab_ended'],
  // The lines, or the sum, were others' a moment before.
  ...['invalid_request', 'version_conflict', 'try_again'],
];
const PAIRS = Object.keys(AT_ONCE).flatMap((one, index, all) =>
  all.slice(index).map((other) => [one, other] as const),
);

test('whatever two people do to a tab at the same moment, each is done or refused, and the sums hold', async () => {
  const play = async ([one, other]: (typeof PAIRS)[number]): Promise<string[]> => {
    const group = await open(['Ada', 'Ben', 'Cleo']);
    const sharedBetween = group.people.map(({ participantId }) => ({ participantId }));
    await group.add(group.host, shop.menu.pizza, { quantity: 2, sharedBetween });
    await group.add(group.people[1]!, shop.menu.tea);
    const round = await sent(group, group.host);
    await group.add(group.people[2]!, shop.menu.steak);
    const replies = await Promise.all([AT_ONCE[one]!(group, round), AT_ONCE[other]!(group, round)]);
    return replies.map((reply) => codeOf(reply)).filter((code) => !ALLOWED.includes(code));
  };
  const odd: Record<string, string[]> = {};
  const waiting = [...PAIRS];
  const work = async () => {
    for (let pair = waiting.pop(); pair; pair = waiting.pop()) {
      const codes = await play(pair);
      if (codes.length > 0) odd[pair.join(' + ')] = codes;
    }
  };
  await Promise.all([work(), work(), work(), work()]);
  expect(odd).toEqual({});
});

const change = async (who: Visitor, { id }: Order, body: object, path = 'changes') => {
  const { version } = (await who.get(`/api/orders/${id}`)).body.order as Order;
  return who.post(`/api/orders/${id}/${path}`, { ifVersion: version, ...body });
};

test('who has ordered changes it before it is paid: only what is owed changes, and what is paid stays', async () => {
  const group = await open(['Ada', 'Ben', 'Cleo']);
  const [ada, ben, cleo] = group.people as [Seated, Seated, Seated];
  await group.add(ben, shop.menu.tea, { quantity: 3 });
  await group.add(ada, shop.menu.pizza);
  const sharedBetween = [ben, cleo].map(({ participantId }) => ({ participantId }));
  await group.add(ben, shop.menu.steak, { sharedBetween });
  const round = await sent(group, ada);
  const [tea, pizza, steak] = round.lines as [Order['lines'][0], Order['lines'][0], Order['lines'][0]];
  const owedBy = async ({ participantId }: Seated) =>
    (await group.read()).owed
      .flatMap(({ due }) => due)
      .reduce((sum, part) => (part.participantId === participantId ? sum + part.amount : sum), 0);
  const before = await owedBy(cleo);
  const body = {
    set: [{ lineId: tea.id, quantity: 2, note: 'with lemon' }],
    add: [{ variantId: shop.menu.pizza, quantity: 1, note: 'no olives' }],
  };
  expect((await change(ben.who, round, body, 'changes/preview')).body).toMatchObject({
    differenceAmount: 650,
    byPayer: [{ participantId: ben.participantId, amount: 650 }],
    bill: { totalAmount: 3300 },
  });
  const changed = await change(ben.who, round, { ...body, expectedDifference: 650 });
  expect(changed.status, JSON.stringify(changed.body)).toBe(201);
  expect(changed.body).toMatchObject({
    change: { status: 'applied', payment: null },
    order: { totalAmount: 3300, shares: [], status: 'confirmed' },
  });
  expect(await group.read()).toMatchObject({ totalAmount: 3300, owedAmount: 3300, paidAmount: 0 });
  expect(await owedBy(ben)).toBe(2 * 350 + 1000 + 300);
  expect(await owedBy(cleo)).toBe(before);
  for (const [who, lineId, refusal] of [
    [ben, pizza.id, [403, 'forbidden']],
    // Cleo would be asked to agree to what it costs.
    [ben, steak.id, [409, 'version_conflict']],
    [cleo, steak.id, [409, 'version_conflict']],
  ] as const) {
    const refused = await change(who.who, round, { set: [{ lineId, quantity: 2 }], expectedDifference: 0 });
    expect(refusalOf(refused)).toEqual(refusal);
  }
  const off = { set: [{ lineId: tea.id, quantity: 0 }], expectedDifference: -700 };
  const wanted = { kind: 'lines', lines: [{ lineId: tea.id, quantity: 2 }] };
  const claim = await pay(group, cleo, wanted, {});
  const busy = await change(ben.who, round, off);
  expect(busy.body.error).toMatchObject({
    ...{ code: 'already_claimed', details: { by: cleo.participantId, lineId: tea.id } },
  });
  expect(codeOf(await cleo.who.post(`/api/orders/${claim.body.order.id}/cancel`, {}))).toBe('ok');
  // It was named by a payment that has ended, and is gone nevertheless.
  expect((await change(ben.who, round, off)).body).toMatchObject({ order: { totalAmount: 2600 } });
  expect((await group.order(claim.body.order.id)).lines).toMatchObject([{ name: tea.name, amount: 700 }]);
  expect(await group.read()).toMatchObject({ totalAmount: 2600, owedAmount: 2600 });
  const now = await group.order(round.id);
  const hers = now.lines.find(({ note }) => note === 'no olives')!;
  const more = { set: [{ lineId: hers.id, quantity: 3 }], expectedDifference: 2000 };
  expect((await change(ben.who, round, more)).status).toBe(201);
  expect(codeOf(await pay(group, ben, { kind: 'lines', lines: [{ lineId: hers.id, quantity: 1 }] }))).toBe(
    'ok',
  );
  const paid = { set: [{ lineId: hers.id, quantity: 0 }], expectedDifference: -3000 };
  expect((await change(ben.who, round, paid)).body.error).toMatchObject({
    ...{ code: 'illegal_transition' },
    details: { reason: 'already_paid', lineId: hers.id, leastQuantity: 1 },
  });
  const rest = { set: [{ lineId: hers.id, quantity: 1 }], expectedDifference: -2000 };
  expect((await change(ben.who, round, rest)).status).toBe(201);
  expect(await group.read()).toMatchObject({ totalAmount: 2600, owedAmount: 1600, paidAmount: 1000 });
  // A tab that is closing takes nothing more, and closes once nothing is owed.
  expect((await close(group, ada.who)).body.tab.status).toBe('closing');
  const cola = { add: [{ variantId: shop.menu.tea, quantity: 1 }], expectedDifference: 350 };
  expect(refusalOf(await change(ada.who, round, cola))).toEqual([409, 'tab_ended']);
  expect(codeOf(await pay(group, cleo, { kind: 'lines', lines: [{ lineId: steak.id }] }))).toBe('ok');
  const none = { set: [{ lineId: pizza.id, quantity: 0 }], expectedDifference: -1000 };
  expect((await change(ada.who, round, none)).status).toBe(201);
  await untilClosed(group);
  expect(await group.read()).toMatchObject({ totalAmount: 1600, paidAmount: 1600, owedAmount: 0, owed: [] });
});

test('what a manager waives of a round nobody owes, and what staff add is owed and told by mail', async () => {
  const group = await open(['Ada', 'Ben'], { email: 'ada@rounds.test' });
  const [ada, ben] = group.people as [Seated, Seated];
  await group.add(ada, shop.menu.tea);
  await group.add(ben, shop.menu.tea);
  const round = await sent(group, ada, { lineIds: (await group.read()).lines.map(({ id }) => id) });
  const manager = new Visitor(shop.system.url);
  await signUp(manager, shop.system.databases, 'manager');
  const pizza = (seat: Seated) => ({
    add: [{ variantId: shop.menu.pizza, quantity: 1, participantId: seat.participantId }],
    ...{ expectedDifference: 1000, reason: 'the kitchen was late' },
  });
  const gift = { ...pizza(ben), settle: 'waive', discountName: 'On the house' };
  expect(refusalOf(await change(shop.system.agent, round, gift))).toEqual([403, 'forbidden']);
  const waived = await change(manager, round, gift);
  expect(waived.body, JSON.stringify(waived.body)).toMatchObject({
    change: { status: 'applied', differenceAmount: 0 },
    order: { totalAmount: 700, discounts: [{ name: 'On the house', amount: 1000 }] },
  });
  expect(await group.read()).toMatchObject({ totalAmount: 700, owedAmount: 700 });
  // Half of a line that was given away costs nothing, and more of it what it costs.
  const given = (await group.order(round.id)).lines.find(({ discountAmount }) => discountAmount > 0)!;
  const two = { set: [{ lineId: given.id, quantity: 2 }], expectedDifference: 1000, reason: 'another one' };
  expect((await change(shop.system.agent, round, two)).body.order.totalAmount).toBe(1700);
  const none = { set: [{ lineId: given.id, quantity: 0 }], expectedDifference: 0, reason: 'not wanted' };
  const off = await change(shop.system.agent, round, none);
  expect(off.body.order, JSON.stringify(off.body)).toMatchObject({ totalAmount: 1700, discounts: [] });

  const told = () => shop.system.mailServer.mails.filter(({ to }) => to.includes('ada@rounds.test'));
  const before = told().length;
  expect((await change(shop.system.agent, round, pizza(ada))).body.order.totalAmount).toBe(2700);
  await until('she reads of it', () => told().length > before);
  expect(await group.read()).toMatchObject({ totalAmount: 2700, owedAmount: 2700 });
  const { lines } = await group.order(round.id);
  for (const seat of [ada, ben]) {
    const own = lines.filter(({ participantId }) => participantId === seat.participantId);
    const what = { kind: 'lines', lines: own.map(({ id }) => ({ lineId: id })) };
    expect(codeOf(await pay(group, seat, what))).toBe('ok');
  }
  expect((await close(group, ada.who)).status).toBe(200);
  await untilClosed(group);
  expect(await group.read()).toMatchObject({ totalAmount: 2700, paidAmount: 2700, owedAmount: 0 });
  await shop.system.assertInvariants();
});

test('what may be owed unpaid bounds a change as it does a round, and a card may be asked for', async () => {
  const group = await open(['Ada', 'Ben']);
  const ben = group.people[1]!;
  await group.add(ben, shop.menu.tea);
  const round = await sent(group, ben);
  const add = (quantity: number) => ({
    add: [{ variantId: shop.menu.pizza, quantity }],
    expectedDifference: quantity * 1000,
  });
  try {
    await changeSettings(shop.system, { unpaidRoundsPerGuest: 1, unpaidAmountPerGuest: 2_000 });
    expect((await change(ben.who, round, add(2))).body.error).toMatchObject({
      ...{ code: 'pay_first', details: { bound: 'guest_amount', of: 'round' } },
    });
    expect((await change(ben.who, round, add(1))).status).toBe(201);
    await changeSettings(shop.system, { cardOnFile: 'above', cardOnFileAboveAmount: 1_500 });
    await changeSettings(shop.system, { unpaidAmountPerGuest: 30_000 });
    expect(refusalOf(await change(ben.who, round, add(1)))).toEqual([409, 'card_required']);
  } finally {
    await changeSettings(shop.system, {
      ...{ unpaidRoundsPerGuest: 10, unpaidAmountPerGuest: 30_000, cardOnFile: 'never' },
    });
  }
  expect((await change(ben.who, round, add(1))).status).toBe(201);
  const limited = await group.host.who.call('PATCH', group.path(), { body: { spendingLimit: 3000 } });
  expect(limited.status, JSON.stringify(limited.body)).toBe(200);
  expect(refusalOf(await change(ben.who, round, add(1)))).toEqual([409, 'over_spending_limit']);
  await shop.system.assertInvariants();
});
