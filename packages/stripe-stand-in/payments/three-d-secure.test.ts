import type Stripe from 'stripe';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { authorize, chargeOf, errorOf, held, startStand, type Stand } from '../testing/stand.ts';

let stand: Stand;
let stripe: Stripe;
beforeAll(async () => {
  stand = await startStand();
  ({ stripe } = stand);
});
afterAll(() => stand.stop());

describe('3-D Secure', () => {
  test('passed, authorizes and says so on the charge', async () => {
    const intent = await authorize(stripe, 'pm_card_authenticationRequired');
    expect(intent.next_action?.type).toBe('use_stripe_sdk');
    await stand.knob(`payment_intents/${intent.id}/authenticate`, {});
    const after = await stripe.paymentIntents.retrieve(intent.id);
    expect(after).toMatchObject({ status: 'requires_capture', next_action: null });
    expect((await chargeOf(stripe, after)).payment_method_details?.card?.three_d_secure).toMatchObject({
      result: 'authenticated',
    });
  });

  test('failed, leaves the intent to another card', async () => {
    const intent = await authorize(stripe, 'pm_card_threeDSecure2Required');
    await stand.knob(`payment_intents/${intent.id}/fail_authentication`, {});
    const after = await stripe.paymentIntents.retrieve(intent.id);
    expect(after).toMatchObject({
      status: 'requires_payment_method',
      last_payment_error: { code: 'payment_intent_authentication_failure' },
    });
  });

  test('with a return_url goes by redirect', async () => {
    const intent = await stripe.paymentIntents.create({
      ...held,
      confirm: true,
      payment_method: 'pm_card_authenticationRequired',
      return_url: 'https://shop.test/back',
    });
    expect(intent.next_action?.redirect_to_url?.return_url).toBe('https://shop.test/back');
  });

  test.each([
    [{ off_session: true }, 'authentication_required', 1],
    [{ error_on_requires_action: true }, 'authentication_not_handled', 0],
  ])('is a decline with %j', async (extra, decline_code, charges) => {
    const params = { ...held, confirm: true, payment_method: 'pm_card_authenticationRequired', ...extra };
    const error = await errorOf(stripe.paymentIntents.create(params));
    expect(error).toMatchObject({ statusCode: 402, code: 'authentication_required', decline_code });
    expect(error.payment_intent).toMatchObject({ status: 'requires_payment_method' });
    const { data } = await stripe.charges.list({ payment_intent: error.payment_intent?.id ?? '' });
    expect(data).toHaveLength(charges);
  });

  test('that is asked for, is asked of cards that support it; asking may fail', async () => {
    const asked = {
      ...held,
      confirm: true,
      payment_method_options: { card: { request_three_d_secure: 'any' } },
    } as const;
    const { status } = await stripe.paymentIntents.create({
      ...asked,
      payment_method: 'pm_card_threeDSecureOptional',
    });
    expect(status).toBe('requires_action');
    const failing = { ...asked, payment_method: 'pm_card_threeDSecureOptionalProcessingError' };
    expect(await errorOf(stripe.paymentIntents.create(failing))).toMatchObject({ code: 'card_declined' });
  });

  test('that one payment waits for, keeps the card from another', async () => {
    const method = await stripe.paymentMethods.create({
      type: 'card',
      card: { token: 'tok_authenticationRequired' },
    });
    const first = await stripe.paymentIntents.create({ ...held, confirm: true, payment_method: method.id });
    expect(
      await errorOf(stripe.paymentIntents.create({ ...held, confirm: true, payment_method: method.id })),
    ).toMatchObject({ message: /already attached to another object/ });
    expect((await stripe.paymentIntents.confirm(first.id, { payment_method: method.id })).status).toBe(
      'requires_action',
    );
  });

  test('with manual confirmation comes back to the server', async () => {
    const intent = await stripe.paymentIntents.create({
      ...held,
      confirmation_method: 'manual',
      confirm: true,
      payment_method: 'pm_card_authenticationRequired',
    });
    await stand.knob(`payment_intents/${intent.id}/authenticate`, {});
    expect((await stripe.paymentIntents.retrieve(intent.id)).status).toBe('requires_confirmation');
    expect((await stripe.paymentIntents.confirm(intent.id)).status).toBe('requires_capture');
  });
});
