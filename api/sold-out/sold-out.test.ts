/** Something runs out after it was ordered: who is asked, what each answer does, and what is done without one. */

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { query } from '../../db/sql.ts';
import type { OrderLine } from '../../domain/contract/orders.ts';
import type { SoldOutChoice } from '../../domain/sold-out.ts';
import { PlacedOrder } from '../../test/harness/buyer.ts';
import { startSystem, type System } from '../../test/harness/system.ts';
import { until } from '../../test/harness/until.ts';
import * as setup from '../../test/setup/menu.ts';
import { Visitor } from '../../test/setup/visitor.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

const sell = (unitAmount: number, available?: number) =>
  setup.sell(system.databases, unitAmount, { available });
const availableOf = (variantId: string) => setup.availableOf(system.databases, variantId);
const moneyOf = async (order: PlacedOrder) => {
  const { captured, refunded } = await order.atStripe();
  return { captured, refunded };
};
const visa = { payment: { paymentMethodId: 'pm_card_visa' } };

/** Two flat whites and a cake, paid; with the guest's choice for what runs out. */
async function ordered({ ifSoldOut, cakes = 1 }: { ifSoldOut?: SoldOutChoice; cakes?: number } = {}) {
  const [coffee, cake] = [await sell(350), await sell(420)];
  const lines = [
    { variantId: coffee, quantity: 2 },
    ...(cakes > 0 ? [{ variantId: cake, quantity: cakes }] : []),
  ];
  const guest = new Visitor(system.url);
  const place = () =>
    guest.post('/api/orders', {
      ...{ lines, payment: { paymentMethodId: 'pm_card_visa' }, ...(ifSoldOut && { ifSoldOut }) },
      contact: { name: `Wilhelmina ${randomUUID().slice(0, 8)}`, email: `${randomUUID()}@guest.test` },
    });
  let reply = await place();
  while (reply.status === 503) reply = await place();
  const order = new PlacedOrder(system, guest, reply.body.order.id);
  const { lines: found } = await order.untilStatus('confirmed');
  const [coffees, cakeLine] = found as [OrderLine, OrderLine];
  return { order, coffee, cake, coffees, cakeLine };
}

test('she is asked by mail and on her page, takes the suggestion at an equal price, and no money moves', async () => {
  const { order, coffee, coffees } = await ordered();
  const tea = await sell(350);
  const key = randomUUID();
  const body = { quantity: 1, suggestion: { variantId: tea, quantity: 1 }, takeOffMenu: true };
  const asked = await order.askAbout(coffees.id, body, key);
  expect(asked, JSON.stringify(asked.body)).toMatchObject({ status: 201 });
  const { questionId } = asked.body;
  expect((await order.askAbout(coffees.id, body, key)).body.questionId).toBe(questionId);
  expect((await order.askAbout(coffees.id, { ...body, quantity: 2 }, key)).body.error.code).toBe(
    'idempotency_conflict',
  );
  const second = await order.askAbout(coffees.id);
  expect(second.body.error).toMatchObject({
    code: 'illegal_transition',
    details: { reason: 'question_open' },
  });
  expect(await availableOf(coffee)).toBe(0);
  const seen = await order.guest.get(`/api/orders/${order.id}`);
  expect(seen.body.order.questions).toMatchObject([
    {
      ...{ id: questionId, lineId: coffees.id, quantity: 1, status: 'open', answer: null },
      suggestion: { variantId: tea, unitAmount: 350, quantity: 1, optionNames: [] },
    },
  ]);
  const limit = Date.parse(seen.body.order.questions[0].deadline) - Date.now();
  expect(limit).toBeGreaterThan(3 * 60_000);
  expect(limit).toBeLessThanOrEqual(5 * 60_000);
  const [{ email }] = await query<{ email: string }>(
    system.databases.orders.em.fork(),
    sql`select email from participants where order_id = ${order.id}`,
  ).then((rows) => rows as [{ email: string }]);
  await until('the mail', async () =>
    system.mailServer.mails.some(({ to, subject }) => to.includes(email) && subject.includes(coffees.name)),
  );
  // The kitchen has started meanwhile.
  await order.advance('preparing');
  const preview = await order.guest.post(`/api/orders/${order.id}/questions/${questionId}/preview`, {
    ...{ answer: 'take', ifVersion: (await order.read()).version },
  });
  expect(preview.body).toMatchObject({ differenceAmount: 0, bill: { totalAmount: 1120 } });
  const taken = await order.answer(questionId, { answer: 'take', expectedDifference: 0 });
  expect(taken, JSON.stringify(taken.body)).toMatchObject({
    status: 201,
    body: {
      change: { status: 'applied', differenceAmount: 0 },
      order: { status: 'preparing', totalAmount: 1120, questions: [{ status: 'answered', answer: 'take' }] },
    },
  });
  expect(await moneyOf(order)).toEqual({ captured: 1120, refunded: 0 });
  expect([await availableOf(coffee), await availableOf(tea)]).toEqual([0, 99]);
  const again = await order.answer(questionId, { answer: 'leave_out' });
  expect(again.body.error).toMatchObject({
    code: 'illegal_transition',
    details: { reason: 'question_over' },
  });
  await system.assertInvariants();
});

