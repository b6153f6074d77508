import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorize, cardOnly, chargeOf, errorOf, startStand, type Stand } from '../testing/stand.ts';

let stand: Stand;
let stripe: Stripe;
beforeAll(async () => {
  stand = await startStand();
  ({ stripe } = stand);
});
afterAll(() => stand.stop());

describe('refunds', () => {
  const paid = async (paymentMethod = 'pm_card_visa'): Promise<Stripe.PaymentIntent> =>
    stripe.paymentIntents.capture((await authorize(stripe, paymentMethod)).id);

  test('by parts, never more than was captured', async () => {
    const intent = await paid();
    const first = await stripe.refunds.create({
      payment_intent: intent.id,
      amount: 500,
      reason: 'requested_by_customer',
      metadata: { line: '1' },
    });
    expect(first).toMatchObject({
      status: 'succeeded',
      amount: 500,
      metadata: { line: '1' },
      reason: 'requested_by_customer',
    });
    const error = await errorOf(stripe.refunds.create({ payment_intent: intent.id, amount: 751 }));
    expect(error.message).toBe('Refund amount (€7.51) is greater than unrefunded amount on charge (€7.50)');
    await stripe.refunds.create({ charge: String(intent.latest_charge) });
    expect(await chargeOf(stripe, intent)).toMatchObject({ amount_refunded: 1250, refunded: true });
    expect(await errorOf(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      code: 'charge_already_refunded',
    });
    expect(
      (await stripe.refunds.list({ payment_intent: intent.id })).data.map((refund) => refund.amount),
    ).toEqual([750, 500]);
  });

  test('twenty at once never refund more than was captured', async () => {
    const intent = await paid();
    const settled = await Promise.allSettled(
      Array.from({ length: 20 }, () => stripe.refunds.create({ payment_intent: intent.id, amount: 200 })),
    );
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(6);
    expect((await chargeOf(stripe, intent)).amount_refunded).toBe(1200);
  });

  test('of what was not captured are refused', async () => {
    const intent = await authorize(stripe);
    expect(await errorOf(stripe.refunds.create({ payment_intent: intent.id }))).toMatchObject({
      statusCode: 400,
    });
    expect(await errorOf(stripe.refunds.create({ charge: String(intent.latest_charge) }))).toMatchObject({
      code: 'charge_not_refundable',
    });
  });

  test('pending ones succeed later, failing ones fail later and give the money back', async () => {
    const own = await startStand({ laterSeconds: 0 });
    try {
      const pay = async (paymentMethod: string): Promise<Stripe.PaymentIntent> =>
        own.stripe.paymentIntents.create({
          amount: 900,
          currency: 'eur',
          confirm: true,
          payment_method: paymentMethod,
          ...cardOnly,
        });
      const pending = await own.stripe.refunds.create({
        payment_intent: (await pay('pm_card_pendingRefund')).id,
      });
      expect(pending.status).toBe('pending');
      expect((await own.stripe.refunds.retrieve(pending.id)).status).toBe('succeeded');
      const failing = await own.stripe.refunds.create({
        payment_intent: (await pay('pm_card_refundFail')).id,
      });
      expect(failing.status).toBe('succeeded');
      expect(await own.stripe.refunds.retrieve(failing.id)).toMatchObject({
        status: 'failed',
        failure_reason: 'expired_or_canceled_card',
      });
      expect(await own.stripe.charges.retrieve(String(failing.charge))).toMatchObject({
        amount_refunded: 0,
        refunded: false,
      });
      const types = (await own.stripe.events.list({ limit: 100 })).data.map((event) => event.type);
      expect(types).toEqual(
        expect.arrayContaining(['refund.failed', 'refund.updated', 'charge.refund.updated']),
      );
    } finally {
      await own.stop();
    }
  });
});

test('a refund fails for the reason that is asked for', async () => {
  const { id } = await stripe.paymentIntents.capture((await authorize(stripe)).id);
  const refund = await stripe.refunds.create({ payment_intent: id });
  await stand.knob(`refunds/${refund.id}/fail`, { reason: 'lost_or_stolen_card' });
  const failed = await stripe.refunds.retrieve(refund.id, { expand: ['failure_balance_transaction'] });
  expect(failed).toMatchObject({
    status: 'failed',
    failure_reason: 'lost_or_stolen_card',
    failure_balance_transaction: { type: 'refund_failure', amount: 1250, source: refund.id },
  });
  await expect(stand.knob(`refunds/${refund.id}/fail`, { reason: 'mood' })).rejects.toThrow('must be one of');
});

test('a pending refund says why, and a card’s refund is not canceled', async () => {
  const own = await startStand({ laterSeconds: 3600 });
  try {
    const { id } = await authorize(own.stripe, 'pm_card_pendingRefund');
    await own.stripe.paymentIntents.capture(id);
    const refund = await own.stripe.refunds.create({ payment_intent: id });
    expect(refund).toMatchObject({ status: 'pending', pending_reason: 'processing' });
    expect(await errorOf(own.stripe.refunds.cancel(refund.id))).toMatchObject({ statusCode: 400 });
    await own.knob('clock', { advance: 3601 });
    const arrived = await own.stripe.refunds.retrieve(refund.id);
    expect([arrived.status, arrived.pending_reason]).toEqual(['succeeded', undefined]);
  } finally {
    await own.stop();
  }
});

test.each([
  [
    'a pending refund that arrives',
    'pm_card_pendingRefund',
    'succeed',
    ['refund.updated', 'charge.refund.updated'],
    0,
  ],
  [
    'a pending refund that comes back',
    'pm_card_pendingRefund',
    'fail',
    ['refund.updated', 'refund.failed', 'charge.refund.updated'],
    400,
  ],
  [
    'a refund that had succeeded and comes back',
    'pm_card_visa',
    'fail',
    ['refund.updated', 'refund.failed', 'charge.refund.updated'],
    400,
  ],
])('%s tells so, and the balance agrees', async (_what, card, knob, told, returned) => {
  const own = await startStand({ laterSeconds: 3600 });
  try {
    const { id } = await authorize(own.stripe, card);
    await own.stripe.paymentIntents.capture(id);
    const refund = await own.stripe.refunds.create({ payment_intent: id, amount: 400 });
    await own.knob(`refunds/${refund.id}/${knob}`, {});
    await own.knob(`refunds/${refund.id}/${knob}`, {});
    const events = (await own.stripe.events.list({ limit: 100 })).data.map(({ type }) => type).toReversed();
    expect(events.slice(events.indexOf('refund.created'))).toEqual([
      'refund.created',
      'charge.refunded',
      ...told,
    ]);
    const moved = (await own.stripe.balanceTransactions.list({ source: refund.id })).data;
    expect(moved.reduce((sum, { amount }) => sum + amount, 0)).toBe(returned - 400);
  } finally {
    await own.stop();
  }
});
