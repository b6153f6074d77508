/** A ledger that disagrees with payments, orders and Stripe is found, and corrected by additional bookings. */

import { statement } from '../setup/statement.ts';
import { sql } from 'kysely';
import { run, query } from '../../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REQUEST_KINDS } from 'stripe-stand-in';
import { deriveId } from '../../db/ids.ts';
import { placeOrder, type PlacedOrder } from '../harness/buyer.ts';
import type { System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { startComparing, type Operator } from './find-and-mend.ts';
import { confirmed, forgetBookings, rewrite, serve } from './plants.ts';

let system: System;
let operator: Operator;
let variantId: string;
beforeAll(async () => {
  ({ system, operator, variantId } = await startComparing());
});
// The invariants require every account to be right after a correction.
afterAll(() => system?.stop());

const read = (text: string, ...values: unknown[]) =>
  query<Record<string, string & number>>(system.databases.orders.em.fork(), statement(text, ...values));

const forget = (order: PlacedOrder, kind: string) => forgetBookings(system, order, kind);

/** The balance of each account for an order, without zero balances. */
async function balance(order: PlacedOrder): Promise<Record<string, number>> {
  const rows = await read(
    `select e.account, sum(e.amount)::int as amount
     from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
     where t.order_id = ? group by e.account having sum(e.amount) <> 0`,
    order.id,
  );
  return Object.fromEntries(rows.map(({ account, amount }) => [account, amount]));
}

/** A paid order whose fee is booked, so that no further booking is due. */
async function booked(pay = 'pm_card_visa', tipAmount?: number): Promise<PlacedOrder> {
  const order = await placeOrder(system, { variantId, pay, ...(tipAmount && { tipAmount }) });
  await order.untilStatus('confirmed');
  await until('its fee is booked', async () => {
    const [payment] = await read(`select fee_booked from payments where order_id = ?`, order.id);
    return payment!['fee_booked'];
  });
  return order;
}

async function correct(order: PlacedOrder, details: object): Promise<void> {
  const found = await operator.findAndMend('ledger_differs', ({ orderId }) => orderId === order.id);
  expect(found).toMatchObject({ action: 'correct', details });
  const corrections = await read(
    `select t.id from ledger_transactions t join mends m on m.id = t.reference_id
     where t.order_id = ? and t.kind = 'correction'`,
    order.id,
  );
  expect(corrections).toHaveLength(1);
}

test('a capture that was never booked, of an order that was served: nobody is given money back for it', async () => {
  const order = await booked('pm_card_visa', 50);
  await serve(order);
  const before = await balance(order);
  await forget(order, 'capture');
  await correct(order, { ledgerPart: 'money', ourAmount: 550, ledgerAmount: 0 });
  expect(await balance(order)).toEqual(before);
  expect(await order.atStripe()).toMatchObject({ captured: 550, refunded: 0 });
});

test('a capture that was never booked, of an order that was canceled and given back', async () => {
  const order = await booked();
  await order.cancel();
  await order.untilClosed();
  const before = await balance(order);
  await forget(order, 'capture');
  await correct(order, { ledgerPart: 'money', ourAmount: 0, ledgerAmount: -500 });
  expect(await balance(order)).toEqual(before);
  expect(await order.atStripe()).toMatchObject({ captured: 500, refunded: 500 });
});

test('a refund that was never booked', async () => {
  const order = await booked();
  const reply = await system.agent.post(`/api/orders/${order.id}/refunds`, { amount: 200, reason: 'Cold' });
  expect(reply.status).toBe(201);
  await order.until('given back', ({ refundedAmount }) => refundedAmount === 200);
  const before = await balance(order);
  await forget(order, 'refund');
  await correct(order, { ledgerPart: 'money', ourAmount: 300, ledgerAmount: 500 });
  expect(await balance(order)).toEqual(before);
});

test('cash that was never booked, or whose way back was not', async () => {
  const inCash = async () => {
    const order = await placeOrder(system, { variantId });
    expect((await order.payInCash(50)).status).toBe(200);
    await order.untilStatus('confirmed');
    return order;
  };
  const [taken, returned] = await Promise.all([inCash(), inCash()]);
  const refund = { amount: 200, reason: 'Cold' };
  expect((await system.agent.post(`/api/orders/${returned.id}/refunds`, refund)).status).toBe(201);
  const before = [await balance(taken), await balance(returned)];
  expect(before[0]).toEqual({ cash: 550, sales: -500, tips: -50 });
  expect(before[1]).toMatchObject({ cash: 350 });
  await forget(taken, 'cash');
  await forget(returned, 'cash_refund');
  await correct(taken, { ledgerPart: 'money', ourAmount: 550, ledgerAmount: 0 });
  await correct(returned, { ledgerPart: 'money', ourAmount: 350, ledgerAmount: 550 });
  expect([await balance(taken), await balance(returned)]).toEqual(before);
});

test('a memo of an authorization that was never taken back', async () => {
  const order = await placeOrder(system, { variantId });
  await order.pay('pm_card_authenticationRequired');
  const [intent] = (await order.atStripe()).intents;
  system.stripe.faults.add({
    kind: 'answer',
    method: 'POST',
    path: `/v1/payment_intents/${intent!.id}/capture`,
    status: 402,
    error: { type: 'card_error', code: 'card_declined', message: 'Your card was declined.' },
  });
  await fetch(`${system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, { method: 'POST' });
  expect(await order.untilClosed()).toMatchObject({ status: 'canceled', reason: 'capture_failed' });
  await forget(order, 'void');
  await correct(order, { ledgerPart: 'memo', ourAmount: 0, ledgerAmount: 500 });
  expect(await balance(order)).toEqual({});
});

test('a fee that was booked wrongly', async () => {
  const order = await booked();
  const before = await balance(order);
  await rewrite(
    system,
    `update ledger_entries set amount = amount + case account when 'fees' then 7 else -7 end
     where transaction_id in (select id from ledger_transactions where order_id = ? and kind = 'fee')`,
    order.id,
  );
  await correct(order, {
    ledgerPart: 'fee',
    ledgerAmount: before['fees']! + 7,
    stripeAmount: before['fees'],
  });
  expect(await balance(order)).toEqual(before);
});

test('a dispute that was never booked', async () => {
  const order = await booked('pm_card_createDispute');
  await order.until('disputed', ({ needsAttention }) => needsAttention === 'disputed');
  const before = await balance(order);
  await forget(order, 'dispute');
  await correct(order, { ledgerPart: 'dispute', ledgerAmount: 0 });
  expect(await balance(order)).toEqual(before);
});

test('disputes that were never booked, whatever strikes the reading of each', async () => {
  const kinds = REQUEST_KINDS.filter((kind) => kind !== 'answer' && kind !== 'processing');
  const forgotten = await Promise.all(
    kinds.map(async (kind) => {
      const order = await booked('pm_card_createDispute');
      await order.until('disputed', ({ needsAttention }) => needsAttention === 'disputed');
      const before = await balance(order);
      await forget(order, 'dispute');
      return { kind, order, before };
    }),
  );
  const found = await until('all are found', async () => {
    const all = await operator.compare();
    const mine = forgotten.flatMap(({ order }) => all.find(({ orderId }) => orderId === order.id) ?? []);
    return mine.length === kinds.length && mine;
  });
  const faults = await Promise.all(
    kinds.map(async (kind, index) => {
      const { data } = await system.stripeApi.disputes.list({ payment_intent: found[index]!.intentId! });
      const length = kind === 'down' ? { ms: 2_000 } : { ms: 300, count: 1 };
      const where = { method: 'GET', path: '/v1/disputes/*', about: data[0]!.id };
      return system.stripe.faults.add({ kind, ...length, ...where });
    }),
  );
  await Promise.all(found.map((difference) => operator.mend(difference)));
  for (const [index, { kind, order, before }] of forgotten.entries()) {
    expect(faults[index]!.hits, kind).toBeGreaterThan(0);
    expect(await balance(order), kind).toEqual(before);
  }
});

test.each(['capture', 'refund', 'dispute'])('a %s that is booked and never was', async (kind) => {
  const order = await confirmed(system, variantId);
  const before = await balance(order);
  const id = randomUUID();
  await system.databases.orders.em.fork().transactional(async (em) => {
    await run(
      em,
      sql`insert into ledger_transactions (id, order_id, kind, reference_id, currency) values (${id}, ${order.id}, ${kind}, ${deriveId('nothing', kind)}, 'eur')`,
    );
    await run(
      em,
      sql`insert into ledger_entries (transaction_id, account, amount) values (${id}, 'stripe', 90), (${id}, 'sales', -90)`,
    );
  });
  await correct(order, { ledgerPart: 'booking', ourAmount: 0, ledgerAmount: 90 });
  // Its fee may have been booked in the meantime.
  const { sales, tips } = await balance(order);
  expect({ sales, tips }).toEqual({ sales: before['sales'], tips: before['tips'] });
});
