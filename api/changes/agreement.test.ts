/** Lines that several people share are changed by their agreement, in every kind of order that is not paid yet. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order } from '../../domain/contract/orders.ts';
import { PlacedOrder } from '../../test/harness/buyer.ts';
import { startSystem, type System } from '../../test/harness/system.ts';
import { until } from '../../test/harness/until.ts';
import { Group } from '../../test/tabs/groups.ts';
import * as setup from '../../test/setup/menu.ts';
import { changeSettings } from '../../test/setup/shop-settings.ts';
import type { Seated } from '../../test/setup/tabs.ts';
import type { Reply, Visitor } from '../../test/setup/visitor.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

const sell = (unitAmount: number) => setup.sell(system.databases, unitAmount);
const availableOf = (variantId: string) => setup.availableOf(system.databases, variantId);

/** A round in which all share a bottle, and each has a coffee. */
interface Scene {
  readonly group: Group;
  readonly order: PlacedOrder;
  readonly ada: Seated;
  readonly ben: Seated;
  readonly cem: Seated;
  readonly bottle: string;
  readonly bottleId: string;
  readonly placed: Order;
}

/** What Ada and Ben share, and Cem does not, costs an odd number of cents; Ben and Cem share another one. */
async function setScene(settlement: 'before' | 'after', url?: string): Promise<Scene> {
  const [bottle, cake, coffee] = [await sell(2001), await sell(501), await sell(350)];
  const of = url === undefined ? {} : { url };
  const group = await (settlement === 'after'
    ? Group.openAfter(system, ['Ada', 'Ben', 'Cem'], of)
    : Group.open(system, ['Ada', 'Ben', 'Cem'], of));
  const [ada, ben, cem] = group.people as [Seated, Seated, Seated];
  for (const seat of group.people) await group.add(seat, coffee);
  const between = (...seats: Seated[]) => ({
    sharedBetween: seats.map(({ participantId }) => ({ participantId })),
  });
  await group.add(ben, cake, between(ben, cem));
  await group.add(ada, bottle, between(ada, ben));
  const round = await group.sent();
  const placed = settlement === 'after' ? await group.confirmed(round.id) : round;
  const bottleId = placed.lines.find(({ variantId }) => variantId === bottle)!.id;
  const order = new PlacedOrder(system, ben.who, placed.id);
  return { group, order, ada, ben, cem, bottle, bottleId, placed };
}

const more = ({ bottleId }: Scene) => ({
  set: [{ lineId: bottleId, quantity: 2 }],
  expectedDifference: 2001,
});

/** Ben wants another bottle; resolves with the id of the change that waits for Ada. */
async function ask(scene: Scene): Promise<string> {
  const asked = await scene.order.change(more(scene));
  expect(asked, JSON.stringify(asked.body)).toMatchObject({
    ...{ status: 201, body: { change: { status: 'held', differenceAmount: 2001, payment: null } } },
  });
  return asked.body.change.id as string;
}

function say(
  { order }: Scene,
  who: Visitor,
  changeId: string,
  what: 'agree' | 'withdraw',
  body: object = {},
): Promise<Reply<any>> {
  return who.post(`/api/orders/${order.id}/changes/${changeId}/${what}`, body, { key: randomUUID() });
}

const partOf = (order: Pick<Order, 'change'>, { participantId }: Seated) =>
  order.change!.payers.find((payer) => payer.participantId === participantId)!.differenceAmount;
const agree = async (scene: Scene, seat: Seated, changeId: string) => {
  const expectedDifference = partOf(await scene.order.read(), seat);
  return say(scene, seat.who, changeId, 'agree', { expectedDifference });
};
const errorOf = ({ body }: Reply<any>) => body.error as { code: string; details: Record<string, unknown> };
const endOf = async ({ order }: Scene) => {
  await order.until('the change is over', ({ change }) => change === null);
  const ended = (await order.events()).findLast(({ type }) => type === 'change_given_up');
  return ended?.reason;
};

