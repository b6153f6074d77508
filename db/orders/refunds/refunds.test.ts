import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordAuthorizedOrder, recordConfirmedOrder } from '../../../test/harness/records.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import { recordRefundOutcome } from './refund-outcome.ts';
import { readOrder } from '../orders/read-order.ts';
import { reserveRefund, type RefundDraft } from './refunds.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls);
});
afterAll(() => databases.close());

const times = <T>(count: number, make: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => make(index));

const reserve = (orderId: string, draft: Partial<RefundDraft> = {}) =>
  reserveRefund(databases.orders, {
    id: randomUUID(),
    orderId,
    reason: 'was cold',
    restock: false,
    requestHash: 'hash',
    actorId: 'agent',
    ...draft,
  });

const paymentOf = async (paymentId: string) => {
  const [row] = await databases.orders.em
    .fork()
    .execute<{ captured: number; refunded: number }[]>(
      `select captured_amount as captured, refunded_amount as refunded from payments where id = ?`,
      [paymentId],
    );
  return row!;
};

test('twenty refunds at once never give back more than was captured', async () => {
  const { id, paymentId } = await recordConfirmedOrder(databases.orders, { quantity: 2, unitAmount: 500 });
  const answers = await Promise.all(times(20, () => reserve(id, { amount: 150 })));
  const reserved = answers.flatMap((answer) => ('refund' in answer ? [answer.refund.amount] : []));
  expect(reserved).toEqual(times(6, () => 150));
  for (const answer of answers) {
    if ('refused' in answer) expect(answer).toEqual({ refused: 'more_than_captured', refundable: 100 });
  }
  expect(await paymentOf(paymentId)).toEqual({ captured: 1000, refunded: 900 });
});

test('the same refund twenty times at once is reserved once', async () => {
  const { id, paymentId } = await recordConfirmedOrder(databases.orders);
  const refundId = randomUUID();
  const answers = await Promise.all(times(20, () => reserve(id, { id: refundId, amount: 300 })));
  expect(answers.map((answer) => 'refund' in answer && answer.refund.id)).toEqual(times(20, () => refundId));
  expect(await paymentOf(paymentId)).toEqual({ captured: 1000, refunded: 300 });
});

test('a refund of lines is what these lines cost, and one of nothing named is all that is left', async () => {
  const { id } = await recordConfirmedOrder(databases.orders, {
    quantity: 3,
    unitAmount: 390,
    tipAmount: 100,
  });
  const [line] = (await readOrder(databases.orders, id))!.order.lines;
  expect(await reserve(id, { lines: [{ lineId: line!.id, quantity: 2 }] })).toMatchObject({
    refund: { amount: 780 },
  });
  expect(await reserve(id)).toMatchObject({ refund: { amount: 490 } });
});

test.each<[string, (lineId: string) => Partial<RefundDraft>, string]>([
  ['more than is left', () => ({ amount: 1001 }), 'more_than_captured'],
  ['nothing', () => ({ amount: 0 }), 'costs_nothing'],
  ['more of a line than was bought', (lineId) => ({ lines: [{ lineId, quantity: 3 }] }), 'unknown_line'],
  ['a line of nobody', () => ({ lines: [{ lineId: randomUUID(), quantity: 1 }] }), 'unknown_line'],
  ['another order’s share', () => ({ shareId: randomUUID() }), 'nothing_captured'],
])('a refund of %s is refused and reserves nothing', async (_what, draft, refused) => {
  const { id, paymentId } = await recordConfirmedOrder(databases.orders);
  const before = await readOrder(databases.orders, id);
  expect(await reserve(id, draft(before!.order.lines[0]!.id))).toMatchObject({ refused });
  expect(await readOrder(databases.orders, id)).toEqual(before);
  expect((await paymentOf(paymentId)).refunded).toBe(0);
});

test('what was only authorized cannot be refunded', async () => {
  const { id } = await recordAuthorizedOrder(databases.orders);
  expect(await reserve(id)).toEqual({ refused: 'nothing_captured', refundable: 0 });
});

