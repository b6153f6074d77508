import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { GENERIC_DECLINE } from './declines.ts';
import { testCards } from './test-cards.ts';
import { chargeOf, errorOf, held, startStand, type Stand } from '../testing/stand.ts';

let stand: Stand;
let stripe: Stripe;
beforeAll(async () => {
  stand = await startStand();
  ({ stripe } = stand);
});
afterAll(() => stand.stop());

describe('every test card by its pm_card_ id', () => {
  const cases = testCards.flatMap((testCard) => testCard.names.map((name) => ({ name, testCard })));
  test.each(cases)('pm_card_$name', async ({ name, testCard }) => {
    const paying = stripe.paymentIntents.create({
      ...held,
      confirm: true,
      payment_method: `pm_card_${name}`,
    });
    const asks = testCard.authentication !== undefined && testCard.authentication !== 'supported';
    const decline = testCard.decline ?? (asks && testCard.lookupFails ? GENERIC_DECLINE : undefined);
    if (decline) {
      const error = await errorOf(paying);
      expect(error).toMatchObject({
        type: 'StripeCardError',
        rawType: 'card_error',
        statusCode: 402,
        code: decline.code,
        message: decline.message,
        doc_url: `https://stripe.com/docs/error-codes/${decline.code.replaceAll('_', '-')}`,
      });
      expect(error.decline_code).toBe(decline.decline_code ?? '');
      expect(error.raw).toMatchObject({
        request_log_url: expect.stringContaining(String(error.requestId)) as string,
      });
      expect(error.payment_intent).toMatchObject({
        status: 'requires_payment_method',
        payment_method: null,
        latest_charge: error.charge,
      });
      expect(error.payment_intent?.last_payment_error).toMatchObject({
        code: decline.code,
        type: 'card_error',
        charge: error.charge,
      });
      expect(error.payment_method?.card?.last4).toBe(testCard.number.slice(-4));
      expect(await stripe.charges.retrieve(error.charge ?? '')).toMatchObject({
        status: 'failed',
        paid: false,
        failure_code: decline.code,
      });
      return;
    }
    const intent = await paying;
    expect(intent.status).toBe(asks ? 'requires_action' : 'requires_capture');
    if (!asks)
      expect((await chargeOf(stripe, intent)).payment_method_details?.card).toMatchObject({
        brand: testCard.brand,
        country: testCard.country,
      });
  });

  test.each(testCards.map(({ number }) => number))('%s by its number, from a browser', async (number) => {
    const made = await stand.browser('POST', '/v1/payment_methods', {
      type: 'card',
      'card[number]': number,
      'card[exp_month]': '12',
      'card[exp_year]': '2034',
      'card[cvc]': '123',
    });
    expect(made).toMatchObject({ status: 200, body: { card: { last4: number.slice(-4) } } });
  });

  test('another card is tried on the same intent after a decline', async () => {
    const intent = await stripe.paymentIntents.create(held);
    await errorOf(stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_chargeDeclined' }));
    const paid = await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' });
    expect(paid).toMatchObject({ status: 'requires_capture', last_payment_error: null });
    expect(
      (await stripe.charges.list({ payment_intent: intent.id })).data.map((charge) => charge.status),
    ).toEqual(['succeeded', 'failed']);
  });
});
