/** Guests change orders that are paid: what is charged, what comes back, and what stays as it was. */

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order, OrderLine } from '../../domain/contract/orders.ts';
import { query } from '../../db/sql.ts';
import { describeReceipt } from '../../domain/receipt.ts';
import { openDashboard } from '../../test/harness/at-stripe.ts';
import { placeOrder, PlacedOrder, type Wish } from '../../test/harness/buyer.ts';
import { startSystem, type System } from '../../test/harness/system.ts';
import { until } from '../../test/harness/until.ts';
import { Group } from '../../test/tabs/groups.ts';
import * as setup from '../../test/setup/menu.ts';
import type { Seated } from '../../test/setup/tabs.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

const sell = (unitAmount: number, available?: number) =>
  setup.sell(system.databases, unitAmount, { available });
const availableOf = (variantId: string) => setup.availableOf(system.databases, variantId);
async function paid(wish: Wish): Promise<PlacedOrder> {
  const order = await placeOrder(system, { pay: 'pm_card_visa', ...wish });
  await order.untilStatus('confirmed');
  return order;
}
const visa = { payment: { paymentMethodId: 'pm_card_visa' } };
const preview = async (order: PlacedOrder, body: object) => {
  const { version } = await order.read();
  return order.guest.post(`/api/orders/${order.id}/changes/preview`, { ifVersion: version, ...body });
};
const moneyOf = async (order: PlacedOrder) => {
  const { captured, refunded } = await order.atStripe();
  return { captured, refunded };
};
const refund = (order: PlacedOrder, body: object) => order.refund({ reason: 'it was cold', ...body });

test('a line is added and its difference paid; it is refunded like the rest', async () => {
  const [coffee, cake] = [await sell(350), await sell(420)];
  const order = await paid({ variantId: coffee });
  const add = [{ variantId: cake, quantity: 2, note: 'two forks' }];
  const seen = await preview(order, { add });
  expect(seen.body).toMatchObject({
    differenceAmount: 840,
    byPayer: [{ amount: 840 }],
    bill: { totalAmount: 1190, lines: [{ amount: 350 }, { id: null, amount: 840 }] },
    until: null,
  });
  const changed = await order.change({ add, expectedDifference: 840, ...visa });
  expect(changed, JSON.stringify(changed.body)).toMatchObject({
    status: 201,
    body: { order: { totalAmount: 1190, status: 'confirmed' }, change: { status: 'applied' } },
  });
  expect(await moneyOf(order)).toEqual({ captured: 1190, refunded: 0 });
  expect(await availableOf(cake)).toBe(98);
  const { items } = (await order.guest.get(`/api/orders/${order.id}/bills`)).body;
  const { id: changeId } = changed.body.change;
  expect(items).toMatchObject([
    {
      version: 1,
      changeId,
      totalAmount: 350,
      lines: [{ quantity: 1, amount: 350 }],
      taxes: [{ grossAmount: 350 }],
    },
  ]);
  const line = changed.body.order.lines.find(({ variantId }: { variantId: string }) => variantId === cake);
  const back = await refund(order, { lines: [{ lineId: line.id, quantity: 1 }], restock: true });
  expect(back.body).toMatchObject({ refund: { amount: 420, status: 'succeeded' } });
  await until('it is on sale again', async () => (await availableOf(cake)) === 99);
  // What went back does not go back again.
  const again = { set: [{ lineId: line.id, quantity: 0 }] };
  expect((await preview(order, again)).body.error.details).toMatchObject({ reason: 'refunded_already' });
  const rest = { set: [{ lineId: line.id, quantity: 1 }], expectedDifference: -420 };
  expect((await order.change(rest)).body.order).toMatchObject({ totalAmount: 770, refundedAmount: 420 });
  await until('the rest is given back', async () => (await moneyOf(order)).refunded === 840);
  await system.assertInvariants();
});

test('an addition that is not paid leaves no trace, and taking it off again costs nothing', async () => {
  const [coffee, cake] = [await sell(350), await sell(420)];
  const order = await paid({ variantId: coffee });
  const before = await order.read();
  const add = [{ variantId: cake, quantity: 1 }];
  const declined = await order.change({
    ...{ add, expectedDifference: 420 },
    payment: { paymentMethodId: 'pm_card_chargeDeclined' },
  });
  expect(declined, JSON.stringify(declined.body)).toMatchObject({
    status: 402,
    body: { error: { code: 'card_declined' } },
  });
  const now = await order.read();
  expect({ ...now, version: 0, updatedAt: '' }).toEqual({ ...before, version: 0, updatedAt: '' });
  expect(await availableOf(cake)).toBe(100);
  expect(await moneyOf(order)).toEqual({ captured: 350, refunded: 0 });
  // The card's bank asks for her, and she never answers.
  const open = await order.change({
    ...{ add, expectedDifference: 420 },
    payment: { paymentMethodId: 'pm_card_authenticationRequired' },
  });
  expect(open).toMatchObject({
    status: 201,
    body: { change: { status: 'held', payment: { status: 'requires_action' } }, order: { totalAmount: 350 } },
  });
  const { change } = open.body.order;
  expect(change).toMatchObject({
    ...{ by: 'guest', status: 'held', differenceAmount: 420, deadline: open.body.change.deadline },
    payers: [{ participantId: change.participantId, differenceAmount: 420, state: 'paying' }],
  });
  expect(await availableOf(cake)).toBe(99);
  const second = await order.change({ add, expectedDifference: 420, ...visa });
  expect(second.body.error).toMatchObject({ code: 'illegal_transition', details: { reason: 'change_open' } });
  await order.advance('preparing');
  await until('it is given up', async () => (await order.types()).at(-1) === 'change_given_up');
  expect(await availableOf(cake)).toBe(100);
  expect(await moneyOf(order)).toEqual({ captured: 350, refunded: 0 });
  const late = await order.change({ add, expectedDifference: 420, ...visa });
  expect(late.body.error).toMatchObject({
    code: 'illegal_transition',
    details: { from: 'preparing', action: 'change' },
  });
  await system.assertInvariants();
});