test('she chooses something dearer and pays for it alone, or leaves it out and gets it back', async () => {
  const { order, coffee, coffees, cake, cakeLine } = await ordered();
  const dear = await sell(500);
  const { questionId } = (await order.askAbout(coffees.id, { quantity: 1 })).body;
  await order.advance('preparing');
  await order.advance('ready');
  const add = { variantId: dear, quantity: 1, note: 'no ice' };
  const wrong = await order.answer(questionId, { answer: 'choose', add });
  expect(wrong.body.error).toMatchObject({ code: 'version_conflict', details: { differenceAmount: 150 } });
  const declined = await order.answer(questionId, {
    ...{ answer: 'choose', add, expectedDifference: 150 },
    payment: { paymentMethodId: 'pm_card_chargeDeclined' },
  });
  expect(declined.body.error.code).toBe('card_declined');
  await order.until('she is asked again', ({ questions }) => questions[0]?.status === 'open');
  const chosen = await order.answer(questionId, { answer: 'choose', add, expectedDifference: 150, ...visa });
  expect(chosen, JSON.stringify(chosen.body)).toMatchObject({
    status: 201,
    body: { order: { status: 'ready', totalAmount: 1270 } },
  });
  expect(await moneyOf(order)).toEqual({ captured: 1270, refunded: 0 });
  const left = (await order.askAbout(cakeLine.id)).body.questionId;
  const stranger = new Visitor(system.url);
  expect((await order.answer(left, { answer: 'leave_out' }, { by: stranger })).status).toBe(404);
  const out = await order.answer(left, { answer: 'leave_out' });
  expect(out, JSON.stringify(out.body)).toMatchObject({ status: 201, body: { order: { totalAmount: 850 } } });
  await until('it is given back', async () => (await moneyOf(order)).refunded === 420);
  expect([await availableOf(coffee), await availableOf(cake), await availableOf(dear)]).toEqual([98, 99, 99]);
  await system.assertInvariants();
});

test('what she chose at ordering is done once the time is over', async () => {
  const cases = await Promise.all([
    ordered(),
    ordered({ ifSoldOut: 'ask' }),
    ordered({ ifSoldOut: 'replace' }),
    ordered({ ifSoldOut: 'replace' }),
    ordered({ ifSoldOut: 'cancel' }),
  ] as const);
  const [byDefault, asks, replaces, dearer, cancels] = cases;
  const [cheap, dear] = [await sell(300), await sell(900)];
  const suggest = (variantId: string) => ({ suggestion: { variantId, quantity: 2 } });
  for (const { order, coffees } of cases) {
    const suggestion =
      order === replaces.order ? suggest(cheap) : order === dearer.order ? suggest(dear) : {};
    const asked = await order.askAbout(coffees.id, suggestion);
    expect(asked, JSON.stringify(asked.body)).toMatchObject({ status: 201 });
    await order.endTimeToAnswer(asked.body.questionId);
  }
  for (const { order } of [byDefault, asks, dearer]) {
    const now = await order.until('it is left out', ({ totalAmount }) => totalAmount === 420);
    expect(now.questions).toMatchObject([{ status: 'decided', answer: 'leave_out' }]);
    expect(now.changes).toMatchObject([{ by: 'shop', differenceAmount: -700 }]);
    await until('it is given back', async () => (await moneyOf(order)).refunded === 700);
  }
  const changed = await query<{ email: string }>(
    system.databases.orders.em.fork(),
    sql`select p.email from participants p where p.order_id = ${byDefault.order.id}`,
  );
  await until('the mail of what was decided', () =>
    system.mailServer.mails.some(
      ({ to, subject, source }) =>
        to.includes(changed[0]!.email) && subject.includes('was changed') && /had run out/.test(source),
    ),
  );
  const replaced = await replaces.order.until('it is replaced', ({ totalAmount }) => totalAmount === 1020);
  expect(replaced.questions).toMatchObject([{ status: 'decided', answer: 'take' }]);
  const ended = await cancels.order.untilClosed();
  expect(ended).toMatchObject({ status: 'canceled', reason: 'sold_out', paymentStatus: 'refunded' });
  expect(ended.questions).toMatchObject([{ status: 'decided', answer: 'cancel' }]);
  for (const { coffee } of cases) expect(await availableOf(coffee)).toBe(98);
  expect(await availableOf(cancels.cake)).toBe(100);
  await system.assertInvariants();
});

