import { statement } from './setup/statement.ts';
import { query } from '../db/sql.ts';
import { randomInt } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FaultRequest } from 'stripe-stand-in';
import { readStripeEvent } from '../domain/stripe-event.ts';
import { placeOrder, PlacedOrder } from './harness/buyer.ts';
import { startSystem, type System } from './harness/system.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';

/*
 * Every webhook event about a payment × every way it may be delivered. In each case, the
 * order, its share, its refunds and its ledger entries end as with delivery on time.
 */
const SEED = randomInt(2 ** 31);

let system: System;
let variantId: string;
beforeAll(async () => {
  system = await startSystem();
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 500, available: 10_000 }],
  });
  variantId = product.variants[0]!.id;
});
afterAll(() => system?.stop());

const trigger = (path: string) => fetch(`${system.stripe.url}/_/${path}`, { method: 'POST' });
const intentOf = async (order: PlacedOrder) => (await order.atStripe()).intents.at(-1)!;
const chargeOf = async (order: PlacedOrder) => (await intentOf(order)).latest_charge as { id: string };
const rows = (text: string, ...values: unknown[]) =>
  query<Record<string, unknown>>(system.databases.orders.em.fork(), statement(text, ...values));
const shareIs = (order: PlacedOrder, declineCode: string) =>
  order.until(declineCode, ({ shares }) => shares[0]?.declineCode === declineCode);

const atTheBank = async () => {
  const order = await placeOrder(system, { variantId, pay: 'pm_card_authenticationRequired' });
  await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
  return order;
};
const paidWith = (card: string) => async () => {
  const order = await placeOrder(system, { variantId, pay: card });
  await order.untilStatus('confirmed');
  return order;
};
const refundedWith = (card: string) => async () => {
  const order = await paidWith(card)();
  const reply = await system.agent.command(`/api/orders/${order.id}/refunds`, {
    amount: 200,
    reason: 'cold',
  });
  expect(reply.body.refund).toBeDefined();
  await until('Stripe has it', async () => {
    const [row] = await rows(`select made_at as made from refunds where order_id = ?`, order.id);
    return row!['made'] !== null;
  });
  return order;
};
const refundOf = async (order: PlacedOrder) => {
  const [row] = await rows(`select stripe_refund_id as id from refunds where order_id = ?`, order.id);
  return String(row!['id']);
};
const hand = async (order: PlacedOrder) => {
  await order.serve();
  await order.workflow.result();
};
const giveUp = async (order: PlacedOrder) => {
  await order.cancel();
  await order.workflow.result();
};

/** A change at Stripe that sends events. */
interface News {
  /** Brings the order up to the change. */
  begin(): Promise<PlacedOrder>;
  /** Makes the change at Stripe. */
  happen(order: PlacedOrder): Promise<unknown>;
  /** The payer opens her page before an event arrives; absent if the order does not wait for her. */
  look?(order: PlacedOrder): Promise<unknown>;
  /** Waits until the product has recorded the change. */
  known(order: PlacedOrder): Promise<unknown>;
  /** Completes the order's workflow. */
  close(order: PlacedOrder): Promise<void>;
  readonly ends: object;
}

