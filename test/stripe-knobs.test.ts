import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { FaultRequest } from '../dev/stripe/fault-kinds.ts';
import type { Fault } from '../dev/stripe/faults.ts';
import { placeOrder, type PlacedOrder } from './harness/buyer.ts';
import { startSystem, type System } from './harness/system.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';

/*
 * Every knob of the stand-in × every operation of ours, each struck once or all the time, alone on its order. That
 * errors, resets, silence and rate limits of create, confirm, capture and cancel leave one charge is told in
 * workflows/stripe-faults.test.ts; here are the other knobs, refunds, and reads that fail as well.
 */
let system: System;
let variantId: string;
beforeAll(async () => {
  system = await startSystem();
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 10_000 }],
  });
  variantId = product.variants[0]!.id;
});
afterEach(async () => {
  system.stripe.faults.clear();
  await system.assertInvariants();
});
afterAll(() => system?.stop());

type Setting = Omit<FaultRequest, 'method' | 'path'>;
const shown = ({ kind, ...more }: Setting) => `${kind} ${JSON.stringify(more)}`;

/** An operation of ours at Stripe: what is struck, what leads there, and how the order looks when all is over. */
interface Operation {
  readonly path: string;
  /** The events of Stripe that tell of it. */
  readonly events: string[];
  before?(): Promise<PlacedOrder>;
  run(order: PlacedOrder | undefined): Promise<PlacedOrder>;
  expectDone(order: PlacedOrder): Promise<void>;
}

const paid = () => placeOrder(system, { variantId, pay: 'pm_card_visa', tipAmount: 50 });
async function confirmed(): Promise<PlacedOrder> {
  const order = await paid();
  await order.untilStatus('confirmed');
  return order;
}
async function expectCharged(order: PlacedOrder) {
  await order.untilStatus('confirmed');
  const { intents, captured, refunded } = await order.atStripe();
  expect(intents.filter(({ amount_received }) => amount_received > 0)).toHaveLength(1);
  expect([captured, refunded]).toEqual([400, 0]);
  expect(await order.read()).toMatchObject({ paymentStatus: 'paid', needsAttention: null });
}

const OPERATIONS: Readonly<Record<string, Operation>> = {
  creating: {
    path: '/v1/payment_intents',
    events: ['payment_intent.created'],
    run: paid,
    expectDone: expectCharged,
  },
  confirming: {
    path: '/v1/payment_intents/*/confirm',
    events: ['payment_intent.amount_capturable_updated'],
    run: paid,
    expectDone: expectCharged,
  },
  capturing: {
    path: '/v1/payment_intents/*/capture',
    events: ['payment_intent.succeeded', 'charge.captured'],
    run: paid,
    expectDone: expectCharged,
  },
  canceling: {
    path: '/v1/payment_intents/*/cancel',
    events: ['payment_intent.canceled'],
    before: async () => {
      const order = await placeOrder(system, { variantId, pay: 'pm_card_authenticationRequired' });
      await order.until('sent to the bank', ({ shares }) => shares[0]?.status === 'requires_action');
      return order;
    },
    run: async (order) => {
      await order!.cancel();
      return order!;
    },
    expectDone: async (order) => {
      expect(await order.untilClosed()).toMatchObject({ status: 'canceled', needsAttention: null });
      expect((await order.atStripe()).intents.map(({ status }) => status)).toEqual(['canceled']);
    },
  },
  refunding: {
    path: '/v1/refunds',
    events: ['refund.*', 'charge.refunded'],
    before: confirmed,
    run: async (order) => {
      const body = { amount: 150, reason: 'Lukewarm' };
      const reply = await system.agent.post(`/api/orders/${order!.id}/refunds`, body);
      expect([201, 202]).toContain(reply.status);
      return order!;
    },
    expectDone: async (order) => {
      await order.until('refunded', ({ refundedAmount }) => refundedAmount === 150);
      expect(await order.atStripe()).toMatchObject({ captured: 400, refunded: 150 });
    },
  },
};

/** Lets the knob strike the operation, on an order of its own; answers that order. */
async function struck(operation: Operation, setting: Setting): Promise<PlacedOrder> {
  const before = await operation.before?.();
  const target = setting.kind.startsWith('webhook_')
    ? { types: operation.events }
    : { method: 'POST', path: operation.path };
  const fault = system.stripe.faults.add({ ...setting, ...target });
  const [order] = await Promise.all([
    operation.run(before),
    until(`${shown(setting)} strikes`, () => fault.hits > 0),
  ]);
  system.stripe.faults.clear(fault.id);
  return order;
}

const names = Object.keys(OPERATIONS);