test('in an order that awaits its payment, all who share a line agree to its change, and nobody else pays another amount', async () => {
  const scene = await setScene('before');
  const { order, ada, ben, cem, bottle, group, placed } = scene;
  const amountOf = (seat: Seated, now: Order) => group.shareOf(now, seat).amount;
  const { version } = await order.read();
  const seen = await ben.who.post(`/api/orders/${order.id}/changes/preview`, {
    ...{ ifVersion: version, set: more(scene).set },
  });
  expect(new Set(seen.body.byPayer.map((payer: { participantId: string }) => payer.participantId))).toEqual(
    new Set([ada.participantId, ben.participantId]),
  );
  const first = await ask(scene);
  const held = await order.read();
  expect(held).toMatchObject({
    ...{ status: 'awaiting_payment', deadline: placed.deadline, totalAmount: placed.totalAmount },
    change: { deadline: placed.deadline, came: [{ quantity: 1 }] },
  });
  expect(new Set(held.change!.payers.map(({ state }) => state))).toEqual(new Set(['to_agree', 'done']));
  expect(await availableOf(bottle)).toBe(98);
  expect(errorOf(await order.change(more(scene)))).toMatchObject({ details: { reason: 'change_open' } });
  expect((await say(scene, cem.who, first, 'agree', { expectedDifference: 0 })).status).toBe(403);
  const wrong = await say(scene, ada.who, first, 'agree', { expectedDifference: 1 });
  expect(errorOf(wrong)).toMatchObject({ code: 'version_conflict' });
  expect((await say(scene, ada.who, first, 'withdraw')).body).toMatchObject({
    change: { status: 'given_up', reason: 'not_agreed' },
    order: { change: null, totalAmount: placed.totalAmount, shares: placed.shares },
  });
  expect(await availableOf(bottle)).toBe(99);
  const second = await ask(scene);
  // Whoever has no part in it pays meanwhile.
  expect((await group.pay(cem, placed)).status).toBe(200);
  const told = partOf(await order.read(), ada);
  const agreed = await agree(scene, ada, second);
  expect(agreed, JSON.stringify(agreed.body)).toMatchObject({
    ...{ status: 201, body: { change: { status: 'applied' } } },
  });
  const now = await order.read();
  expect(now).toMatchObject({ totalAmount: placed.totalAmount + 2001, deadline: placed.deadline });
  expect(amountOf(ada, now)).toBe(amountOf(ada, placed) + told);
  expect(amountOf(cem, now)).toBe(amountOf(cem, placed));
  for (const seat of [ada, ben]) expect((await group.pay(seat, now)).status).toBe(200);
  await order.untilStatus('confirmed');
  expect((await order.atStripe()).captured).toBe(placed.totalAmount + 2001);
  expect(await availableOf(bottle)).toBe(98);
  await system.assertInvariants();
});

test('whoever pays, takes a share over or cancels before all have agreed is first', async () => {
  const [paid, cash, covered, canceled, withdrawn] = (await Promise.all(
    Array.from({ length: 5 }, () => setScene('before')),
  )) as [Scene, Scene, Scene, Scene, Scene];
  const changeIds = new Map<Scene, string>();
  for (const scene of [paid, cash, covered, canceled, withdrawn]) changeIds.set(scene, await ask(scene));
  expect((await paid.group.pay(paid.ada, paid.placed)).status).toBe(200);
  expect(await endOf(paid)).toBe('being_paid');
  const late = await say(paid, paid.ada.who, changeIds.get(paid)!, 'agree', { expectedDifference: 1000 });
  expect(errorOf(late)).toMatchObject({ code: 'illegal_transition', details: { reason: 'being_paid' } });
  expect(errorOf(await paid.order.change(more(paid)))).toMatchObject({
    details: { reason: 'already_paid', by: paid.ada.participantId },
  });
  for (const seat of [paid.ben, paid.cem]) await paid.group.pay(seat, paid.placed);
  expect(await paid.order.untilStatus('confirmed')).toMatchObject({ totalAmount: paid.placed.totalAmount });
  const taken = await cash.order.payInCash(0, undefined, cash.group.shareOf(cash.placed, cash.ben).id);
  expect(taken.status).toBe(200);
  expect(await endOf(cash)).toBe('being_paid');
  const { group, cem, ada, placed } = covered;
  expect((await group.onShare(cem, placed, group.shareOf(placed, ada), 'cover')).status).toBe(200);
  expect(await endOf(covered)).toBe('bill_changed');
  // From now on Cem is asked, who pays Ada's part.
  const again = await ask(covered);
  expect(partOf(await covered.order.read(), cem)).toBeGreaterThan(0);
  expect((await agree(covered, cem, again)).body.change.status).toBe('applied');
  await canceled.order.cancel(canceled.ada.who);
  expect(await endOf(canceled)).toBe('order_moved_on');
  expect(await canceled.order.untilStatus('canceled')).toMatchObject({ change: null });
  expect(
    (await say(withdrawn, withdrawn.ben.who, changeIds.get(withdrawn)!, 'withdraw')).body.change,
  ).toMatchObject({ status: 'given_up', reason: 'withdrawn' });
  for (const scene of [cash, canceled, withdrawn])
    expect(await availableOf(scene.bottle)).toBeOneOf([99, 100]);
  await system.assertInvariants();
});

