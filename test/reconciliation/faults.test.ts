/**
 * Stripe fails in the middle of a mend or a comparison: every kind of fault × every call to Stripe that a mend makes,
 * and × every list that a comparison reads. Each difference is mended exactly once, and booked.
 */

import { randomUUID } from 'node:crypto';
import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { REQUEST_KINDS, type FaultRequest } from 'stripe-stand-in';
import type { Difference } from '../../domain/contract/reconciliation.ts';
import type { DifferenceKind } from '../../domain/reconciliation.ts';
import { openDashboard } from '../harness/at-stripe.ts';
import type { PlacedOrder } from '../harness/buyer.ts';
import { playAll } from '../harness/play-all.ts';
import { aimAt, type Call } from '../harness/stripe-lives.ts';
import { pickSome, sweepSeed } from '../harness/sweep.ts';
import type { System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { startComparing, type Operator } from './find-and-mend.ts';
import { AT_ONCE, canceled, confirmed, forgetBookings, rewrite, strayIntent, uncapture } from './plants.ts';

/** `processing` needs a card to be confirmed, and no mend confirms one. */
const KINDS = REQUEST_KINDS.filter((kind) => kind !== 'processing');
type Kind = (typeof KINDS)[number];

/** The SDK tries a read three times: a fault that occurs this often reaches our code, fewer do not. */
const TRIES = 3;
const KNOBS: Readonly<Record<Kind, FaultRequest>> = {
  error_before: { kind: 'error_before', count: TRIES },
  error_after: { kind: 'error_after' },
  reset_before: { kind: 'reset_before' },
  reset: { kind: 'reset' },
  timeout: { kind: 'timeout', ms: 200 },
  rate_limit: { kind: 'rate_limit', retryAfter: 1 },
  latency: { kind: 'latency', ms: 300, count: 1 },
  down: { kind: 'down', count: TRIES },
  answer: {
    kind: 'answer',
    status: 400,
    error: { type: 'invalid_request_error', code: 'charge_disputed', message: 'No.' },
  },
};
const strike = (kind: Kind, call: Call): FaultRequest => ({ ...KNOBS[kind], ...aimAt(call) });

let system: System;
let operator: Operator;
let variantId: string;
let dashboard: Stripe;
beforeAll(async () => {
  ({ system, operator, variantId } = await startComparing());
  dashboard = openDashboard(system);
  // No webhook arrives, so a mend must book its own effects.
  system.stripe.faults.add({ kind: 'webhook_drop', count: null });
  system.stripe.faults.add({ kind: 'down', ...aimAt('GET /v1/events') });
});
afterAll(() => system?.stop());

describe('in the middle of a comparison', () => {
  const LISTS: readonly Call[] = ['GET /v1/payment_intents', 'GET /v1/disputes'];
  /** One payment is missing from Stripe's list, so it is fetched by id. */
  const GONE = 'pi_gone';
  let order: PlacedOrder;
  let intentId: string;
  beforeAll(async () => {
    order = await confirmed(system, variantId);
    intentId = await intentOf(order);
    await point(GONE);
  });
  afterAll(() => point(intentId));
  const point = (id: string) =>
    rewrite(system, `update payments set stripe_payment_intent_id = ? where order_id = ?`, id, order.id);

  test.each(KINDS.filter((kind) => kind !== 'answer'))(
    '%s: all is found, and nothing besides',
    async (kind) => {
      const faults = [
        ...LISTS.map((list) => system.stripe.faults.add(strike(kind, list))),
        system.stripe.faults.add({ ...strike(kind, READ), about: GONE }),
      ];
      const found = await operator.compare();
      expect(found.map((one) => [one.kind, one.intentId]).toSorted()).toEqual([
        ['money_without_order', intentId],
        ['order_without_money', GONE],
      ]);
      expect(faults.map(({ path, hits }) => [path, hits > 0])).toEqual(
        faults.map(({ path }) => [path, true]),
      );
      for (const { id } of faults) system.stripe.faults.clear(id);
    },
  );
});

const READ = 'GET /v1/payment_intents/*';
const REVIEW = [READ, 'GET /v1/refunds', 'GET /v1/disputes'] as const;

const intentOf = async (order: PlacedOrder) => (await order.atStripe()).intents[0]!.id;

/** A payment that was missed when its order ended, with its PaymentIntent. */
async function missed(order: PlacedOrder, intentId: string): Promise<void> {
  await rewrite(
    system,
    `insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, status,
       stripe_payment_intent_id)
     select gen_random_uuid(), order_id, id, bill_version, amount, 0, 'eur', 'requires_action', ?
     from shares where order_id = ?`,
    intentId,
    order.id,
  );
}

/** A difference, the calls to Stripe made to mend it, and a function that creates it and returns its PaymentIntent. */
interface Mend {
  readonly what: string;
  readonly kind: DifferenceKind;
  readonly calls: readonly Call[];
  plant(): Promise<{ order: PlacedOrder; intentId: string }>;
  /** The expected state of the order after the mend. */
  readonly ends: object;
}

const MENDS: readonly Mend[] = [
  {
    what: 'giving money back that a payment of ours took',
    kind: 'money_without_order',
    calls: [...REVIEW, 'POST /v1/refunds'],
    plant: async () => {
      const order = await canceled(system, variantId);
      const { id: shareId } = await order.share();
      const metadata = { order_id: order.id, share_id: shareId, bill_version: '1' };
      const intent = await strayIntent(system, order.id, {
        ...AT_ONCE,
        capture_method: 'automatic',
        metadata,
      });
      await missed(order, intent.id);
      return { order, intentId: intent.id };
    },
    ends: { status: 'canceled', refundedAmount: 500 },
  },
  {
    what: 'giving money back of which no payment of ours knows',
    kind: 'money_without_order',
    calls: [READ, 'POST /v1/refunds'],
    plant: async () => {
      const order = await confirmed(system, variantId);
      const { id } = await strayIntent(system, order.id, { ...AT_ONCE, capture_method: 'automatic' });
      return { order, intentId: id };
    },
    ends: { status: 'confirmed', paymentStatus: 'paid' },
  },
  {
    what: 'letting go of what is set aside',
    kind: 'open_authorization',
    calls: [READ, 'POST /v1/payment_intents/*/cancel'],
    plant: async () => {
      const order = await canceled(system, variantId);
      const { id: shareId } = await order.share();
      const metadata = { order_id: order.id, share_id: shareId, bill_version: '1' };
      const { id } = await strayIntent(system, order.id, { ...AT_ONCE, metadata });
      await missed(order, id);
      return { order, intentId: id };
    },
    ends: { status: 'canceled', paymentStatus: 'unpaid' },
  },
  {
    what: 'taking what is authorized',
    kind: 'order_without_money',
    calls: [...REVIEW, 'POST /v1/payment_intents/*/capture'],
    plant: async () => {
      const order = await confirmed(system, variantId);
      return { order, intentId: await uncapture(system, order) };
    },
    ends: { status: 'confirmed', paymentStatus: 'paid' },
  },
  {
    what: 'reading back what went back in the dashboard',
    kind: 'amount_differs',
    calls: REVIEW,
    plant: async () => {
      const order = await confirmed(system, variantId);
      const intentId = await intentOf(order);
      await dashboard.refunds.create({ payment_intent: intentId, amount: 200 });
      return { order, intentId };
    },
    ends: { refundedAmount: 200 },
  },
  {
    what: 'correcting the ledger',
    kind: 'ledger_differs',
    calls: REVIEW,
    plant: async () => {
      const order = await confirmed(system, variantId);
      await forgetBookings(system, order, 'capture');
      return { order, intentId: await intentOf(order) };
    },
    ends: { paymentStatus: 'paid' },
  },
];

/** One kind of fault in one mend, and the outcome. */
interface Cell {
  readonly mend: Mend;
  readonly kind: Kind;
  planted?: { order: PlacedOrder; intentId: string };
  outcome: 'not reached' | 'mended' | Error;
}
/** Some, others each time: every call with every kind, in one mend or another. MENDS_SEED=n repeats them, `all` is all. */
const SEED = sweepSeed('MENDS_SEED');
const CELLS = pickSome(
  MENDS.flatMap((mend) => KINDS.map((kind): Cell => ({ mend, kind, outcome: 'not reached' }))),
  SEED,
  ({ mend, kind }) => [mend.what, ...mend.calls.map((call) => `${call}: ${kind}`)],
);
/** As many orders as a small machine handles before workflow tasks time out; a mend mostly waits. */
const PLANTED_AT_ONCE = 8;
const MENDED_AT_ONCE = 18;
/** A mend that Stripe refuses, or that exhausts its retries, reports it and is requested again. */
const PRESSES = 6;

describe(`in the middle of a mend (MENDS_SEED=${SEED})`, () => {
  beforeAll(async () => {
    await playAll(CELLS, PLANTED_AT_ONCE, async (cell) => {
      cell.planted = await cell.mend.plant();
    });
  });
  beforeAll(async () => {
    const found = await operator.compare();
    await playAll(CELLS, MENDED_AT_ONCE, async (cell) => {
      cell.outcome = await mendWhileStruck(cell, found).then(
        () => 'mended' as const,
        (error: unknown) => error as Error,
      );
    });
  });

  test.each(CELLS.map((cell) => [cell.mend.what, cell.kind, cell] as const))(
    '%s: %s',
    (_what, _kind, cell) => {
      if (cell.outcome instanceof Error) throw cell.outcome;
      expect(cell.outcome).toBe('mended');
    },
  );

  test('nothing differs any more', async () => {
    expect(await operator.compare()).toEqual([]);
  });
});

async function mendWhileStruck({ mend, kind, planted }: Cell, found: readonly Difference[]): Promise<void> {
  const { order, intentId } = planted!;
  const difference = found.find((one) => one.kind === mend.kind && one.intentId === intentId);
  if (!difference) throw new Error(`no ${mend.kind} of ${intentId} was found`);
  const faults = mend.calls.map((call) => {
    const fault = { ...strike(kind, call), about: intentId };
    // A mend makes each other call once, so a single fault reaches our code.
    return system.stripe.faults.add(call === READ ? fault : { ...fault, count: 1 });
  });
  await pressUntilMended(difference);
  expect(faults.filter(({ hits }) => hits === 0).map(({ path }) => path)).toEqual([]);
  for (const { id } of faults) system.stripe.faults.clear(id);
  await order.until(JSON.stringify(mend.ends), (now) =>
    Object.entries(mend.ends).every(([name, value]) => now[name as keyof typeof now] === value),
  );
}

async function pressUntilMended({ id, action }: Difference): Promise<void> {
  for (let press = 1; ; press += 1) {
    const key = randomUUID();
    const { difference } = await until(
      'the mend has ended',
      async () => {
        const { status, body } = await operator.admin.post(
          `/api/differences/${id}/mend`,
          { action },
          { key },
        );
        // 503: the database is busy; the request may be retried.
        expect([200, 202, 503], JSON.stringify(body)).toContain(status);
        return status === 200 && (body as { difference: Difference });
      },
      { withinMs: 60_000 },
    );
    if (difference.status === 'closed') return;
    expect(difference.mends[0]!.outcome, JSON.stringify(difference)).toBe('failed');
    expect(press, JSON.stringify(difference)).toBeLessThan(PRESSES);
  }
}