const NEWS: Readonly<Record<string, News>> = {
  'the payer authenticates': {
    begin: atTheBank,
    happen: async (order) => trigger(`payment_intents/${(await intentOf(order)).id}/authenticate`),
    look: (order) => order.pay(),
    known: (order) => order.untilStatus('confirmed'),
    close: hand,
    ends: { status: 'completed', paymentStatus: 'paid', books: { stripe: 500, sales: -500 } },
  },
  'the payer fails to authenticate': {
    begin: atTheBank,
    happen: async (order) => trigger(`payment_intents/${(await intentOf(order)).id}/fail_authentication`),
    look: (order) => order.pay(),
    known: (order) => shareIs(order, 'payment_intent_authentication_failure'),
    close: giveUp,
    ends: { status: 'canceled', paymentStatus: 'unpaid' },
  },
  'the payment is canceled in the dashboard': {
    begin: atTheBank,
    happen: async (order) => system.stripeApi.paymentIntents.cancel((await intentOf(order)).id),
    look: (order) => order.pay(),
    known: (order) => shareIs(order, 'payment_intent_canceled'),
    close: giveUp,
    ends: { status: 'canceled', paymentStatus: 'unpaid' },
  },
  'a refund is made in the dashboard': {
    begin: paidWith('pm_card_visa'),
    happen: async (order) =>
      system.stripeApi.refunds.create({ payment_intent: (await intentOf(order)).id, amount: 200 }),
    known: (order) => order.until('refunded', ({ refundedAmount }) => refundedAmount === 200),
    close: hand,
    ends: {
      status: 'completed',
      paymentStatus: 'partly_refunded',
      refundedAmount: 200,
      needsAttention: 'refunded_outside',
      refunds: ['200 succeeded stripe'],
      mails: 1,
      books: { stripe: 300, sales: -300 },
    },
  },
  'a refund arrives at the bank': {
    begin: refundedWith('pm_card_pendingRefund'),
    happen: async (order) => trigger(`refunds/${await refundOf(order)}/succeed`),
    known: (order) => order.until('refunded', ({ refundedAmount }) => refundedAmount === 200),
    close: hand,
    ends: {
      status: 'completed',
      paymentStatus: 'partly_refunded',
      refundedAmount: 200,
      refunds: ['200 succeeded staff'],
      mails: 1,
      books: { stripe: 300, sales: -300 },
    },
  },
  'a refund fails at the bank': {
    begin: refundedWith('pm_card_visa'),
    happen: async (order) => trigger(`refunds/${await refundOf(order)}/fail`),
    known: (order) => order.until('failed', ({ needsAttention }) => needsAttention === 'refund_failed'),
    close: hand,
    ends: {
      status: 'completed',
      paymentStatus: 'paid',
      needsAttention: 'refund_failed',
      refunds: ['200 failed staff'],
      mails: 1,
      books: { stripe: 500, sales: -500 },
    },
  },
  'the payment is disputed': {
    begin: paidWith('pm_card_visa'),
    happen: async (order) => trigger(`charges/${(await chargeOf(order)).id}/dispute`),
    known: (order) => order.until('disputed', ({ needsAttention }) => needsAttention === 'disputed'),
    close: hand,
    ends: {
      status: 'completed',
      paymentStatus: 'paid',
      needsAttention: 'disputed',
      books: { stripe: -2000, sales: -500, disputes: 500, fees: 2000 },
    },
  },
  'a dispute is won': {
    begin: paidWith('pm_card_visa'),
    happen: async (order) => {
      const dispute = (await (await trigger(`charges/${(await chargeOf(order)).id}/dispute`)).json()) as {
        id: string;
      };
      await trigger(`disputes/${dispute.id}/win`);
    },
    known: (order) => until('won', async () => (await order.types()).includes('dispute_won')),
    close: hand,
    ends: {
      status: 'completed',
      paymentStatus: 'paid',
      needsAttention: 'disputed',
      books: { stripe: -1500, sales: -500, fees: 2000 },
    },
  },
  'a dispute is lost': {
    begin: paidWith('pm_card_visa'),
    happen: async (order) => {
      const dispute = (await (await trigger(`charges/${(await chargeOf(order)).id}/dispute`)).json()) as {
        id: string;
      };
      await system.stripeApi.disputes.close(dispute.id);
    },
    known: (order) => until('lost', async () => (await order.types()).includes('dispute_lost')),
    close: hand,
    ends: {
      status: 'completed',
      paymentStatus: 'paid',
      needsAttention: 'disputed',
      books: { stripe: -2000, sales: -500, disputes: 500, fees: 2000 },
    },
  },
};

