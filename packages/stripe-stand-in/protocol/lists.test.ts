import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { errorOf, held, startStand, type Stand } from '../testing/stand.ts';

let stand: Stand;
let stripe: Stripe;
beforeAll(async () => {
  stand = await startStand();
  ({ stripe } = stand);
});
afterAll(() => stand.stop());

describe('lists', () => {
  test('page forwards and backwards, newest first, and the SDK walks through all of them', async () => {
    const own = await startStand();
    try {
      const ids: string[] = [];
      for (let index = 0; index < 7; index += 1)
        ids.unshift((await own.stripe.paymentIntents.create(held)).id);
      const first = await own.stripe.paymentIntents.list({ limit: 3 });
      expect(first).toMatchObject({ object: 'list', has_more: true, url: '/v1/payment_intents' });
      expect(first.data.map(({ id }) => id)).toEqual(ids.slice(0, 3));
      const second = await own.stripe.paymentIntents.list({ limit: 3, starting_after: ids[2] ?? '' });
      expect(second.data.map(({ id }) => id)).toEqual(ids.slice(3, 6));
      const back = await own.stripe.paymentIntents.list({ limit: 2, ending_before: ids[3] ?? '' });
      expect(back.data.map(({ id }) => id)).toEqual(ids.slice(1, 3));
      const all = await own.stripe.paymentIntents.list({ limit: 2 }).autoPagingToArray({ limit: 100 });
      expect(all.map(({ id }) => id)).toEqual(ids);
      expect(
        (await own.stripe.paymentIntents.list({ created: { gt: Math.floor(Date.now() / 1000) + 5 } })).data,
      ).toEqual([]);
      expect(await errorOf(own.stripe.paymentIntents.list({ limit: 101 }))).toMatchObject({ param: 'limit' });
      expect(await errorOf(own.stripe.paymentIntents.list({ starting_after: 'pi_nope' }))).toMatchObject({
        code: 'resource_missing',
        param: 'starting_after',
      });
    } finally {
      await own.stop();
    }
  });

  test('expansion reaches through lists and levels', async () => {
    const intent = await stripe.paymentIntents.create({
      ...held,
      capture_method: 'automatic',
      confirm: true,
      payment_method: 'pm_card_visa',
    });
    const list = await stripe.paymentIntents.list({
      limit: 1,
      expand: ['data.latest_charge.balance_transaction', 'data.payment_method'],
    });
    expect(list.data[0]).toMatchObject({
      id: intent.id,
      latest_charge: { balance_transaction: { amount: 1250 } },
      payment_method: { type: 'card' },
    });
    expect(await errorOf(stripe.paymentIntents.retrieve(intent.id, { expand: ['nothing'] }))).toMatchObject({
      statusCode: 400,
      message: 'This property cannot be expanded (nothing).',
    });
  });
});
