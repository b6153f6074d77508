import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordAuthorizedOrder, recordConfirmedOrder } from '../../test/harness/records.ts';
import { createTestDatabases } from '../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../databases.ts';
import { recordRefundOutcome } from './refund-outcome.ts';
import { readOrder } from './read-order.ts';
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