const NUISANCES: readonly Setting[] = [
  { kind: 'latency', ms: 600 },
  { kind: 'latency', ms: 600, when: 'after' },
  { kind: 'down', ms: 700 },
];
test.each(names)('%s succeeds when Stripe is slow, or away for a moment', async (name) => {
  const operation = OPERATIONS[name]!;
  for (const setting of NUISANCES) await operation.expectDone(await struck(operation, setting));
});

const WEBHOOKS: readonly Setting[] = [
  { kind: 'webhook_drop', count: null },
  { kind: 'webhook_delay', ms: 800, count: null },
  { kind: 'webhook_duplicate', count: null },
  { kind: 'webhook_reorder', count: null },
  { kind: 'webhook_forge', count: null },
];
test.each(names)('%s does not hang on its webhook: missing, late, twice, reversed, forged', async (name) => {
  const operation = OPERATIONS[name]!;
  for (const setting of WEBHOOKS) await operation.expectDone(await struck(operation, setting));
});

const STRIKES: readonly Setting[] = [
  { kind: 'error_before' },
  { kind: 'error_after' },
  { kind: 'reset_before' },
  { kind: 'reset' },
  { kind: 'timeout', ms: 300 },
  { kind: 'rate_limit' },
];
test('whatever strikes while refunding, there is exactly one refund', async () => {
  const operation = OPERATIONS['refunding']!;
  for (const setting of STRIKES) {
    const order = await struck(operation, setting);
    await operation.expectDone(order);
    const [intent] = (await order.atStripe()).intents;
    const { data } = await system.stripeApi.refunds.list({ payment_intent: intent!.id });
    expect(data.map(({ amount }) => amount)).toEqual([150]);
  }
});

describe('an answer that is lost, and then the reading that asks for it fails, too', () => {
  const LOSSES = ['error_after', 'reset', 'timeout'] as const;
  const READINGS: Readonly<Record<string, string>> = {
    confirming: '/v1/payment_intents/*',
    capturing: '/v1/payment_intents/*',
    canceling: '/v1/payment_intents/*',
    refunding: '/v1/refunds',
  };
  test.each(Object.entries(READINGS))('%s', async (name, path) => {
    const operation = OPERATIONS[name]!;
    const readings: Fault[] = [];
    for (const kind of LOSSES) {
      const before = await operation.before?.();
      const lost = system.stripe.faults.add({
        kind,
        method: 'POST',
        path: operation.path,
        ...(kind === 'timeout' && { ms: 300 }),
      });
      readings.push(system.stripe.faults.add({ kind: 'error_before', method: 'GET', path }));
      const [order] = await Promise.all([
        operation.run(before),
        until(`${kind} strikes`, () => lost.hits > 0),
      ]);
      await operation.expectDone(order);
      system.stripe.faults.clear();
    }
    expect(readings.some(({ hits }) => hits > 0)).toBe(true);
  });
});

test('a bank that thinks for a while after the card was confirmed holds nothing up for good', async () => {
  const fault = system.stripe.faults.add({
    kind: 'processing',
    method: 'POST',
    path: '/v1/payment_intents/*/confirm',
    ms: 1_500,
  });
  const order = await paid();
  await until('it is being processed', () => fault.hits > 0);
  await expectCharged(order);
});

test('a payment that Stripe refuses to make leaves the share due, and the next one pays', async () => {
  const refuse = (path: string) =>
    system.stripe.faults.add({
      kind: 'answer',
      method: 'POST',
      path,
      status: 400,
      error: { type: 'invalid_request_error', code: 'amount_too_small', message: 'Amount too small.' },
    });
  for (const path of ['/v1/payment_intents', '/v1/payment_intents/*/confirm']) {
    const fault = refuse(path);
    const order = await placeOrder(system, { variantId, pay: 'pm_card_visa' });
    await order.until('refused', ({ shares }) => shares[0]?.declineCode != null);
    expect(fault.hits).toBe(1);
    expect((await order.pay('pm_card_visa', 50)).status).toBe(200);
    await expectCharged(order);
  }
});

test('a refund that Stripe refuses asks for a person, and its amount can be refunded again', async () => {
  const order = await confirmed();
  system.stripe.faults.add({
    kind: 'answer',
    method: 'POST',
    path: '/v1/refunds',
    status: 400,
    error: { type: 'invalid_request_error', code: 'charge_disputed', message: 'It has been charged back.' },
  });
  await system.agent.post(`/api/orders/${order.id}/refunds`, { amount: 400, reason: 'Lukewarm' });
  await order.until('a person is asked for', ({ needsAttention }) => needsAttention !== null);
  expect(await order.atStripe()).toMatchObject({ captured: 400, refunded: 0 });
  const again = await system.agent.post(`/api/orders/${order.id}/refunds`, {
    amount: 400,
    reason: 'Lukewarm',
  });
  expect([201, 202]).toContain(again.status);
  await order.until('refunded', ({ refundedAmount }) => refundedAmount === 400);
});