/** The mails about changes of an order, oldest first: addresses and what is told, without mark-up. */
async function changeMails(count: number): Promise<string[]> {
  const told = () => system.mailServer.mails.filter(({ subject }) => subject.includes('was changed'));
  await until('the mails came in', () => told().length >= count);
  return told().map(({ source }) =>
    Buffer.from(
      source
        .replaceAll(/=\r?\n/g, '')
        .replaceAll(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCodePoint(Number.parseInt(code, 16))),
      'latin1',
    )
      .toString('utf8')
      .replaceAll(/[\u2066-\u2069]/gu, ''),
  );
}

test('a change is told by mail: what came, what went, and to which card; and once', async () => {
  const before = system.mailServer.mails.filter(({ subject }) => subject.includes('was changed')).length;
  const [coffee, cake] = [await sell(350), await sell(420)];
  const order = await paid({ variantId: coffee, quantity: 2 });
  const [line] = (await order.read()).lines;
  await order.change({
    add: [{ variantId: cake, quantity: 1, note: 'two forks' }],
    expectedDifference: 420,
    ...visa,
  });
  const [more] = (await changeMails(before + 1)).slice(before);
  expect(more).toMatch(/Added: 1 × Tea[^.]*“two forks”/);
  expect(more).toContain('€4.20 more was charged to Visa •••• 4242.');
  await order.change({ set: [{ lineId: line!.id, quantity: 1 }], expectedDifference: -350 });
  const [, less] = (await changeMails(before + 2)).slice(before);
  expect(less).toMatch(/Taken off: 1 × Tea/);
  expect(less).toContain('€3.50 goes back to Visa •••• 4242.');
  await until('it went back', async () => (await order.types()).includes('refunded'));
  // What staff change, in cash or waived, tells why.
  const reason = 'one was forgotten';
  const another = { add: [{ variantId: cake, quantity: 1 }], expectedDifference: 420, reason };
  await order.change({ ...another, settle: 'cash' }, { by: system.agent });
  const [, , staffs] = (await changeMails(before + 3)).slice(before);
  expect(staffs).toContain('We have changed your order');
  expect(staffs).toContain(reason);
  expect(staffs).toContain('€4.20 more was paid in cash.');
  const manager = new Visitor(system.url);
  await signUp(manager, system.databases, 'manager');
  await order.change({ ...another, settle: 'waive', discountName: 'With our apologies' }, { by: manager });
  const [, , , waived] = (await changeMails(before + 4)).slice(before);
  expect(waived).toMatch(/Added: 1 × Tea/);
  expect(waived).toContain('With our apologies');
  expect(waived).not.toMatch(/more was|to be paid|goes back/);
  // No mail for a note, and no second one for what went back.
  const set = [{ lineId: line!.id, note: 'hot' }];
  expect((await order.change({ set, expectedDifference: 0 })).status).toBe(201);
  await order.serve();
  await order.untilClosed();
  const subjects = await query<{ type: string }>(
    system.databases.orders.em.fork(),
    sql`select type from mails where order_id = ${order.id} and type in ('order_changed', 'refund_issued')`,
  );
  expect(subjects.map(({ type }) => type)).toEqual(Array(4).fill('order_changed'));
  await system.assertInvariants();
});

test('the kitchen notes that it has seen what was changed', async () => {
  const coffee = await sell(350);
  const order = await paid({ variantId: coffee });
  const [line] = (await order.read()).lines;
  const ids: string[] = [];
  for (const note of ['hot', 'very hot']) {
    const changed = await order.change({ set: [{ lineId: line!.id, note }], expectedDifference: 0 });
    ids.push(changed.body.change.id);
  }
  const see = (changeId: string) => system.agent.post(`/api/orders/${order.id}/changes/seen`, { changeId });
  expect((await see(randomUUID())).status).toBe(404);
  // The newer one, which covers the older; then both again.
  for (const id of [ids[1]!, ...ids]) expect((await see(id)).status).toBe(200);
  expect((await order.types()).filter((type) => type === 'change_seen')).toHaveLength(1);
});

