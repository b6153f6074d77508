import { sql } from 'kysely';
import { query } from '../../sql.ts';
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordConfirmedOrder } from '../../../test/harness/records.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import { readOrder } from '../orders/read-order.ts';
import { recordOutsideRefund, recordRefundOutcome, type RefundOutcome } from './refund-outcome.ts';
import { listRefunds, reserveRefund } from './refunds.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls);
});
afterAll(() => databases.close());

type Step =
  | { readonly do: 'ask'; readonly lines?: number; readonly amount?: number }
  | { readonly do: 'tell'; readonly which: number; readonly status: RefundOutcome['status'] }
  | { readonly do: 'outside'; readonly amount: number };

/** Requests of staff, outcomes from Stripe in any order and repeatedly, and refunds made without us. */
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constant('ask' as const), lines: fc.integer({ min: 1, max: 4 }) }),
  fc.record({ do: fc.constant('ask' as const), amount: fc.integer({ min: 1, max: 1500 }) }),
  fc.constant({ do: 'ask' as const }),
  fc.record({
    do: fc.constant('tell' as const),
    which: fc.nat(20),
    status: fc.constantFrom('pending' as const, 'succeeded' as const, 'failed' as const),
  }),
  fc.record({ do: fc.constant('outside' as const), amount: fc.integer({ min: 1, max: 400 }) }),
);

const sum = (amounts: readonly number[]) => amounts.reduce((left, right) => left + right, 0);

async function take(step: Step, orderId: string, paymentId: string, lineId: string): Promise<void> {
  const { orders } = databases;
  if (step.do === 'ask') {
    const lines = step.lines === undefined ? undefined : [{ lineId, quantity: step.lines }];
    const words = { reason: 'cold', restock: false, requestHash: '', actorId: 'agent' };
    await reserveRefund(orders, { id: randomUUID(), orderId, lines, amount: step.amount, ...words });
    return;
  }
  if (step.do === 'outside') {
    const outside = {
      stripeRefundId: `re_${randomUUID()}`,
      amount: step.amount,
      status: 'succeeded' as const,
    };
    // Stripe itself would not refund more than was captured; here the table's own check refuses it.
    await recordOutsideRefund(orders, paymentId, outside).catch((error: unknown) =>
      expect(String(error)).toMatch(/check/),
    );
    return;
  }
  const refunds = await listRefunds(orders, orderId);
  const refund = refunds[step.which % Math.max(1, refunds.length)];
  if (!refund) return;
  const stripeRefundId = refund.stripeRefundId ?? `re_${refund.id}`;
  const outcome =
    step.status === 'failed' ? { status: step.status, code: 'declined' } : { status: step.status };
  await recordRefundOutcome(orders, refund.id, { ...outcome, stripeRefundId });
}

test('whatever is refunded, fails and comes in from outside, the books are right after each step', async () => {
  const { orders } = databases;
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
      const { id, paymentId, paidAmount } = await recordConfirmedOrder(orders, {
        quantity: 3,
        unitAmount: 390,
        tipAmount: 101,
      });
      const lineId = (await readOrder(orders, id))!.order.lines[0]!.id;
      for (const each of steps) {
        await take(each, id, paymentId, lineId);
        const refunds = await listRefunds(orders, id);
        const standing = refunds.filter(({ status }) => status !== 'failed');
        const made = standing.filter(({ madeAt }) => madeAt);
        const arrived = standing.filter(({ status }) => status === 'succeeded');
        const amountOf = (of: typeof refunds) => sum(of.map(({ amount }) => amount));

        expect(amountOf(standing)).toBeLessThanOrEqual(paidAmount);
        const pieces = standing.flatMap(({ lines }) => lines ?? []);
        expect(sum(pieces.map(({ quantity }) => quantity))).toBeLessThanOrEqual(3);
        const [share] = (await readOrder(orders, id))!.order.shares;
        expect(share!.refundedAmount).toBe(amountOf(arrived));
        const accounts = await balances(id);
        expect(accounts['stripe']).toBe(paidAmount - amountOf(made));
        expect(sum(Object.values(accounts))).toBe(0);
        // Nobody refunds more than was sold, or a tip that was never given.
        expect(accounts['sales'] ?? 0).toBeLessThanOrEqual(0);
        expect(accounts['tips'] ?? 0).toBeLessThanOrEqual(0);
      }
    }),
    { numRuns: 40 },
  );
});

async function balances(orderId: string): Promise<Record<string, number>> {
  const rows = await query<{ account: string; amount: number }>(
    databases.orders.em.fork(),
    sql`select account, sum(e.amount)::int as amount from ledger_entries e
       join ledger_transactions t on t.id = e.transaction_id where t.order_id = ${orderId} group by account`,
  );
  return Object.fromEntries(rows.map(({ account, amount }) => [account, amount]));
}
