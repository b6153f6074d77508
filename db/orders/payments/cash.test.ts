import { statement } from '../../../test/setup/statement.ts';
import { query } from '../../sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordAuthorizedOrder, recordHeldOrder } from '../../../test/harness/records.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import { recordCash } from './cash.ts';
import { recordConfirmed, recordEnded } from '../orders/finish-order.ts';
import { recordCaptureStarted } from './start-capture.ts';
import { listOrderIds, readOrder } from '../orders/read-order.ts';
import { HANDED_OUT, recordRefundOutcome } from '../refunds/refund-outcome.ts';
import { insertAttempt } from './attempts.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls);
});
afterAll(() => databases.close());

const ask = (text: string, ...values: unknown[]) =>
  query<Record<string, unknown>>(databases.orders.em.fork(), statement(text, ...values));
const orderOf = async (id: string) => (await readOrder(databases.orders, id))!.order;

/** Rows that the API writes before it calls the workflow. */
async function takingOf(order: { id: string; shareId: string }, tipAmount = 0) {
  const attemptId = randomUUID();
  await insertAttempt(databases.orders, {
    id: attemptId,
    orderId: order.id,
    shareId: order.shareId,
    requestHash: 'hash',
    paymentMethodId: null,
    tipAmount,
    actorId: 'grace',
  });
  return { orderId: order.id, shareId: order.shareId, attemptId };
}

/** An order of 10.00 that Ada and Ben split; nobody has paid. */
async function splitOrder() {
  const order = await recordHeldOrder(databases.orders);
  const [ben, share] = [randomUUID(), randomUUID()];
  await ask(`insert into participants (id, order_id, name) values (?, ?, 'Ben')`, ben, order.id);
  await ask(`update shares set amount = 500 where id = ?`, order.shareId);
  await ask(
    `insert into shares (id, order_id, bill_version, participant_id, amount, status) values (?, ?, 1, ?, 500, 'due')`,
    ...[share, order.id, ben],
  );
  return { ...order, ben: share };
}

test('cash is written down once, however often the step runs', async () => {
  const order = await recordHeldOrder(databases.orders);
  const taking = await takingOf(order, 30);
  const answers = await Promise.all(Array.from({ length: 10 }, () => recordCash(databases.orders, taking)));
  expect(new Set(answers.map(({ taken }) => taken))).toEqual(new Set(['recorded']));
  expect(await ask(`select method, status, amount from payments where order_id = ?`, order.id)).toEqual([
    { method: 'cash', status: 'authorized', amount: 1030 },
  ]);
  expect((await orderOf(order.id)).shares).toMatchObject([
    { status: 'authorized', method: 'cash', card: null, tipAmount: 30 },
  ]);
});

test('cash for a share that is paid already is refused, and so is that of an order that has gone on', async () => {
  const paid = await recordAuthorizedOrder(databases.orders);
  expect(await recordCash(databases.orders, await takingOf(paid))).toMatchObject({ taken: 'refused' });
  const order = await recordHeldOrder(databases.orders);
  await recordCash(databases.orders, await takingOf(order));
  await recordCaptureStarted(databases.orders, order.id);
  expect(await recordCash(databases.orders, await takingOf(order))).toMatchObject({ taken: 'refused' });
});

test('what nobody may say of cash is refused by the database too', async () => {
  const order = await recordHeldOrder(databases.orders);
  await recordCash(databases.orders, await takingOf(order));
  await expect(
    ask(`update payments set stripe_payment_intent_id = 'pi_1' where order_id = ?`, order.id),
  ).rejects.toThrow('payments_cash_check');
  await expect(
    ask(`update payment_attempts set actor_id = null where order_id = ?`, order.id),
  ).rejects.toThrow('payment_attempts_cash_check');
});