test('two refunds go over both payments, and none exceeds what is left', async () => {
  const variantId = await sell(1000);
  const order = await paid({ variantId });
  const [line] = (await order.read()).lines;
  const set = [{ lineId: line!.id, quantity: 2 }];
  const changed = await order.change({ set, expectedDifference: 1000, ...visa });
  expect(changed, JSON.stringify(changed.body)).toMatchObject({ status: 201 });
  expect(changed.body.order.lines).toMatchObject([{ quantity: 2, amount: 2000 }]);
  expect((await refund(order, { amount: 600 })).body.refund).toMatchObject({
    amount: 600,
    status: 'succeeded',
  });
  expect((await refund(order, { amount: 600 })).body.refund).toMatchObject({
    amount: 600,
    status: 'succeeded',
  });
  expect((await refund(order, { amount: 801 })).body.error.details).toMatchObject([
    { code: 'more_than_left', maximum: 800 },
  ]);
  expect(await moneyOf(order)).toEqual({ captured: 2000, refunded: 1200 });
  expect((await refund(order, {})).body.refund).toMatchObject({ amount: 800 });
  expect(await order.read()).toMatchObject({ paymentStatus: 'refunded', refundedAmount: 2000 });
  await system.assertInvariants();
});

test('what a change gives back, and cannot, staff give back as that, or the end of the order does', async () => {
  const [coffee, cake] = [await sell(350), await sell(420)];
  const lines = [
    { variantId: coffee, quantity: 1 },
    { variantId: cake, quantity: 2 },
  ];
  const listed = async (order: PlacedOrder) => {
    const { items } = (await system.agent.get(`/api/orders/${order.id}/refunds`)).body;
    return items.map(({ cause, status, amount }: { cause: string; status: string; amount: number }) =>
      [cause, status, amount].join(' '),
    );
  };
  const withFailed = async () => {
    const order = await paid({ variantId: coffee, lines });
    const cakes = (await order.read()).lines.find(({ variantId }) => variantId === cake)!;
    await order.change({ set: [{ lineId: cakes.id, quantity: 1 }], expectedDifference: -420 });
    await until('it is given back', async () => (await moneyOf(order)).refunded === 420);
    await until('it is booked', async () => (await order.types()).includes('refunded'));
    const [made] = await query<{ id: string }>(
      system.databases.orders.em.fork(),
      sql`select stripe_refund_id as id from refunds where order_id = ${order.id}`,
    );
    await fetch(`${system.stripe.url}/_/refunds/${made!.id}/fail`, { method: 'POST' });
    await until('it has failed', async () => (await order.types()).includes('refund_failed'));
    await system.assertInvariants();
    return order;
  };
  const [repeated, canceled] = await Promise.all([withFailed(), withFailed()]);
  // A refund of lines is of the bill.
  const [first] = (await repeated.read()).lines;
  const ofLine = { lines: [{ lineId: first!.id, quantity: 1 }] };
  expect((await refund(repeated, ofLine)).body.refund).toMatchObject({ amount: 350, cause: 'requested' });
  expect((await refund(repeated, { amount: 420 })).body.refund).toMatchObject({
    amount: 420,
    cause: 'changed',
  });
  expect(await repeated.read()).toMatchObject({
    ...{ totalAmount: 770, refundedAmount: 350, paymentStatus: 'partly_refunded' },
    shares: [{ amount: 770, refundedAmount: 350, changedAmount: 420 }],
  });
  await system.assertInvariants();
  expect((await refund(repeated, {})).body.refund).toMatchObject({ amount: 420, cause: 'requested' });
  expect(await repeated.read()).toMatchObject({ refundedAmount: 770, paymentStatus: 'refunded' });
  expect(await listed(repeated)).toEqual([
    'changed failed 420',
    'requested succeeded 350',
    'changed succeeded 420',
    'requested succeeded 420',
  ]);
  await canceled.cancel();
  await canceled.untilClosed();
  expect((await listed(canceled)).toSorted()).toEqual([
    'canceled_by_host succeeded 770',
    'changed failed 420',
    'changed succeeded 420',
  ]);
  await system.assertInvariants();
});

test('what is taken off comes back, a swap moves no money, and place or note alone move nothing', async () => {
  const [coffee, tea, cake] = [await sell(350), await sell(350), await sell(420)];
  const order = await paid({
    variantId: coffee,
    lines: [
      { variantId: coffee, quantity: 2 },
      { variantId: cake, quantity: 1 },
    ],
  });
  const [coffees, cakes] = (await order.read()).lines;
  const requests = async () => (await order.atStripe()).intents.length;
  const swapped = await order.change({
    set: [{ lineId: coffees!.id, quantity: 1 }],
    add: [{ variantId: tea, quantity: 1 }],
    expectedDifference: 0,
  });
  expect(swapped, JSON.stringify(swapped.body)).toMatchObject({
    status: 201,
    body: { change: { payment: null } },
  });
  expect([await availableOf(coffee), await availableOf(tea)]).toEqual([99, 99]);
  expect(await moneyOf(order)).toEqual({ captured: 1120, refunded: 0 });
  const noted = await order.change({
    set: [{ lineId: coffees!.id, note: 'oat milk' }],
    place: { kind: 'table', label: '7' },
    expectedDifference: 0,
  });
  expect(noted.body.order).toMatchObject({ place: { label: '7' }, totalAmount: 1120 });
  const asItIs = { set: [{ lineId: coffees!.id, note: 'oat milk' }], place: { kind: 'table', label: '7' } };
  expect((await order.change({ ...asItIs, expectedDifference: 0 })).body.error).toMatchObject({
    ...{ code: 'invalid_request', message: 'Nothing would change.' },
  });
  expect(noted.body.order.lines[0]).toMatchObject({ note: 'oat milk', quantity: 1 });
  expect(await requests()).toBe(1);
  expect(noted.body.order).toMatchObject({
    change: null,
    changes: [
      {
        ...{ by: 'guest', differenceAmount: 0, reasonText: null, isSeen: false, place: null, noted: [] },
        came: [{ quantity: 1, note: null }],
        went: [{ lineId: coffees!.id, quantity: 1 }],
      },
      {
        ...{ came: [], went: [], place: { to: { kind: 'table', label: '7' } } },
        noted: [{ lineId: coffees!.id, quantity: 1, note: 'oat milk' }],
      },
    ],
  });
  const off = await order.change({ set: [{ lineId: cakes!.id, quantity: 0 }], expectedDifference: -420 });
  expect(off.body.order).toMatchObject({ totalAmount: 700, refundedAmount: 0, paymentStatus: 'paid' });
  await until('it is given back', async () => (await moneyOf(order)).refunded === 420);
  expect(await availableOf(cake)).toBe(100);
  await until('it is booked', async () => (await order.types()).includes('refunded'));
  const all = await order.change({
    set: off.body.order.lines.map(({ id }: { id: string }) => ({ lineId: id, quantity: 0 })),
    expectedDifference: -700,
  });
  expect(all.body.error).toMatchObject({ code: 'invalid_request', details: [{ code: 'nothing_left' }] });
  await system.assertInvariants();
  await order.cancel();
  await order.untilClosed();
  expect(await moneyOf(order)).toEqual({ captured: 1120, refunded: 1120 });
  await system.assertInvariants();
});