test('an attempt at a bank is voided by its payer’s own yes, and is first for everybody else', async () => {
  const scene = await setScene('before');
  const { order, ada, ben, cem, group, placed, bottleId } = scene;
  const cake = placed.lines.find(
    ({ sharedBetween }) => sharedBetween.includes(cem.participantId) && sharedBetween.length === 2,
  )!;
  const both = {
    set: [
      { lineId: bottleId, quantity: 2 },
      { lineId: cake.id, quantity: 2 },
    ],
    expectedDifference: 2502,
  };
  const bank = (seat: Seated) =>
    order.payShare(seat.who, group.shareOf(placed, seat).id, 'pm_card_authenticationRequired');
  expect((await bank(ben)).body.payment.status).toBe('requires_action');
  // Ben has thought better of it, and Ada goes to her bank after she has said yes.
  const asked = await order.change(both);
  expect(asked.body.change, JSON.stringify(asked.body)).toMatchObject({ status: 'held' });
  const changeId = asked.body.change.id as string;
  expect((await agree(scene, ada, changeId)).body.change).toMatchObject({ status: 'held' });
  expect((await bank(ada)).body.payment.status).toBe('requires_action');
  const last = await agree(scene, cem, changeId);
  expect(errorOf(last)).toMatchObject({ code: 'illegal_transition', details: { reason: 'being_paid' } });
  expect(await endOf(scene)).toBe('being_paid');
  // Another's attempt is in the way, and her own is not.
  expect(errorOf(await order.change(both))).toMatchObject({
    details: { reason: 'being_paid', by: ada.participantId },
  });
  const hers = await order.change(more(scene), { by: ada.who });
  expect(errorOf(hers)).toMatchObject({ details: { reason: 'being_paid', by: ben.participantId } });
  const attempts = (await order.atStripe()).intents.filter(({ status }) => status === 'requires_action');
  expect(attempts).toHaveLength(2);
  for (const seat of [ada, ben]) {
    const [own] = placed.lines.filter(({ participantId }) => participantId === seat.participantId);
    const note = { set: [{ lineId: own!.id, quantity: 2 }], expectedDifference: 350 };
    expect((await order.change(note, { by: seat.who })).body.change).toMatchObject({ status: 'applied' });
  }
  expect((await order.atStripe()).intents.filter(({ status }) => status === 'requires_action')).toEqual([]);
  const again = await order.change(both);
  expect(again.body.change).toMatchObject({ status: 'held' });
  await say(scene, ben.who, again.body.change.id, 'withdraw');
  await system.assertInvariants();
});

test('a change ends with the deadline of its order, which does not move', async () => {
  const scene = await setScene('before', await system.urlWithHold(4_000));
  await ask(scene);
  const { order, bottle } = scene;
  expect(await order.untilStatus('expired', 20_000)).toMatchObject({ change: null });
  expect(await endOf(scene)).toBe('not_agreed');
  await until('all is on sale again', async () => (await availableOf(bottle)) === 100);
  await system.assertInvariants();
});

test('staff change what is not paid yet, shared or not, unless its share is being paid', async () => {
  const scene = await setScene('before');
  const { order, ada, ben, group, placed } = scene;
  const by = system.agent;
  const silent = await order.change(more(scene), { by });
  expect(errorOf(silent).details).toMatchObject([{ path: ['reason'], code: 'required' }]);
  const body = { ...more(scene), reason: 'they asked at the counter' };
  const changed = await order.change(body, { by });
  expect(changed, JSON.stringify(changed.body)).toMatchObject({
    status: 201,
    body: {
      change: { status: 'applied', payment: null },
      order: { status: 'awaiting_payment', totalAmount: placed.totalAmount + 2001 },
    },
  });
  const shareOf = (seat: Seated, now: Order) => group.shareOf(now, seat);
  const now = await order.read();
  expect(shareOf(ada, now).amount + shareOf(ben, now).amount).toBe(
    shareOf(ada, placed).amount + shareOf(ben, placed).amount + 2001,
  );
  await order.payShare(ben.who, shareOf(ben, now).id, 'pm_card_authenticationRequired');
  const less = {
    set: [{ lineId: scene.bottleId, quantity: 1 }],
    reason: 'one is enough',
    expectedDifference: -2001,
  };
  expect(errorOf(await order.change(less, { by }))).toMatchObject({
    ...{ code: 'illegal_transition', details: { reason: 'being_paid', by: ben.participantId } },
  });
  await order.payShare(ben.who, shareOf(ben, now).id, 'pm_card_visa');
  expect(errorOf(await order.change(less, { by }))).toMatchObject({
    ...{ code: 'illegal_transition', details: { reason: 'already_paid', by: ben.participantId } },
  });
  // What is not hers is still to be had.
  const [hers] = now.lines.filter(
    ({ participantId, sharedBetween }) => participantId === ada.participantId && sharedBetween.length === 1,
  );
  const one = { set: [{ lineId: hers!.id, quantity: 3 }], reason: 'she is thirsty', expectedDifference: 700 };
  expect((await order.change(one, { by })).status).toBe(201);
  await system.assertInvariants();
});

