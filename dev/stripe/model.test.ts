import fc from 'fast-check';
import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startStand, type Stand } from './testing.ts';

/*
 * The stand-in against a model a page long: whatever is called in whatever order, statuses and money agree,
 * and a refused call changes nothing.
 */
let stand: Stand;
beforeAll(async () => {
  stand = await startStand();
});
afterAll(() => stand.stop());

interface Model {
  status: string;
  manual: boolean;
  hasMethod: boolean;
  amount: number;
  captured: number;
  refunded: number;
}
interface Real {
  stripe: Stripe;
  id: string;
}

const OPEN = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
const outcome = async (call: Promise<unknown>): Promise<'ok' | 'declined' | 'refused'> => {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return (error as Stripe.errors.StripeError).statusCode === 402 ? 'declined' : 'refused';
  }
};
const paid = (model: Model): void => {
  model.status = model.manual ? 'requires_capture' : 'succeeded';
  model.captured = model.manual ? 0 : model.amount;
};

async function agree(model: Model, { stripe, id }: Real): Promise<void> {
  const intent = await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] });
  expect(intent.status).toBe(model.status);
  expect(intent.payment_method !== null).toBe(model.hasMethod);
  expect(intent.amount_received).toBe(model.captured);
  expect(intent.amount_capturable).toBe(model.status === 'requires_capture' ? model.amount : 0);
  const charges = (await stripe.charges.list({ payment_intent: id, limit: 100 })).data;
  expect(charges.reduce((sum, charge) => sum + charge.amount_captured, 0)).toBe(model.captured);
  expect(charges.reduce((sum, charge) => sum + charge.amount_refunded, 0)).toBe(model.refunded);
  expect(charges.filter((charge) => charge.status === 'succeeded').length).toBeLessThanOrEqual(1);
  const refunds = (await stripe.refunds.list({ payment_intent: id, limit: 100 })).data;
  expect(refunds.reduce((sum, refund) => sum + refund.amount, 0)).toBe(model.refunded);
}

type Step = fc.AsyncCommand<Model, Real>;
const step = (name: string, run: (model: Model, real: Real) => Promise<void>): Step => ({
  check: () => true,
  run: async (model, real) => {
    await run(model, real);
    await agree(model, real);
  },
  toString: () => name,
});

const confirm = (
  card: 'pm_card_visa' | 'pm_card_chargeDeclined' | 'pm_card_authenticationRequired' | undefined,
): Step =>
  step(`confirm(${card ?? ''})`, async (model, { stripe, id }) => {
    const open = OPEN.includes(model.status);
    const got = await outcome(
      stripe.paymentIntents.confirm(id, card === undefined ? {} : { payment_method: card }),
    );
    if (!open || (card === undefined && !model.hasMethod)) {
      expect(got).toBe('refused');
      return;
    }
    if (card === 'pm_card_chargeDeclined') {
      expect(got).toBe('declined');
      Object.assign(model, { status: 'requires_payment_method', hasMethod: false });
      return;
    }
    expect(got).toBe('ok');
    const asks =
      card === 'pm_card_authenticationRequired' || (card === undefined && model.status === 'requires_action');
    model.hasMethod = true;
    if (asks) model.status = 'requires_action';
    else paid(model);
  });

const authenticate = (passed: boolean): Step =>
  step(`authenticate(${passed})`, async (model, { id }) => {
    await stand.knob(`payment_intents/${id}/${passed ? 'authenticate' : 'fail_authentication'}`, {});
    if (model.status !== 'requires_action') return;
    if (passed) paid(model);
    else Object.assign(model, { status: 'requires_payment_method', hasMethod: false });
  });

const capture = (amount: number): Step =>
  step(`capture(${amount})`, async (model, { stripe, id }) => {
    const got = await outcome(stripe.paymentIntents.capture(id, { amount_to_capture: amount }));
    const fits = model.status === 'requires_capture' && amount <= model.amount;
    expect(got).toBe(fits ? 'ok' : 'refused');
    if (fits) Object.assign(model, { status: 'succeeded', captured: amount });
  });

const cancel = (): Step =>
  step('cancel()', async (model, { stripe, id }) => {
    const fits = [...OPEN, 'requires_capture'].includes(model.status);
    expect(await outcome(stripe.paymentIntents.cancel(id))).toBe(fits ? 'ok' : 'refused');
    if (fits) model.status = 'canceled';
  });

const refund = (amount: number): Step =>
  step(`refund(${amount})`, async (model, { stripe, id }) => {
    const fits = model.status === 'succeeded' && amount <= model.captured - model.refunded;
    expect(await outcome(stripe.refunds.create({ payment_intent: id, amount }))).toBe(
      fits ? 'ok' : 'refused',
    );
    if (fits) model.refunded += amount;
  });

const commands = [
  fc
    .constantFrom('pm_card_visa', 'pm_card_chargeDeclined', 'pm_card_authenticationRequired', undefined)
    .map((card) => confirm(card as 'pm_card_visa')),
  fc.boolean().map(authenticate),
  fc.integer({ min: 1, max: 1100 }).map(capture),
  fc.constant(undefined).map(cancel),
  fc.integer({ min: 1, max: 700 }).map(refund),
];

test('statuses and money agree with the model, whatever is called in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.commands(commands, { maxCommands: 12 }), async (manual, steps) => {
      const intent = await stand.stripe.paymentIntents.create({
        amount: 1000,
        currency: 'eur',
        capture_method: manual ? 'manual' : 'automatic',
        allowed_payment_method_types: ['card'],
      });
      const model: Model = {
        status: intent.status,
        manual,
        hasMethod: false,
        amount: 1000,
        captured: 0,
        refunded: 0,
      };
      await fc.asyncModelRun(() => ({ model, real: { stripe: stand.stripe, id: intent.id } }), steps);
    }),
    { numRuns: 60, verbose: 1 },
  );
});