test('the difference counts what was given back; what is true now is told', async () => {
  const [coffee, cake] = [await sell(350), await sell(420, 1)];
  const order = await paid({ variantId: coffee, quantity: 2 });
  const [line] = (await order.read()).lines;
  await refund(order, { lines: [{ lineId: line!.id, quantity: 1 }] });
  const stale = await order.change({
    ifVersion: 1,
    set: [{ lineId: line!.id, note: 'hot' }],
    expectedDifference: 0,
  });
  expect(stale.body.error).toMatchObject({
    code: 'version_conflict',
    details: { order: { id: order.id, refundedAmount: 350 } },
  });
  const wrong = await order.change({
    add: [{ variantId: cake, quantity: 1 }],
    expectedDifference: 1,
    ...visa,
  });
  expect(wrong.body.error).toMatchObject({ code: 'version_conflict', details: { differenceAmount: 420 } });
  const gone = await order.change({
    set: [{ lineId: line!.id, quantity: 0 }],
    add: [{ variantId: cake, quantity: 1 }],
    expectedDifference: -280,
  });
  expect(gone.body.error).toMatchObject({
    code: 'illegal_transition',
    details: { reason: 'refunded_already' },
  });
  const short = await order.change({
    add: [{ variantId: cake, quantity: 2 }],
    expectedDifference: 840,
    ...visa,
  });
  expect(short).toMatchObject({
    status: 409,
    body: { error: { code: 'out_of_stock', details: [{ requested: 2, available: 1 }] } },
  });
  const changed = await order.change({
    set: [{ lineId: line!.id, quantity: 1 }],
    add: [{ variantId: cake, quantity: 1 }],
    expectedDifference: 70,
    ...visa,
  });
  expect(changed, JSON.stringify(changed.body)).toMatchObject({ status: 201 });
  await system.assertInvariants();
});

test('twenty requests with one key change the order once', async () => {
  const coffee = await sell(350);
  const order = await paid({ variantId: coffee });
  const body = {
    ifVersion: (await order.read()).version,
    add: [{ variantId: coffee, quantity: 1 }],
    expectedDifference: 350,
    ...visa,
  };
  const key = randomUUID();
  const replies = await Promise.all(Array.from({ length: 20 }, () => order.change(body, { key })));
  expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([201]));
  expect(await moneyOf(order)).toEqual({ captured: 700, refunded: 0 });
  expect((await order.change({ ...body, expectedDifference: 351 }, { key })).body.error.code).toBe(
    'idempotency_conflict',
  );
  await system.assertInvariants();
});

test('she confirms at her bank, and the same request tells that it is paid', async () => {
  const coffee = await sell(350);
  const order = await paid({ variantId: coffee });
  const key = randomUUID();
  const body = {
    ifVersion: (await order.read()).version,
    add: [{ variantId: coffee, quantity: 1 }],
    expectedDifference: 350,
    payment: { paymentMethodId: 'pm_card_authenticationRequired' },
  };
  const asked = await order.change(body, { key });
  expect(asked.body.change).toMatchObject({ status: 'held', payment: { status: 'requires_action' } });
  expect(asked.body.change.payment.clientSecret).toContain('_secret_');
  const intent = (await order.atStripe()).intents.find(({ status }) => status === 'requires_action')!;
  await fetch(`${system.stripe.url}/_/payment_intents/${intent.id}/authenticate`, { method: 'POST' });
  await order.until('it is changed', ({ totalAmount }) => totalAmount === 700);
  await until('it is paid', async () => (await order.types()).includes('change_paid'));
  expect((await order.change(body, { key })).body).toMatchObject({
    change: { status: 'applied', payment: { status: 'captured' } },
    order: { totalAmount: 700, paymentStatus: 'paid' },
  });
  await system.assertInvariants();
});

