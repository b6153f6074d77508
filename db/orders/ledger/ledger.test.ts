import { sql } from 'kysely';
import { query } from '../../sql.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordAuthorizedOrder, recordConfirmedOrder } from '../../../test/harness/records.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import { readPayment, recordVoided } from '../payments/payments.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls);
});
afterAll(() => databases.close());

/** Returns the bookings of an order, oldest first. */
const booked = (orderId: string) =>
  query(
    databases.orders.em.fork(),
    sql`select t.kind, e.account, e.amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
       where t.order_id = ${orderId} order by t.at, t.kind, e.account`,
  );

test('what is authorized is a memo until it is captured', async () => {
  const { id } = await recordAuthorizedOrder(databases.orders, { tipAmount: 70 });
  expect(await booked(id)).toEqual([
    { kind: 'authorization', account: 'authorized', amount: 1070 },
    { kind: 'authorization', account: 'authorized_offset', amount: -1070 },
  ]);
  const confirmed = await recordConfirmedOrder(databases.orders, { tipAmount: 70 });
  expect((await booked(confirmed.id)).slice(2)).toEqual([
    { kind: 'capture', account: 'authorized', amount: -1070 },
    { kind: 'capture', account: 'authorized_offset', amount: 1070 },
    { kind: 'capture', account: 'sales', amount: -1000 },
    { kind: 'capture', account: 'stripe', amount: 1070 },
    { kind: 'capture', account: 'tips', amount: -70 },
  ]);
});

test('voiding takes the memo back, once', async () => {
  const { id, paymentId } = await recordAuthorizedOrder(databases.orders);
  const payment = (await readPayment(databases.orders, paymentId))!;
  const outcome = { stripePaymentIntentId: payment.stripePaymentIntentId ?? null, capturedAmount: 0 };
  for (let time = 0; time < 2; time += 1) await recordVoided(databases.orders, payment, outcome);
  expect((await booked(id)).slice(2)).toEqual([
    { kind: 'void', account: 'authorized', amount: -1000 },
    { kind: 'void', account: 'authorized_offset', amount: 1000 },
  ]);
});
