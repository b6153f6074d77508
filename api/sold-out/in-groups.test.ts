/** Something runs out of a round that several have ordered: what they share, and what they pay after. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order, OrderLine } from '../../domain/contract/orders.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import type { SoldOutChoice } from '../../domain/sold-out.ts';
import { PlacedOrder } from '../../test/harness/buyer.ts';
import { startSystem, type System } from '../../test/harness/system.ts';
import { until } from '../../test/harness/until.ts';
import { sell } from '../../test/setup/menu.ts';
import { changeSettings } from '../../test/setup/shop-settings.ts';
import { refusalOf, type Seated } from '../../test/setup/tabs.ts';
import { codeOf, Group } from '../../test/tabs/groups.ts';

let system: System;
let menu: { readonly coffee: string; readonly pizza: string; readonly steak: string };
beforeAll(async () => {
  system = await startSystem();
  const [coffee, pizza, steak] = await Promise.all(
    [350, 1000, 1600].map((price) => sell(system.databases, price)),
  );
  menu = { coffee: coffee!, pizza: pizza!, steak: steak! };
});
afterAll(() => system?.stop());

const visa = { payment: { paymentMethodId: 'pm_card_visa' } };

interface Table {
  readonly group: Group;
  readonly ada: Seated;
  readonly ben: Seated;
  readonly order: PlacedOrder;
  readonly line: (name: 'coffee' | 'shared') => OrderLine;
}

/** A coffee for Ben, and a pizza that Ada has ordered for both; paid, unless the tab is settled after. */
async function served(
  settlement: 'before' | 'after',
  choices: { readonly ada?: SoldOutChoice; readonly ben?: SoldOutChoice } = {},
): Promise<Table> {
  const open = settlement === 'after' ? Group.openAfter : Group.open;
  const group = await open.call(Group, system, ['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  for (const [who, ifSoldOut] of [
    [ada, choices.ada],
    [ben, choices.ben],
  ] as const)
    if (ifSoldOut)
      await who.who.call('PATCH', group.path(`/participants/${who.participantId}`), { body: { ifSoldOut } });
  await group.add(ben, menu.coffee);
  await group.add(ada, menu.pizza, {
    sharedBetween: group.people.map(({ participantId }) => ({ participantId })),
  });
  const { body } = await ada.who.command(group.path('/rounds'), {});
  const order = new PlacedOrder(system, ada.who, body.order.id as string);
  if (settlement === 'before') {
    const { shares } = await order.untilStatus('awaiting_payment');
    for (const { participantId, id } of shares)
      await order.payShare(participantId === ada.participantId ? ada.who : ben.who, id, 'pm_card_visa');
  }
  const { lines } = await order.untilStatus('confirmed');
  const line = (name: 'coffee' | 'shared') =>
    lines.find(({ sharedBetween }) => sharedBetween.length > 1 === (name === 'shared'))!;
  return { group, ada, ben, order, line };
}

async function ask({ order }: Table, line: OrderLine, suggestedId?: string): Promise<string> {
  const suggestion = suggestedId && { variantId: suggestedId, quantity: 1 };
  const asked = await order.askAbout(line.id, suggestion ? { suggestion } : {});
  expect(asked.status, JSON.stringify(asked.body)).toBe(201);
  return asked.body.questionId as string;
}

const previewOf = async ({ order }: Table, who: Seated, questionId: string, body: object) =>
  who.who.post(`/api/orders/${order.id}/questions/${questionId}/preview`, {
    ...{ ifVersion: (await order.read()).version, ...body },
  });