test('what the bank has taken back is not given back again: what is taken off must come from another payment', async () => {
  const coffee = await sell(350);
  const order = await paid({ variantId: coffee, quantity: 2 });
  const [line] = (await order.read()).lines;
  const [intent] = (await order.atStripe()).intents;
  const charge =
    typeof intent!.latest_charge === 'object' ? intent!.latest_charge!.id : intent!.latest_charge;
  await fetch(`${system.stripe.url}/_/charges/${charge}/dispute`, { method: 'POST' });
  await until('it is known', async () => (await order.types()).includes('disputed'));
  const less = { set: [{ lineId: line!.id, quantity: 1 }] };
  expect((await preview(order, less)).body.error).toMatchObject({
    code: 'illegal_transition',
    details: { reason: 'refunded_already' },
  });
  const off = await order.change({ ...less, expectedDifference: -350 });
  expect(off.body.error).toMatchObject({
    code: 'illegal_transition',
    details: { reason: 'refunded_already' },
  });
  // More is paid with another card, and what that paid can be taken off again.
  const more = await order.change({
    add: [{ variantId: coffee, quantity: 1 }],
    expectedDifference: 350,
    ...visa,
  });
  expect(more, JSON.stringify(more.body)).toMatchObject({ status: 201 });
  const added = more.body.order.lines.at(-1);
  const gone = await order.change({ set: [{ lineId: added.id, quantity: 0 }], expectedDifference: -350 });
  expect(gone, JSON.stringify(gone.body)).toMatchObject({ status: 201 });
  await until('it is given back', async () => (await moneyOf(order)).refunded === 350);
  await system.assertInvariants();
});

test('an order grows by its changes no further than it may be placed', async () => {
  const [dear, cheap] = [await sell(999_999, 1_000_000), await sell(50, 1_000_000)];
  const order = await paid({ variantId: dear, quantity: 99 });
  const add = [{ variantId: dear, quantity: 2 }];
  const tooDear = { code: 'invalid_request', details: [{ code: 'total_too_high', maximum: 99_999_999 }] };
  expect((await preview(order, { add })).body.error).toMatchObject(tooDear);
  expect((await order.change({ add, expectedDifference: 1_999_998, ...visa })).body.error).toMatchObject(
    tooDear,
  );
  const many = (count: number) => Array.from({ length: count }, () => ({ variantId: cheap, quantity: 1 }));
  const full = await order.change({ add: many(49), expectedDifference: 49 * 50, ...visa });
  expect(full, JSON.stringify(full.body)).toMatchObject({ status: 201 });
  expect((await preview(order, { add: many(1) })).body.error).toMatchObject({
    code: 'invalid_request',
    details: [{ code: 'too_many', maximum: 50 }],
  });
});

test('the share of a change is paid by its change alone', async () => {
  const coffee = await sell(350);
  const order = await paid({ variantId: coffee });
  const add = [{ variantId: coffee, quantity: 1 }];
  const held = await order.change({
    ...{ add, expectedDifference: 350 },
    payment: { paymentMethodId: 'pm_card_authenticationRequired' },
  });
  const { shareId } = held.body.change.payment;
  expect((await order.payShare(order.guest, shareId, 'pm_card_visa')).status).toBeOneOf([404, 409]);
  expect((await order.payInCash(0, undefined, shareId)).status).toBeOneOf([404, 409]);
  for (const does of ['cover', 'drop'])
    expect((await order.guest.post(`/api/orders/${order.id}/shares/${shareId}/${does}`)).status).toBeOneOf([
      403, 404, 409,
    ]);
  const dashboard = openDashboard(system);
  const [intent] = (await order.atStripe()).intents.filter(({ status }) => status === 'requires_action');
  system.stripe.faults.add({ kind: 'webhook_drop', about: order.id, count: null });
  await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, { method: 'POST' });
  await dashboard.paymentIntents.capture(intent!.id);
  await order.advance('preparing');
  await until('it is given up', async () => (await order.types()).includes('change_given_up'));
  await until('what was taken for it is given back', async () => (await moneyOf(order)).refunded === 350);
  system.stripe.faults.clear();
  expect(await order.read()).toMatchObject({ totalAmount: 350, refundedAmount: 0, paymentStatus: 'paid' });
  await system.assertInvariants();
});

