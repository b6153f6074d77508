/** Life cycles in which Stripe refuses a call, or a bank leaves a payment in `processing` for a while. */

import { expect } from 'vitest';
import type { FaultRequest } from 'stripe-stand-in';
import { placeOrder, type PlacedOrder } from './buyer.ts';
import { aimAt, type Call, type Stage } from './stripe-lives.ts';
import { closeWhileAsking } from './tab-card-lives.ts';
import { until } from './until.ts';

const refuse = (call: Call, code: string): FaultRequest => ({
  kind: 'answer',
  ...aimAt(call),
  status: 400,
  error: { type: 'invalid_request_error', code, message: 'No.' },
});

const untilCharged = async ({ watch }: Stage, { id }: PlacedOrder) => {
  const order = await watch.until(id, 'confirmed', ({ status }) => status === 'confirmed');
  expect(order).toMatchObject({ captured: 400, refunded: 0, attention: null });
};

async function refuseToTake(stage: Stage, call: Call): Promise<void> {
  const { system, variantId, watch } = stage;
  const order = await placeOrder(system, { variantId });
  const fault = system.stripe.faults.add({ ...refuse(call, 'amount_too_small'), about: order.id });
  expect((await order.pay('pm_card_visa')).status).toBe(402);
  await watch.until(order.id, 'due again', ({ share }) => share === 'declined');
  expect(fault.hits).toBe(1);
  expect((await order.pay('pm_card_visa', 50)).status).toBe(200);
  await untilCharged(stage, order);
}

export const PECULIAR_LIVES: readonly { name: string; play(stage: Stage): Promise<void> }[] = [
  {
    name: 'a bank that thinks for a while after the card was confirmed holds nothing up for good',
    play: async (stage) => {
      const { system, variantId } = stage;
      const order = await placeOrder(system, { variantId });
      const fault = system.stripe.faults.add({
        kind: 'processing',
        ...aimAt('POST /v1/payment_intents/*/confirm'),
        about: order.id,
        ms: 1_000,
      });
      await order.pay('pm_card_visa', 50);
      await untilCharged(stage, order);
      expect(fault.hits).toBe(1);
    },
  },
  {
    name: 'a card for a tab that closes before Stripe has answered is forgotten, too',
    play: closeWhileAsking,
  },
  {
    name: 'a payment that Stripe refuses to make leaves the share due, and the next one pays',
    play: (stage) => refuseToTake(stage, 'POST /v1/payment_intents'),
  },
  {
    name: 'a payment that Stripe refuses to confirm leaves the share due, and the next one pays',
    play: (stage) => refuseToTake(stage, 'POST /v1/payment_intents/*/confirm'),
  },
  {
    name: 'a refund that Stripe refuses asks for a person, and its amount can be refunded again',
    play: async (stage) => {
      const { system, variantId, watch } = stage;
      const order = await placeOrder(system, { variantId, pay: 'pm_card_visa' });
      await watch.until(order.id, 'confirmed', ({ status }) => status === 'confirmed');
      system.stripe.faults.add({ ...refuse('POST /v1/refunds', 'charge_disputed'), about: order.id });
      const refund = async () => {
        const body = { amount: 350, reason: 'Lukewarm' };
        const reply = await system.agent.post(`/api/orders/${order.id}/refunds`, body);
        expect([201, 202]).toContain(reply.status);
      };
      await refund();
      await watch.until(order.id, 'a person is asked for', ({ attention }) => attention === 'refund_failed');
      await until('nothing is refunded', async () => (await order.read()).refundedAmount === 0);
      await refund();
      await watch.until(order.id, 'refunded', ({ refunded }) => refunded === 350);
    },
  },
];