/** The final state of an order and its ledger entries, without Stripe's fees, which arrive at any time. */
async function endOf(order: PlacedOrder): Promise<object> {
  const { status, paymentStatus, refundedAmount, needsAttention } = await order.read();
  const refunds = await rows(`select amount, status, origin from refunds where order_id = ?`, order.id);
  const mails = await rows(`select id from mails where order_id = ? and type = 'refund_issued'`, order.id);
  const books = await rows(
    `select account, sum(e.amount)::int as amount from ledger_entries e
       join ledger_transactions t on t.id = e.transaction_id where order_id = ? and kind <> 'fee'
     group by account having sum(e.amount) <> 0`,
    order.id,
  );
  return {
    ...{ status, paymentStatus, refundedAmount, needsAttention },
    refunds: refunds.map((refund) => Object.values(refund).join(' ')),
    mails: mails.length,
    books: Object.fromEntries(books.map(({ account, amount }) => [account, amount])),
  };
}

interface Way {
  readonly faults: readonly FaultRequest[];
  /** Drops the events. `late`: delivers them once the order is over. */
  readonly lost?: 'for good' | 'late';
}
const always = { count: null } as const;
const WAYS: Readonly<Record<string, Way>> = {
  'on time': { faults: [] },
  twice: { faults: [{ kind: 'webhook_duplicate', ...always }] },
  reversed: { faults: [{ kind: 'webhook_reorder', probability: 0.5, seed: SEED }] },
  'after a forged copy': { faults: [{ kind: 'webhook_forge', ...always }] },
  'before our own call is answered': {
    faults: [{ kind: 'latency', method: 'POST', path: '/v1/**', ms: 400, when: 'after' }],
  },
  'late, when the order is over': { faults: [{ kind: 'webhook_drop', ...always }], lost: 'late' },
  never: { faults: [{ kind: 'webhook_drop', ...always }], lost: 'for good' },
};

/** Plays one story. A dropped event that is the only source of its news is delivered after the workflow's end. */
async function play(news: News, way: Way): Promise<PlacedOrder> {
  const order = await news.begin();
  if (way.lost && !news.look) await news.close(order);
  await news.happen(order);
  if (way.lost === 'late' && !news.look) return order;
  if (way.lost) await news.look?.(order);
  await news.known(order);
  if (!way.lost || news.look) await news.close(order);
  return order;
}

/** Resends every Stripe event about these orders, newest first, and waits until all are processed. */
async function resend(orders: readonly PlacedOrder[]): Promise<void> {
  const intents = new Set((await Promise.all(orders.map(intentOf))).map(({ id }) => id));
  const events = (
    await system.stripeApi.events.list({ limit: 100 }).autoPagingToArray({ limit: 2_000 })
  ).filter((event) => intents.has(readStripeEvent(event)?.paymentIntentId ?? ''));
  expect(events.length).toBeGreaterThan(orders.length);
  for (const { id } of events) await trigger(`events/${id}/resend`);
  const handled = async () => {
    const kept = await rows(
      `select id from stripe_events where handled_at is not null and payment_intent_id in (${[...intents].map(() => '?').join()})`,
      ...intents,
    );
    const ids = new Set(kept.map(({ id }) => id));
    return events.every(({ id }) => ids.has(id));
  };
  await until('all of it is seen to', handled);
}

describe.each(Object.entries(WAYS))(`told %s (seed ${SEED})`, (_name, way) => {
  const stories = new Map<string, PlacedOrder | Error>();
  beforeAll(async () => {
    for (const fault of way.faults) system.stripe.faults.add(fault);
    await Promise.all(
      Object.entries(NEWS).map(async ([name, news]) => {
        stories.set(name, await play(news, way).catch((error: unknown) => error as Error));
      }),
    );
    system.stripe.faults.clear();
    const played = [...stories.values()].filter((story) => story instanceof PlacedOrder);
    if (way.lost === 'late') await resend(played);
  }, 400_000);

  test.each(Object.entries(NEWS))('%s', async (name, news) => {
    const order = stories.get(name)!;
    if (order instanceof Error) throw order;
    const usual = { refundedAmount: 0, needsAttention: null, refunds: [], mails: 0, books: {} };
    await expect.poll(() => endOf(order)).toEqual({ ...usual, ...news.ends });
  });
});

test('all invariants hold after all of it', () => system.assertInvariants());