describe('of an order that two have paid', () => {
  /** Ada and Ben share three teas of 5.00; Ben gave 1.00 besides. */
  async function sharedOrder() {
    const { id, shareId, paymentId } = await recordConfirmedOrder(databases.orders, { quantity: 3 });
    const [ben, share, payment] = times(3, () => randomUUID());
    await databases.orders.em.fork().transactional(async (em) => {
      const run = (sql: string, ...values: unknown[]) => em.execute(sql, values, 'run');
      await run(`insert into participants (id, order_id, name) values (?, ?, 'Ben')`, ben, id);
      await run(`update lines set shared_between = shared_between || ?::uuid where order_id = ?`, ben, id);
      await run(`update shares set amount = 750 where id = ?`, shareId);
      await run(`update allocations set amount = 750 where share_id = ?`, shareId);
      await run(`update payments set amount = 750, captured_amount = 750 where id = ?`, paymentId);
      await run(
        `insert into shares (id, order_id, bill_version, participant_id, amount, tip_amount, status)
         values (?, ?, 1, ?, 750, 100, 'captured')`,
        ...[share, id, ben],
      );
      await run(
        `insert into allocations (share_id, line_id, amount) select ?, id, 750 from lines where order_id = ?`,
        ...[share, id],
      );
      await run(
        `insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, status,
           captured_amount) values (?, ?, ?, 1, 850, 100, 'eur', 'captured', 850)`,
        ...[payment, id, share],
      );
    });
    const lineId = (await readOrder(databases.orders, id))!.order.lines[0]!.id;
    return { id, ada: shareId, ben: share!, lineId };
  }

  test('whose share goes back must be said, and of what, if something goes back on sale', async () => {
    const { id, ben } = await sharedOrder();
    expect(await reserve(id, { amount: 100 })).toMatchObject({ refused: 'choose_share' });
    expect(await reserve(id, { shareId: ben, restock: true })).toMatchObject({ refused: 'choose_lines' });
  });

  test('each gets back her part of a line, at most all that she paid, and nothing of the other’s', async () => {
    const { id, ada, ben, lineId } = await sharedOrder();
    const oneTea = { lines: [{ lineId, quantity: 1 }] };
    expect(await reserve(id, { shareId: ada, ...oneTea })).toMatchObject({ refund: { amount: 250 } });
    expect(await reserve(id, { shareId: ben, ...oneTea })).toMatchObject({ refund: { amount: 250 } });
    expect(await reserve(id, { shareId: ada, lines: [{ lineId, quantity: 3 }] })).toMatchObject({
      refused: 'line_refunded',
    });
    expect(await reserve(id, { shareId: ada, amount: 501 })).toMatchObject({ refundable: 500 });
    expect(await reserve(id, { shareId: ada })).toMatchObject({ refund: { amount: 500 } });
    expect(await reserve(id, { shareId: ben })).toMatchObject({ refund: { amount: 600 } });
  });
});

describe('when Stripe has answered', () => {
  async function reserved(amount?: number) {
    const order = await recordConfirmedOrder(databases.orders, { tipAmount: 100 });
    const answer = await reserve(order.id, amount === undefined ? {} : { amount });
    if (!('refund' in answer)) throw new Error('must be reserved');
    return { ...order, refundId: answer.refund.id };
  }
  const shareOf = async (id: string) => (await readOrder(databases.orders, id))!.order.shares[0]!;

  test('a refund that was made is booked once, tip last, however often it is told', async () => {
    const { id, refundId } = await reserved(1050);
    await Promise.all(
      times(5, () =>
        recordRefundOutcome(databases.orders, refundId, {
          status: 'succeeded',
          stripeRefundId: `re_${refundId}`,
        }),
      ),
    );
    expect(await shareOf(id)).toMatchObject({ status: 'partly_refunded', refundedAmount: 1050 });
    const entries = await databases.orders.em.fork().execute<{ account: string; amount: number }[]>(
      `select account, amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
       where t.order_id = ? and kind = 'refund' order by account`,
      [id],
    );
    expect(entries).toEqual([
      { account: 'sales', amount: 1000 },
      { account: 'stripe', amount: -1050 },
      { account: 'tips', amount: 50 },
    ]);
  });

  test('all of it given back makes the share refunded', async () => {
    const { id, refundId } = await reserved();
    await recordRefundOutcome(databases.orders, refundId, {
      status: 'succeeded',
      stripeRefundId: `re_${refundId}`,
    });
    expect(await shareOf(id)).toMatchObject({ status: 'refunded', refundedAmount: 1100 });
  });

  test('a refund that was refused frees what it had reserved, and asks for a person', async () => {
    const { id, refundId, paymentId } = await reserved();
    await recordRefundOutcome(databases.orders, refundId, { status: 'failed', code: 'charge_disputed' });
    expect(await paymentOf(paymentId)).toEqual({ captured: 1100, refunded: 0 });
    expect((await readOrder(databases.orders, id))!.order.needsAttention).toBe('refund_failed');
    expect(await reserve(id)).toMatchObject({ refund: { amount: 1100 } });
  });
});