test('nothing is left of it: the order ends; what was found, handed over or refunded meanwhile is over', async () => {
  const alone = await ordered({ cakes: 0 });
  const { questionId } = (await alone.order.askAbout(alone.coffees.id)).body;
  const ended = await alone.order.answer(questionId, { answer: 'leave_out' });
  expect(ended, JSON.stringify(ended.body)).toMatchObject({
    status: 201,
    body: { change: null, order: { status: 'canceled', reason: 'sold_out' } },
  });
  await alone.order.untilClosed();
  expect(await moneyOf(alone.order)).toEqual({ captured: 700, refunded: 700 });
  expect(await availableOf(alone.coffee)).toBe(98);

  const found = await ordered();
  const back = (await found.order.askAbout(found.coffees.id)).body.questionId;
  const withdraw = () => system.agent.post(`/api/orders/${found.order.id}/questions/${back}/withdraw`);
  expect((await withdraw()).body.order.questions).toMatchObject([{ status: 'withdrawn' }]);
  expect((await withdraw()).status).toBe(200);
  const late = await found.order.answer(back, { answer: 'cancel' });
  expect(late.body.error.details).toMatchObject({ reason: 'question_over' });

  const refunded = await ordered();
  const partly = (await refunded.order.askAbout(refunded.coffees.id)).body.questionId;
  const refund = (quantity: number) =>
    refunded.order.refund({ reason: 'gone', lines: [{ lineId: refunded.coffees.id, quantity }] });
  await refund(1);
  expect((await refunded.order.read()).questions).toMatchObject([{ quantity: 1, status: 'open' }]);
  await refund(1);
  expect((await refunded.order.read()).questions).toMatchObject([{ status: 'withdrawn' }]);
  await refunded.order.endTimeToAnswer(partly);

  const answered = await ordered();
  const again = (await answered.order.askAbout(answered.coffees.id, { quantity: 1 })).body.questionId;
  const atBank = await answered.order.answer(again, {
    ...{ answer: 'choose', add: { variantId: await sell(900), quantity: 1 }, expectedDifference: 550 },
    payment: { paymentMethodId: 'pm_card_authenticationRequired' },
  });
  expect(atBank, JSON.stringify(atBank.body)).toMatchObject({ body: { change: { status: 'held' } } });
  await answered.order.refund({ reason: 'gone', lines: [{ lineId: answered.coffees.id, quantity: 2 }] });
  const { change } = await answered.order.read();
  if (change)
    await answered.order.guest.post(`/api/orders/${answered.order.id}/changes/${change.id}/withdraw`);
  const over = await answered.order.until('nothing is open', ({ change: open }) => open === null);
  expect(over).toMatchObject({ questions: [{ status: 'withdrawn' }], changes: [] });

  const handed = await ordered();
  await handed.order.askAbout(handed.coffees.id);
  await handed.order.serve();
  expect(await handed.order.untilClosed()).toMatchObject({
    ...{ status: 'completed', attention: ['sold_out'], totalAmount: 1120 },
    questions: [{ status: 'withdrawn', answer: null }],
  });
  await system.assertInvariants();
});

test('an answer races with the limit, with a cancellation, with another answer and with a refund', async () => {
  const races = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const { order, coffees } = await ordered();
      const { questionId } = (await order.askAbout(coffees.id, { quantity: 1 })).body;
      return { order, coffees, questionId };
    }),
  );
  const [limit, canceled, twice, refunded] = races as [
    (typeof races)[0],
    (typeof races)[0],
    (typeof races)[0],
    (typeof races)[0],
  ];
  const leave = { answer: 'leave_out' };
  await Promise.all([
    Promise.all([limit.order.answer(limit.questionId, leave), limit.order.endTimeToAnswer(limit.questionId)]),
    Promise.all([canceled.order.answer(canceled.questionId, leave), canceled.order.cancel()]),
    Promise.all([twice.order.answer(twice.questionId, leave), twice.order.answer(twice.questionId, leave)]),
    Promise.all([
      refunded.order.answer(refunded.questionId, leave),
      refunded.order.refund({ reason: 'gone', lines: [{ lineId: refunded.coffees.id, quantity: 2 }] }),
    ]),
  ]);
  for (const { order } of races)
    await order.until('nothing is open', ({ questions, change }) => {
      return change === null && questions.every(({ status }) => status !== 'open');
    });
  for (const { order } of [limit, twice]) {
    expect(await order.read()).toMatchObject({ totalAmount: 770, changes: [{ differenceAmount: -350 }] });
    await until('once', async () => (await moneyOf(order)).refunded === 350);
  }
  await system.assertInvariants();
});