describe('of an order that two share', () => {
  test('one pays in cash and the other by card: both count, and Stripe is asked for one alone', async () => {
    const { id, ben, shareId } = await splitOrder();
    await recordCash(databases.orders, await takingOf({ id, shareId: ben }, 100));
    expect(await orderOf(id)).toMatchObject({ paymentStatus: 'partly_authorized' });
    await ask(
      `insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, status)
       values (?, ?, ?, 1, 500, 0, 'eur', 'authorized')`,
      ...[randomUUID(), id, shareId],
    );
    await ask(`update shares set status = 'authorized' where id = ?`, shareId);
    const { payments: started } = await recordCaptureStarted(databases.orders, id);
    expect(started.map(({ payment, openKeys }) => [payment.method, openKeys?.size]).toSorted()).toEqual([
      ['card', 1],
      ['cash', undefined],
    ]);
    const captured = started.map(({ payment }) => ({ paymentId: payment.id, amount: payment.amount }));
    await recordConfirmed(databases.orders, id, captured, []);
    expect(await orderOf(id)).toMatchObject({ paymentStatus: 'paid', tipsAmount: 100 });
    expect(
      await ask(
        `select kind, account, amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
         where t.order_id = ? and account in ('cash', 'stripe') order by account`,
        id,
      ),
    ).toEqual([
      { kind: 'cash', account: 'cash', amount: 600 },
      { kind: 'capture', account: 'stripe', amount: 500 },
    ]);
  });

  test('one pays in cash and the other not in time: the cash is to be handed back, by whom is asked', async () => {
    const { id, ben } = await splitOrder();
    await recordCash(databases.orders, await takingOf({ id, shareId: ben }, 100));
    const end = { status: 'expired', reason: 'payment_deadline' } as const;
    const ended = await recordEnded(databases.orders, id, end, []);
    expect(ended).toMatchObject({
      refundIds: [expect.any(String)],
      returnsCash: true,
      order: { status: 'expired', attention: ['cash_to_return'] },
    });
    expect(await recordEnded(databases.orders, id, end, [])).toEqual(ended);
    expect(await orderOf(id)).toMatchObject({ status: 'expired', needsAttention: 'cash_to_return' });
    const [mail] = await ask(`select data from mails where order_id = ? and type = 'order_expired'`, id);
    expect(mail).toEqual({ data: { refundAmount: 600, cashAmount: 600 } });

    await recordRefundOutcome(databases.orders, ended.refundIds[0]!, HANDED_OUT);
    await recordRefundOutcome(databases.orders, ended.refundIds[0]!, HANDED_OUT);
    const { shares, refundedAmount } = await orderOf(id);
    expect(refundedAmount).toBe(600);
    expect(shares.map(({ status }) => status).toSorted()).toEqual(['refunded', 'voided']);
    const [till] = await ask(
      `select sum(amount)::int as left from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
       where t.order_id = ? and account = 'cash'`,
      id,
    );
    expect(till).toEqual({ left: 0 });
  });
});

test('the counter’s list has what is to be paid, found by its code, and nothing that a card is paying', async () => {
  const later = await recordHeldOrder(databases.orders);
  const withCard = await recordHeldOrder(databases.orders);
  await ask(`update orders set pays_later = false where id = ?`, withCard.id);
  const isListed = async (id: string, q?: string) => {
    const found = await listOrderIds(databases.orders, { toPay: true, q, limit: 100 });
    return found.some((row) => row.id === id);
  };
  expect(await isListed(later.id)).toBe(true);
  expect(await isListed(later.id, later.id.slice(0, 4))).toBe(true);
  expect(await isListed(later.id, `#${later.id.slice(0, 4).toUpperCase()}`)).toBe(true);
  expect(await isListed(withCard.id)).toBe(false);

  await ask(
    `insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, status)
     values (?, ?, ?, 1, 1000, 0, 'eur', 'declined')`,
    ...[randomUUID(), withCard.id, withCard.shareId],
  );
  expect(await isListed(withCard.id)).toBe(true);
  await recordCash(databases.orders, await takingOf(later));
  expect(await isListed(later.id)).toBe(false);
});