test('what both share runs out: each gets her part back, and who takes something else pays it alone', async () => {
  const table = await served('before', { ada: 'replace', ben: 'cancel' });
  const { order, ada, ben, line } = table;
  const questionId = await ask(table, line('shared'), menu.pizza);
  expect(refusalOf(await order.answer(questionId, { answer: 'leave_out' }, { by: ben.who }))).toEqual([
    403,
    'forbidden',
  ]);
  const preview = await previewOf(table, ada, questionId, { answer: 'take' });
  expect(preview.body.differenceAmount, JSON.stringify(preview.body)).toBe(0);
  expect(preview.body.byPayer).toEqual(
    expect.arrayContaining([
      { participantId: ada.participantId, amount: 500 },
      { participantId: ben.participantId, amount: -500 },
    ]),
  );
  // It costs no more in all, but it costs her more: that she must have seen.
  expect(refusalOf(await order.answer(questionId, { answer: 'take', ...visa }))).toEqual([
    409,
    'version_conflict',
  ]);
  const taken = await order.answer(questionId, { answer: 'take', expectedDifference: 0, ...visa });
  expect(taken, JSON.stringify(taken.body)).toMatchObject({
    status: 201,
    body: { order: { totalAmount: 1350 } },
  });
  await until('Ben has his part back', async () => (await order.types()).includes('refunded'));
  expect(await order.atStripe()).toMatchObject({ captured: 1850, refunded: 500 });
  // Whatever is added has the choice of who gets it.
  const own = taken.body.order.lines.find(({ unitAmount }: OrderLine) => unitAmount === 1000) as OrderLine;
  expect(own).toMatchObject({ sharedBetween: [ada.participantId], ifSoldOut: 'replace' });
  const more = { add: [{ variantId: menu.coffee, quantity: 1 }], expectedDifference: 350, ...visa };
  const added = await order.change(more, { by: ben.who });
  const byStaff = await order.change(
    {
      add: [{ variantId: menu.steak, quantity: 1, participantId: ben.participantId }],
      ...{ expectedDifference: 1600, settle: 'cash', reason: 'he is hungry' },
    },
    { by: system.agent },
  );
  expect([added.status, byStaff.status], JSON.stringify(byStaff.body)).toEqual([201, 201]);
  const { lines } = byStaff.body.order as Order;
  expect(
    lines.map(({ participantId, ifSoldOut }) => [participantId === ada.participantId, ifSoldOut]),
  ).toEqual([
    [false, 'cancel'],
    [true, 'replace'],
    [false, 'cancel'],
    [false, 'cancel'],
  ]);
  await system.assertInvariants();
});

test('without an answer, what both share is not replaced by something that one of them pays', async () => {
  for (const settlement of ['before', 'after'] as const) {
    const table = await served(settlement, { ada: 'replace' });
    const { order, line } = table;
    await order.endTimeToAnswer(await ask(table, line('shared'), menu.pizza));
    const now = await order.until('it is left out', ({ totalAmount }) => totalAmount === 350);
    expect(now.questions).toMatchObject([{ status: 'decided', answer: 'leave_out' }]);
  }
  await system.assertInvariants();
});

test('of a round that is paid after, both owe less, and the whole of it ends with its last line', async () => {
  const table = await served('after');
  const { group, order, ada, ben, line } = table;
  expect((await group.read()).owedAmount).toBe(1350);
  const questionId = await ask(table, line('shared'), menu.coffee);
  const preview = await previewOf(table, ada, questionId, { answer: 'leave_out' });
  expect(preview.body, JSON.stringify(preview.body)).toMatchObject({ differenceAmount: -1000 });
  const out = await order.answer(questionId, { answer: 'leave_out' });
  expect(out, JSON.stringify(out.body)).toMatchObject({ status: 201, body: { order: { totalAmount: 350 } } });
  expect((await group.read()).owedAmount).toBe(350);
  const last = await ask(table, line('coffee'));
  const end = await previewOf(table, ben, last, { answer: 'leave_out' });
  expect(end.body, JSON.stringify(end.body)).toMatchObject({
    differenceAmount: -350,
    bill: { totalAmount: 0 },
  });
  const ended = await order.answer(last, { answer: 'leave_out' }, { by: ben.who });
  expect(ended.body, JSON.stringify(ended.body)).toMatchObject({
    ...{ change: null, order: { status: 'canceled', reason: 'sold_out' } },
  });
  await order.untilClosed();
  expect((await group.read()).owedAmount).toBe(0);
  await system.assertInvariants();
});

