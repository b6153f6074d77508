import { statement } from '../../../test/setup/statement.ts';
import { sql } from 'kysely';
import { query, run } from '../../sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { recordAuthorizedOrder, recordConfirmedOrder, recordOrder } from '../../../test/harness/records.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import { recordRefundOutcome } from './refund-outcome.ts';
import { readHoldRequest, recordHeld } from '../orders/place-order.ts';
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
  const [row] = await query<{ captured: number; refunded: number }>(
    databases.orders.em.fork(),
    sql`select captured_amount as captured, refunded_amount as refunded from payments where id = ${paymentId}`,
  );
  return row!;
};

test('twenty refunds at once never give back more than was captured', async () => {
  const { id, paymentId } = await recordConfirmedOrder(databases.orders, { quantity: 2, unitAmount: 500 });
  const answers = await Promise.all(times(20, () => reserve(id, { amount: 150 })));
  const reserved = answers.flatMap((answer) =>
    'refunds' in answer ? answer.refunds.map(({ amount }) => amount) : [],
  );
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
  expect(answers.map((answer) => 'refunds' in answer && answer.refunds[0]!.id)).toEqual(
    times(20, () => refundId),
  );
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
    refunds: [{ amount: 780 }],
  });
  expect(await reserve(id)).toMatchObject({ refunds: [{ amount: 490 }] });
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

describe('of an order that three have paid', () => {
  /** Twenty teas of 1.00, each on its own line, shared between Ada, Ben and Cem; Cem tips 1.00. */
  async function sharedOrder() {
    const { orders } = databases;
    const { id } = await recordOrder(orders, { quantity: 1, unitAmount: 100, lines: 20 });
    const write = (text: string, ...values: unknown[]) => run(orders.em.fork(), statement(text, ...values));
    await write(
      `with guest as (
         insert into participants (id, order_id, name)
         select gen_random_uuid(), ?, name from unnest(array['Ben', 'Cem']) as name returning id)
       update lines set shared_between = shared_between || array(select id from guest) where order_id = ?`,
      ...[id, id],
    );
    const wanted = (await readHoldRequest(orders, id))!;
    await recordHeld(orders, id, { ...wanted, deadline: new Date(Date.now() + 60_000), payLater: true });
    await write(
      `with paid as (
         update shares s set status = 'captured', tip_amount = case when p.name = 'Cem' then 100 else 0 end
         from participants p where p.id = s.participant_id and s.order_id = ? returning s.*)
       insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, status, captured_amount)
       select gen_random_uuid(), order_id, id, 1, amount + tip_amount, tip_amount, 'eur', 'captured', amount + tip_amount
       from paid`,
      id,
    );
    const { order } = (await readOrder(orders, id))!;
    const shareOf = (name: string) => {
      const { id: participantId } = order.participants.find((participant) => participant.name === name)!;
      return order.shares.find((share) => share.participantId === participantId)!;
    };
    return { id, order, shareOf };
  }
  const sum = (items: readonly { readonly amount: number }[]) =>
    items.reduce((total, { amount }) => total + amount, 0);

  test('what each pays of each line is stored with the bill, and sums up both ways', async () => {
    const { order } = await sharedOrder();
    expect(order.shares.map(({ amount }) => amount).toSorted()).toEqual([666, 667, 667]);
    const byPerson = order.shares.toSorted((one, other) =>
      one.participantId < other.participantId ? -1 : 1,
    );
    expect(byPerson.map(({ amount }) => amount)).toEqual([667, 667, 666]);
    for (const share of order.shares) {
      expect(sum(share.allocations)).toBe(share.amount);
      expect(share.allocations.map(({ lineId }) => lineId)).toEqual(order.lines.map(({ id }) => id));
    }
    const allocations = order.shares.flatMap((share) => share.allocations);
    for (const { id, amount } of order.lines)
      expect(sum(allocations.filter(({ lineId }) => lineId === id))).toBe(amount);
  });

  test('all lines of a share come to the share, and then only a tip is left', async () => {
    const { id, order, shareOf } = await sharedOrder();
    for (const name of ['Ada', 'Ben', 'Cem']) {
      const share = shareOf(name);
      const [first, ...others] = order.lines.map((line) => ({ lineId: line.id, quantity: 1 }));
      const one = await reserve(id, { shareId: share.id, lines: [first!] });
      const rest = await reserve(id, { shareId: share.id, lines: others });
      const made = [one, rest].flatMap((answer) => ('refunds' in answer ? answer.refunds : []));
      expect([made[0]!.amount, sum(made)]).toEqual([share.allocations[0]!.amount, share.amount]);
      expect(await reserve(id, { shareId: share.id, lines: [first!] })).toMatchObject({
        refused: 'line_refunded',
        refundable: share.tipAmount,
      });
    }
  });

  test('whose share goes back must be said, and of what, if something goes back on sale', async () => {
    const { id, shareOf } = await sharedOrder();
    expect(await reserve(id, { amount: 100 })).toMatchObject({ refused: 'choose_share' });
    const draft = { shareId: shareOf('Ben').id, restock: true };
    expect(await reserve(id, draft)).toMatchObject({ refused: 'choose_lines' });
  });

  test('each gets back at most all that she paid, and nothing of the others’', async () => {
    const { id, shareOf } = await sharedOrder();
    const [ada, cem] = [shareOf('Ada'), shareOf('Cem')];
    expect(await reserve(id, { shareId: ada.id, amount: ada.amount + 1 })).toMatchObject({
      refused: 'more_than_captured',
    });
    expect(await reserve(id, { shareId: ada.id })).toMatchObject({ refunds: [{ amount: ada.amount }] });
    expect(await reserve(id, { shareId: cem.id })).toMatchObject({ refunds: [{ amount: cem.amount + 100 }] });
  });
});

describe('when Stripe has answered', () => {
  async function reserved(amount?: number) {
    const order = await recordConfirmedOrder(databases.orders, { tipAmount: 100 });
    const answer = await reserve(order.id, amount === undefined ? {} : { amount });
    if (!('refunds' in answer)) throw new Error('must be reserved');
    return { ...order, refundId: answer.refunds[0]!.id };
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
    const entries = await query<{ account: string; amount: number }>(
      databases.orders.em.fork(),
      sql`select account, amount from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
       where t.order_id = ${id} and kind = 'refund' order by account`,
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
    expect(await reserve(id)).toMatchObject({ refunds: [{ amount: 1100 }] });
  });
});