test('in a round that is paid, each changes her own lines, and those of others with their agreement', async () => {
  const [coffee, cake] = [await sell(350), await sell(420)];
  const group = await Group.open(system, ['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  await group.add(ada, coffee);
  await group.add(ben, coffee, { quantity: 2 });
  const sharedBetween = group.people.map(({ participantId }) => ({ participantId }));
  await group.add(ada, cake, { sharedBetween });
  const order = new PlacedOrder(system, ada.who, (await group.sent()).id);
  const sent = await order.read();
  const shareOf = ({ participantId }: Seated, { shares }: Order) =>
    shares.find((share) => share.participantId === participantId)!;
  for (const seat of group.people) await order.payShare(seat.who, shareOf(seat, sent).id, 'pm_card_visa');
  const before = await order.untilStatus('confirmed');
  const [adas, bens, both] = before.lines as [OrderLine, OrderLine, OrderLine];
  const codeOfChange = async (lineId: string) =>
    (await order.change({ set: [{ lineId, quantity: 0 }], expectedDifference: 0 }, { by: ben.who })).body
      .error;
  expect(await codeOfChange(adas.id)).toMatchObject({ code: 'forbidden' });
  const move = { place: { kind: 'table', label: '99' }, expectedDifference: 0 };
  expect(await order.change(move, { by: ben.who })).toMatchObject({ status: 403 });
  expect(await order.change(move, { by: ada.who })).toMatchObject({
    status: 201,
    body: { order: { place: { label: '99' } } },
  });
  const body = { set: [{ lineId: bens.id, quantity: 1 }], add: [{ variantId: cake, quantity: 1 }] };
  const changed = await order.change({ ...body, expectedDifference: 70, ...visa }, { by: ben.who });
  expect(changed, JSON.stringify(changed.body)).toMatchObject({
    status: 201,
    body: { order: { totalAmount: 1540, paymentStatus: 'paid' } },
  });
  const now = await order.read();
  expect(shareOf(ada, now)).toEqual(shareOf(ada, before));
  const hers = now.shares.filter(({ participantId }) => participantId === ben.participantId);
  expect(hers.reduce((sum, { amount }) => sum + amount, 0)).toBe(shareOf(ben, before).amount + 70);
  expect((await group.read()).rounds).toMatchObject([{ totalAmount: 1540 }]);

  // More of what both share: she pays her part, and nothing moves until Ada has paid hers.
  const more = { set: [{ lineId: both.id, quantity: 2 }] };
  const seen = await ben.who.post(`/api/orders/${order.id}/changes/preview`, {
    ...{ ifVersion: (await order.read()).version, ...more },
  });
  expect(seen.body.byPayer).toEqual(
    expect.arrayContaining([
      { participantId: ada.participantId, amount: 210 },
      { participantId: ben.participantId, amount: 210 },
    ]),
  );
  const say = (seat: Seated, id: string, what: 'agree' | 'withdraw', sent: object = {}) =>
    seat.who.post(`/api/orders/${order.id}/changes/${id}/${what}`, sent, { key: randomUUID() });
  const ask = async () => {
    const asked = await order.change({ ...more, expectedDifference: 420, ...visa }, { by: ben.who });
    expect(asked, JSON.stringify(asked.body)).toMatchObject({
      ...{ status: 201, body: { change: { status: 'held' } } },
    });
    return asked.body.change.id as string;
  };
  const first = await ask();
  expect((await order.read()).change).toMatchObject({
    came: [{ lineId: both.id, quantity: 1 }],
    payers: expect.arrayContaining([
      expect.objectContaining({ participantId: ada.participantId, state: 'to_agree', differenceAmount: 210 }),
      expect.objectContaining({ participantId: ben.participantId, state: 'done' }),
    ]),
  });
  // The tab, where she is, says so.
  const askedInTab = async () => (await group.read()).rounds[0]!.asked;
  expect(await askedInTab()).toEqual([ada.participantId]);
  const wrong = await say(ada, first, 'agree', { expectedDifference: 200, ...visa });
  expect(wrong.body.error).toMatchObject({ code: 'version_conflict', details: { differenceAmount: 210 } });
  const declined = await say(ada, first, 'agree', {
    expectedDifference: 210,
    payment: { paymentMethodId: 'pm_card_chargeDeclined' },
  });
  expect(declined.body.error.code).toBe('card_declined');
  await order.until('it is given up', ({ change }) => change === null);
  expect(await moneyOf(order)).toEqual({ captured: 1540, refunded: 0 });
  const second = await ask();
  expect((await say(ada, second, 'withdraw')).body).toMatchObject({
    ...{ change: { status: 'given_up', reason: 'not_agreed' }, order: { change: null, totalAmount: 1540 } },
  });
  const third = await ask();
  const agreed = await say(ada, third, 'agree', { expectedDifference: 210, ...visa });
  expect(agreed, JSON.stringify(agreed.body)).toMatchObject({
    status: 201,
    body: { change: { status: 'applied' }, order: { totalAmount: 1960, change: null } },
  });
  expect(await moneyOf(order)).toEqual({ captured: 1960, refunded: 0 });
  expect(await askedInTab()).toEqual([]);
  const told = (await ben.who.get(group.path('/events?after=0'))).body.items as { type: string }[];
  expect(told.map(({ type }) => type).filter((type) => /^(change_|round_changed)/.test(type))).toEqual([
    ...['round_changed', 'round_changed', 'change_asked', 'change_over'],
    ...['change_asked', 'change_over', 'change_asked', 'round_changed'],
  ]);
  // Each gets her own part back.
  const less = { set: [{ lineId: both.id, quantity: 0 }], expectedDifference: -840 };
  const off = await order.change(less, { by: ada.who });
  expect(off.body.change).toMatchObject({ status: 'held', payment: null });
  const yes = await say(ben, off.body.change.id, 'agree', { expectedDifference: -420 });
  expect(yes.body).toMatchObject({ change: { status: 'applied' }, order: { totalAmount: 1120 } });
  await until('both have it back', async () => (await moneyOf(order)).refunded === 840);
  await system.assertInvariants();
});

test('another size of what people share stays theirs, whoever changes it', async () => {
  const { variants } = await setup.addProduct(system.databases, {
    variants: [
      { name: 'Small', unitAmount: 400, available: 10 },
      { name: 'Large', unitAmount: 600, available: 10 },
    ],
  });
  const [small, large] = variants.map(({ id }) => id) as [string, string];
  const group = await Group.open(system, ['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  const sharedBetween = group.people.map(({ participantId }) => ({ participantId }));
  await group.add(ada, small, { sharedBetween, quantity: 2 });
  const order = new PlacedOrder(system, ada.who, (await group.sent()).id);
  for (const { id, participantId } of (await order.read()).shares)
    await order.payShare(participantId === ada.participantId ? ada.who : ben.who, id, 'pm_card_visa');
  const { lines } = await order.untilStatus('confirmed');
  const wish = { set: [{ lineId: lines[0]!.id, variantId: large }], expectedDifference: 400 };
  const asked = await order.change({ ...wish, ...visa }, { by: ben.who });
  expect(asked.body.change, JSON.stringify(asked.body)).toMatchObject({ status: 'held' });
  const path = `/api/orders/${order.id}/changes/${asked.body.change.id as string}/agree`;
  const yes = await ada.who.command(path, { expectedDifference: 200, ...visa });
  expect(yes.body, JSON.stringify(yes.body)).toMatchObject({ change: { status: 'applied' } });
  const both = group.people.map(({ participantId }) => participantId);
  expect((await order.read()).lines).toMatchObject([
    { variantId: large, quantity: 2, amount: 1200, sharedBetween: expect.arrayContaining(both) },
  ]);
  const [line] = (await order.read()).lines;
  const back = await order.change(
    { set: [{ lineId: line!.id, variantId: small, quantity: 1 }], expectedDifference: -800, reason: 'wrong' },
    { by: system.agent },
  );
  expect(back.body.order.lines, JSON.stringify(back.body)).toMatchObject([
    { variantId: small, quantity: 1, amount: 400, sharedBetween: expect.arrayContaining(both) },
  ]);
  await until('both have it back', async () => (await moneyOf(order)).refunded === 800);
  const stranger = { add: [{ variantId: small, quantity: 1, participantId: randomUUID() }], reason: 'hers' };
  const nobody = await order.change({ ...stranger, expectedDifference: 400 }, { by: system.agent });
  expect(nobody.body.error).toMatchObject({
    message: expect.stringContaining('not in this order'),
    details: [{ path: ['add', 0, 'participantId'], code: 'not_in_order' }],
  });
});

test('staff change any line until the order is completed, with a reason, and never charge a guest without her', async () => {
  const [coffee, cake] = [await sell(350), await sell(420)];
  const order = await paid({ variantId: coffee, quantity: 2 });
  const [line] = (await order.read()).lines;
  const by = system.agent;
  const add = [{ variantId: cake, quantity: 1 }];
  const reason = 'she asked at the counter';
  const silent = await order.change({ add, expectedDifference: 420 }, { by });
  expect(silent.body.error.details).toMatchObject([{ path: ['reason'], code: 'required' }]);
  const unsettled = await order.change({ add, expectedDifference: 420, reason }, { by });
  expect(unsettled.body.error.details).toMatchObject([{ path: ['settle'], code: 'required' }]);
  await order.advance('preparing');
  const cash = await order.change({ add, expectedDifference: 420, reason, settle: 'cash' }, { by });
  expect(cash, JSON.stringify(cash.body)).toMatchObject({
    status: 201,
    body: { change: { status: 'applied' }, order: { totalAmount: 1120, paymentStatus: 'paid' } },
  });
  expect(cash.body.order.changes).toMatchObject([
    { by: 'staff', participantId: null, reasonText: reason, came: [{ quantity: 1 }] },
  ]);
  const held = await order.change({ add, expectedDifference: 420, reason, settle: 'guest' }, { by });
  expect(held.body).toMatchObject({
    change: { status: 'held', payment: null },
    order: { totalAmount: 1120 },
  });
  const { change } = await order.read();
  expect(change).toMatchObject({ by: 'staff', reasonText: reason, payers: [{ state: 'to_pay' }] });
  const pay = (card: string, key: string = randomUUID()) =>
    order.guest.post(
      `/api/orders/${order.id}/changes/${change!.id}/agree`,
      { expectedDifference: 420, payment: { paymentMethodId: card } },
      { key },
    );
  expect((await pay('pm_card_chargeDeclined')).body.error.code).toBe('card_declined');
  await order.advance('ready');
  expect((await order.read()).change).toMatchObject({ payers: [{ state: 'to_pay' }] });
  const key = randomUUID();
  const done = await pay('pm_card_visa', key);
  expect(done, JSON.stringify(done.body)).toMatchObject({
    status: 201,
    body: { change: { status: 'applied' }, order: { status: 'ready', totalAmount: 1540 } },
  });
  expect(await pay('pm_card_visa', key)).toMatchObject({
    ...{ status: 201, body: { change: { status: 'applied' } } },
  });
  const off = await order.change(
    { set: [{ lineId: line!.id, quantity: 1 }], expectedDifference: -350, reason },
    { by },
  );
  expect(off.body).toMatchObject({ change: { status: 'applied' }, order: { totalAmount: 1190 } });
  await until('it is given back', async () => (await moneyOf(order)).refunded === 350);
  expect(await moneyOf(order)).toEqual({ captured: 1120, refunded: 350 });
  await until('it is booked', async () => (await order.types()).includes('refunded'));
  // What nobody pays ends with the order.
  const open = await order.change({ add, expectedDifference: 420, reason, settle: 'guest' }, { by });
  expect(open.body.change.status).toBe('held');
  await order.advance('completed');
  await order.untilClosed();
  expect(await order.read()).toMatchObject({ status: 'completed', totalAmount: 1190, change: null });
  expect(await availableOf(cake)).toBe(98);
  const late = await order.change({ add, expectedDifference: 420, reason, settle: 'cash' }, { by });
  expect(late.body.error).toMatchObject({ code: 'illegal_transition' });
  await system.assertInvariants();
});

test('a manager waives what a change costs more, under a name; what is taken off gives back what was paid for it', async () => {
  const [coffee, cake] = [await sell(350), await sell(420)];
  const order = await paid({ variantId: coffee, quantity: 2 });
  const [line] = (await order.read()).lines;
  const manager = new Visitor(system.url);
  await signUp(manager, system.databases, 'manager');
  const [reason, discountName] = ['the kitchen was late', 'With our apologies'];
  const cash = { add: [{ variantId: cake, quantity: 1 }], expectedDifference: 420, reason, settle: 'cash' };
  const [, cakes] = (await order.change(cash, { by: system.agent })).body.order.lines as OrderLine[];
  const more = {
    set: [{ lineId: line!.id, quantity: 3 }],
    add: [{ variantId: cake, quantity: 2 }],
    ...{ reason, settle: 'waive' },
  };
  const { version } = await order.read();
  const seen = await manager.post(`/api/orders/${order.id}/changes/preview`, { ifVersion: version, ...more });
  expect(seen.body, JSON.stringify(seen.body)).toMatchObject({
    ...{ differenceAmount: 1190, discountAmount: 1190, byPayer: [{ amount: 0 }] },
    bill: { totalAmount: 1120 },
  });
  const waive = { ...more, expectedDifference: 1190, discountName };
  expect((await order.change(waive, { by: system.agent })).status).toBe(403);
  const unnamed = await order.change({ ...waive, discountName: undefined }, { by: manager });
  expect(unnamed.body.error.details).toMatchObject([{ path: ['discountName'], code: 'required' }]);
  const other = await order.change({ ...waive, expectedDifference: 0 }, { by: manager });
  expect(other.body.error).toMatchObject({ code: 'version_conflict', details: { differenceAmount: 1190 } });
  const waived = await order.change(waive, { by: manager });
  expect(waived, JSON.stringify(waived.body)).toMatchObject({
    status: 201,
    body: {
      change: { status: 'applied', payment: null },
      order: { totalAmount: 1120, paymentStatus: 'paid' },
    },
  });
  const now = waived.body.order as Order;
  expect(now.lines.map(({ quantity, amount, discountAmount }) => [quantity, amount, discountAmount])).toEqual(
    [
      ...[
        [2, 700, 0],
        [1, 420, 0],
      ],
      ...[
        [1, 0, 350],
        [2, 0, 840],
      ],
    ],
  );
  expect(now.discounts).toMatchObject([
    { name: discountName, amount: 1190, lines: [{ amount: 350 }, { amount: 840 }] },
  ]);
  expect(now.taxes.map(({ grossAmount }) => grossAmount)).toEqual([1120]);
  expect(await availableOf(cake)).toBe(97);
  // What was given away gives nothing back; half of what was paid for two is what one was paid with.
  const [, , , gift] = now.lines;
  const swap = {
    set: [gift!, cakes!].map(({ id }) => ({ lineId: id, quantity: 0 })),
    add: [{ variantId: cake, quantity: 2, note: 'warm' }],
    ...{ reason, settle: 'waive', expectedDifference: 420, discountName: 'Cold cake' },
  };
  const swapped = await order.change(swap, { by: manager });
  expect(swapped.body.order, JSON.stringify(swapped.body)).toMatchObject({
    totalAmount: 1120,
    lines: [{ amount: 700 }, { amount: 0 }, { quantity: 2, amount: 420, discountAmount: 420 }],
    discounts: [
      { name: discountName, amount: 350 },
      { name: 'Cold cake', amount: 420 },
    ],
  });
  await system.assertInvariants();
  const [, , warm] = swapped.body.order.lines as OrderLine[];
  expect((await refund(order, { lines: [{ lineId: warm!.id, quantity: 1 }] })).body.refund.amount).toBe(210);
  const off = await order.change(
    { set: [{ lineId: line!.id, quantity: 1 }], expectedDifference: -350, reason },
    { by: system.agent },
  );
  expect(off.body.order, JSON.stringify(off.body)).toMatchObject({ totalAmount: 770, refundedAmount: 210 });
  await system.assertInvariants();
  // Her receipt has each payment and what went back of it once; they come to the total.
  const { items: backs } = (await manager.get(`/api/orders/${order.id}/refunds`)).body;
  const receipt = describeReceipt(await order.read(), backs);
  expect(receipt).toMatchObject({
    paid: [
      { way: { method: 'card', card: { last4: '4242' } }, amount: 700 },
      { way: { method: 'cash' }, amount: 420 },
    ],
    returned: [{ amount: 350 }],
    ...{ paidAmount: 770, payers: [], refunds: [{ amount: 210 }], left: { amount: 560 } },
    taxes: [{ grossAmount: 770 }],
  });
  await order.cancel(manager);
  await order.untilClosed();
  const { captured, refunded } = await moneyOf(order);
  expect([captured, refunded]).toEqual([700, 700]);
  const { items } = (await manager.get(`/api/orders/${order.id}/refunds`)).body;
  const cashBack = items.filter(({ method }: { method: string }) => method === 'cash');
  expect(cashBack.reduce((sum: number, { amount }: { amount: number }) => sum + amount, 0)).toBe(420);
  await system.assertInvariants();
});