test('an answer that costs more keeps to what may be owed; leaving it out is always possible', async () => {
  const usual: Partial<ShopSettings> = { unpaidAmountPerGuest: 30_000, cardOnFile: 'never' };
  const table = await served('after');
  const { group, order, ada, line } = table;
  const questionId = await ask(table, line('shared'), menu.steak);
  const take = { answer: 'take', expectedDifference: 600 };
  const refused = async (answer: object) => {
    const { body } = await previewOf(table, ada, questionId, { answer: 'take' });
    const { body: answered } = await order.answer(questionId, { ...take, ...answer });
    expect(body.error).toEqual(answered.error);
    return answered.error;
  };
  try {
    await changeSettings(system, { unpaidAmountPerGuest: 1_200 });
    expect(await refused({})).toMatchObject({ code: 'pay_first', details: { bound: 'guest_amount' } });
    await changeSettings(system, { ...usual, cardOnFile: 'always' });
    expect(await refused({})).toMatchObject({ code: 'card_required' });
  } finally {
    await changeSettings(system, usual);
  }
  const limit = (spendingLimit: number | null) =>
    group.host.who.call('PATCH', group.path(), { body: { spendingLimit } });
  expect((await limit(1_500)).status).toBe(200);
  expect(await refused({})).toMatchObject({ code: 'over_spending_limit' });
  // As dear as what has run out, but hers alone from now on.
  expect((await limit(900)).status).toBe(200);
  const other = { answer: 'choose', add: { variantId: menu.pizza, quantity: 1 }, expectedDifference: 0 };
  expect(refusalOf(await order.answer(questionId, other))).toEqual([409, 'over_spending_limit']);
  expect((await limit(100)).status).toBe(200);
  const out = await order.answer(questionId, { answer: 'leave_out' });
  expect(out, JSON.stringify(out.body)).toMatchObject({ status: 201, body: { order: { totalAmount: 350 } } });
  await system.assertInvariants();
});

test('in a tab that is closing an answer takes off, and adds nothing; what is being paid waits, what is paid is for staff', async () => {
  const table = await served('after');
  const { group, order, ada, ben, line } = table;
  const questionId = await ask(table, line('shared'), menu.steak);
  const claim = await group.payPart(ada, { kind: 'mine' }, { paymentMethodId: undefined });
  expect(claim.status, JSON.stringify(claim.body)).toBe(201);
  expect(refusalOf(await order.answer(questionId, { answer: 'leave_out' }))).toEqual([
    409,
    'already_claimed',
  ]);
  expect(codeOf(await ada.who.post(`/api/orders/${claim.body.order.id}/cancel`, {}))).toBe('ok');
  await until('the claim is over', async () => (await group.read()).claims.length === 0);
  expect(codeOf(await ada.who.post(group.path('/close'), {}))).toBe('ok');
  expect(refusalOf(await order.answer(questionId, { answer: 'take', expectedDifference: 600 }))).toEqual([
    409,
    'tab_ended',
  ]);
  expect((await order.answer(questionId, { answer: 'leave_out' })).status).toBe(201);
  // The last line of it: what was paid goes back with its end.
  const coffee = await ask(table, line('coffee'));
  expect(codeOf(await group.payPart(ben, { kind: 'mine' }))).toBe('ok');
  const ended = await order.answer(coffee, { answer: 'leave_out' }, { by: ben.who });
  expect(ended.body.order, JSON.stringify(ended.body)).toMatchObject({
    status: 'canceled',
    reason: 'sold_out',
  });
  await until('the tab is at rest', async () => (await group.read()).paidAmount === 0);

  const other = await served('after');
  const shared = await ask(other, other.line('shared'));
  expect(codeOf(await other.group.payPart(other.ben, { kind: 'mine' }))).toBe('ok');
  const paid = await other.order.answer(shared, { answer: 'leave_out' });
  expect(paid.body.error).toMatchObject({ code: 'illegal_transition', details: { reason: 'already_paid' } });
  await other.order.endTimeToAnswer(shared);
  await other.order.until('staff see to it', ({ attention }) => attention.includes('sold_out'));
  await system.assertInvariants();
});
