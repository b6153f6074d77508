import { sql } from 'kysely';
import { query, run } from '../../sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PAYMENT_STATES, type PaymentState } from '../../../domain/payment.ts';
import {
  SHARE_STATUSES,
  SHARE_TRANSITIONS,
  shareTransitions,
  type ShareAction,
  type ShareMover,
  type ShareStatus,
  type ShareTransition,
} from '../../../domain/share.ts';
import { recordHeldOrder } from '../../../test/harness/records.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import {
  insertPayment,
  movePayments,
  moveShares,
  runMove,
  runParts,
  ShareMoveRefused,
} from './change-shares.ts';

interface Pair {
  readonly share: ShareStatus;
  readonly payment: PaymentState | null;
}

const PAIRS: readonly Pair[] = SHARE_STATUSES.flatMap((share) =>
  [...PAYMENT_STATES, null].map((payment) => ({ share, payment })),
);
const ROWS: readonly ShareTransition[] = SHARE_TRANSITIONS;
/** Every action, with its actor and result. */
const STEPS = [
  ...new Map(
    ROWS.flatMap(({ action, by, to }) =>
      by.map((mover) => {
        const step = { action, by: mover, ...(to !== 'unchanged' && { to }) };
        return [JSON.stringify(step), step] as const;
      }),
    ),
  ).values(),
];

let databases: Databases;
let orderId: string;
/** Creates an order with a share, and a payment if there is one, in every pair of statuses; by share. */
const pairs = new Map<string, Pair & { paymentId: string }>();

beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls);
  const em = databases.orders.em.fork();
  orderId = (await recordHeldOrder(databases.orders)).id;
  await run(
    em,
    sql`delete from allocations where share_id in (select id from shares where order_id = ${orderId})`,
  );
  await run(em, sql`delete from shares where order_id = ${orderId}`);
  // Some pairs are never written by the product.
  await run(em, sql`alter table shares disable trigger shares_authorized_by_payment`);
  for (const pair of PAIRS) {
    const [shareId, paymentId, person] = [randomUUID(), randomUUID(), randomUUID()];
    await run(em, sql`insert into participants (id, order_id, name) values (${person}, ${orderId}, 'Ada')`);
    await run(
      em,
      sql`insert into shares (id, order_id, bill_version, participant_id, amount, status) values (${shareId}, ${orderId}, 1, ${person}, 500, ${pair.share})`,
    );
    if (pair.payment !== null)
      await run(
        em,
        sql`insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, status)
         values (${paymentId}, ${orderId}, ${shareId}, 1, 500, 0, 'eur', ${pair.payment})`,
      );
    pairs.set(shareId, { ...pair, paymentId });
  }
});
afterAll(() => databases.close());

const movesPayment = ({ action, to }: (typeof STEPS)[number]) =>
  ROWS.some((row) => row.action === action && (to === undefined || row.to === to) && row.payment !== 'none');

test.each(STEPS.filter(movesPayment))(
  'what the table lets move moves, and nothing else: %o',
  async (step) => {
    const withPayment = [...pairs.values()].filter(({ payment }) => payment !== null);
    const after = await undone(async (em) => {
      await runParts(
        em,
        orderId,
        movePayments(
          step,
          withPayment.map(({ paymentId }) => ({ paymentId })),
        ),
      );
      return statesOf(em);
    });
    for (const [shareId, pair] of pairs) {
      const row = pair.payment === null ? undefined : wayOf(step, pair.share, pair.payment);
      expect(after.get(shareId), `${pair.share} with ${pair.payment}`).toEqual(row ?? stateOf(pair));
    }
  },
);

test.each(STEPS.filter(({ action }) => ['begin', 'record_cash'].includes(action)))(
  'a new payment moves what the table lets it, or is not written: %o',
  async (step) => {
    for (const [shareId, pair] of pairs) {
      if (pair.payment !== null) continue;
      const row = wayOf(step, pair.share, null);
      const moved = await undone(async (em) => {
        const payment = {
          id: randomUUID(),
          shareId,
          attemptId: randomUUID(),
          tipAmount: 5,
          method: 'card',
          stripeCustomerId: null,
        } as const;
        const written = runMove(em, orderId, step, insertPayment(step, payment));
        if (!row)
          return expect(written)
            .rejects.toThrow(ShareMoveRefused)
            .then(() => undefined);
        expect(await written).toMatchObject({ amount: 505, status: row.payment });
        return (await statesOf(em)).get(shareId);
      });
      expect(moved, pair.share).toEqual(row);
    }
  },
);

test('shares of the bill move by themselves where no payment is asked for', async () => {
  const after = await undone(async (em) => {
    await runParts(em, orderId, moveShares({ action: 'void', by: 'workflow' }), 'before');
    return statesOf(em);
  });
  const isOpen = (status: ShareStatus) =>
    shareTransitions('void', ['workflow']).some(({ from }) => from.includes(status));
  for (const [shareId, pair] of pairs)
    expect(after.get(shareId)!.share).toBe(isOpen(pair.share) ? 'voided' : pair.share);
});

function stateOf({ share, payment }: Pair) {
  return { share, payment };
}

/** Returns the pair's statuses after a step, or undefined if the table has no row for it. */
function wayOf(
  { action, by, to }: { action: ShareAction; by: ShareMover; to?: ShareStatus },
  share: ShareStatus,
  payment: PaymentState | null,
) {
  const movers: ShareMover[] = by === 'payer' ? ['payer', 'workflow'] : [by];
  for (const row of shareTransitions(action, movers, to)) {
    if (row.payment === 'none' || !row.from.includes(share) || !row.payment.from.includes(payment)) continue;
    return { share: row.to === 'unchanged' ? share : row.to, payment: row.payment.to };
  }
  return undefined;
}

async function statesOf(em: OrdersManager) {
  const rows = await query<{ id: string; share: ShareStatus; payment: PaymentState | null }>(
    em,
    sql`select s.id, s.status as share, p.status as payment from shares s left join payments p on p.share_id = s.id
     where s.order_id = ${orderId}`,
  );
  return new Map(rows.map(({ id, ...states }) => [id, states]));
}

/** Runs a function in a transaction and rolls it back. */
async function undone<T>(run: (em: OrdersManager) => Promise<T>): Promise<T> {
  const em = databases.orders.em.fork();
  await em.begin();
  try {
    return await run(em);
  } finally {
    await em.rollback();
  }
}