test('in a round that is paid after, all who share a line agree, and what nobody else owes moves', async () => {
  const scene = await setScene('after');
  const { order, ada, ben, cem, group, bottle, bottleId, placed } = scene;
  const owed = async ({ participantId }: Seated) =>
    (await group.read()).owed
      .flatMap(({ due }) => due)
      .reduce((sum, part) => (part.participantId === participantId ? sum + part.amount : sum), 0);
  const before = [await owed(ada), await owed(ben), await owed(cem)];
  const first = await ask(scene);
  expect(await availableOf(bottle)).toBe(98);
  const { change } = await order.read();
  expect(change!.payers.map(({ state }) => state).toSorted()).toEqual(['done', 'to_agree']);
  expect((await say(scene, cem.who, first, 'withdraw')).status).toBe(403);
  expect((await say(scene, ada.who, first, 'withdraw')).body.change.reason).toBe('not_agreed');
  expect([await owed(ada), await owed(ben), await owed(cem)]).toEqual(before);
  expect(await availableOf(bottle)).toBe(99);
  const second = await ask(scene);
  const told = [partOf(await order.read(), ada), partOf(await order.read(), ben)];
  const agreed = await agree(scene, ada, second);
  expect(agreed, JSON.stringify(agreed.body)).toMatchObject({
    status: 201,
    body: { change: { status: 'applied', payment: null }, order: { totalAmount: placed.totalAmount + 2001 } },
  });
  expect([await owed(ada), await owed(ben), await owed(cem)]).toEqual([
    ...[before[0]! + told[0]!, before[1]! + told[1]!, before[2]!],
  ]);
  expect(await group.read()).toMatchObject({ owedAmount: placed.totalAmount + 2001 });
  await system.assertInvariants();

  // Somebody pays what was to be taken off before all have agreed.
  const off = { set: [{ lineId: bottleId, quantity: 0 }], expectedDifference: -4002 };
  const third = await order.change(off);
  expect(third.body.change.status).toBe('held');
  const claim = await group.payPart(
    ada,
    { kind: 'lines', lines: [{ lineId: bottleId }] },
    { paymentMethodId: undefined },
  );
  expect(claim.status).toBe(201);
  expect(errorOf(await agree(scene, ada, third.body.change.id))).toMatchObject({ code: 'already_claimed' });
  expect(await endOf(scene)).toBe('already_claimed');
  await ada.who.post(`/api/orders/${claim.body.order.id}/cancel`, {});
  // The kitchen starts.
  const fourth = await order.change(off);
  await order.advance('preparing');
  expect(await endOf(scene)).toBe('order_moved_on');
  const late = await say(scene, ada.who, fourth.body.change.id, 'agree', { expectedDifference: -2001 });
  expect(errorOf(late)).toMatchObject({ code: 'illegal_transition' });
  // Staff ask nobody.
  const body = { ...off, reason: 'it was corked' };
  expect((await order.change(body, { by: system.agent })).body.change.status).toBe('applied');
  // Of the cake Ben owes what Cem does not.
  const bens = 350 + 501 - (before[2]! - 350);
  expect([await owed(ada), await owed(ben), await owed(cem)]).toEqual([350, bens, before[2]]);
  await system.assertInvariants();
});

test('what is asked for counts towards what may be owed, for whoever ordered the line', async () => {
  const scene = await setScene('after');
  const { order, ada, cem, group, placed } = scene;
  const hers = placed.lines.filter(({ participantId }) => participantId === ada.participantId);
  const amount = hers.reduce((sum, line) => sum + line.amount, 0);
  try {
    await changeSettings(system, { unpaidAmountPerGuest: amount + 2000 });
    expect(errorOf(await order.change(more(scene)))).toMatchObject({
      ...{ code: 'pay_first', details: { bound: 'guest_amount' } },
    });
    await changeSettings(system, { unpaidAmountPerGuest: amount + 2001 });
    const changeId = await ask(scene);
    await group.add(ada, scene.bottle);
    expect(errorOf(await group.send())).toMatchObject({ code: 'pay_first' });
    expect((await agree(scene, ada, changeId)).body.change.status).toBe('applied');
    expect(
      (await group.read()).owed
        .flatMap(({ due }) => due)
        .some(({ participantId }) => participantId === cem.participantId),
    ).toBe(true);
  } finally {
    await changeSettings(system, { unpaidAmountPerGuest: 30_000 });
  }
  await system.assertInvariants();
});
