import { sql } from 'kysely';
import { query } from '../../sql.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordAuthorizedOrder, recordHeldOrder } from '../../../test/harness/records.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import { recordConfirmed } from '../orders/finish-order.ts';
import { listPayments } from './payments.ts';
import { recordCaptureStarted } from './start-capture.ts';
import { startStripeCall, settleStripeCall } from './stripe-calls.ts';
import { readEvents, readOrder } from '../orders/read-order.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls);
});
afterAll(() => databases.close());

test('capturing starts once, with all of the bill authorized', async () => {
  const { id } = await recordAuthorizedOrder(databases.orders, { tipAmount: 70 });
  await Promise.all(Array.from({ length: 4 }, () => recordCaptureStarted(databases.orders, id)));
  const events = await readEvents(databases.orders, id, 0);
  expect(events.filter(({ type }) => type === 'capture_started')).toMatchObject([{ status: 'capturing' }]);
});

test('nothing is captured, and nothing confirmed, of an order whose bill is not authorized', async () => {
  const { id } = await recordHeldOrder(databases.orders);
  await expect(recordCaptureStarted(databases.orders, id)).rejects.toThrow(
    /not all of order .* is authorized/,
  );
  await expect(recordConfirmed(databases.orders, id, [], [])).rejects.toThrow(/not being captured/);
  expect((await readOrder(databases.orders, id))!.order.status).toBe('awaiting_payment');
});

test('a call whose answer was never heard keeps its key; after an answer of 5xx there is a new one', async () => {
  const { id } = await recordAuthorizedOrder(databases.orders);
  const [payment] = await listPayments(databases.orders, id, ['authorized']);
  const start = () => startStripeCall(databases.orders, payment!, 'capture', payment!.id);
  const first = await start();
  expect(first.failedBefore).toBe(false);
  expect(await start()).toEqual(first);
  await settleStripeCall(databases.orders, first.key, 'unknown');
  const second = await start();
  expect(second).toEqual({ key: `${first.key}/2`, failedBefore: true });
  expect(await start()).toEqual(second);
});

test('confirming, repeated, gives one number, one booking and one mail each', async () => {
  const order = await recordAuthorizedOrder(databases.orders, { tipAmount: 20 });
  const captured = [{ paymentId: order.paymentId, amount: order.paidAmount }];
  await recordCaptureStarted(databases.orders, order.id);
  const confirm = () =>
    recordConfirmed(databases.orders, order.id, captured, [{ email: 'agent@example.test', language: 'fr' }]);
  await Promise.all([confirm(), confirm(), confirm()]);
  const em = databases.orders.em.fork();
  const mails = await query(
    em,
    sql`select type, recipient from mails where order_id = ${order.id} order by type`,
  );
  expect(mails).toEqual([
    { type: 'agent_new_order', recipient: 'agent@example.test' },
    { type: 'receipt', recipient: 'ada@example.test' },
  ]);
  const bookings = await query(
    em,
    sql`select kind from ledger_transactions where order_id = ${order.id} order by kind`,
  );
  expect(bookings).toEqual([{ kind: 'authorization' }, { kind: 'capture' }]);
});
