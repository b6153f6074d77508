import fc from 'fast-check';
import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { cardOnly, startStand, type Stand } from './testing.ts';

/*
 * The stand-in against a model a page long, through the official SDK: whatever is called in whatever order, once or
 * again with the same key, statuses and money agree, and a refused call changes nothing.
 */
let stand: Stand;
beforeAll(async () => {
  stand = await startStand({ laterSeconds: 0 });
});
afterAll(() => stand.stop());

interface Model {
  status: string;
  manual: boolean;
  hasMethod: boolean;
  /** Its refunds succeed at first, and come back. */
  refundsFail: boolean;
  amount: number;
  captured: number;
  refunded: number;
  /** Of the authorization. */
  daysLeft: number;
}
type Outcome = 'ok' | 'declined' | 'refused';
interface Real {
  stripe: Stripe;
  id: string;
  /** Repeats the latest call with its key. */
  repeat?: (() => Promise<Outcome>) | undefined;
  latest?: Outcome;
}

const OPEN = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
let keys = 0;

/** Makes a call with a key of its own, and remembers how to repeat it. */
async function outcome(
  real: Real,
  call: (options: Stripe.RequestOptions) => Promise<unknown>,
): Promise<Outcome> {
  const options = { idempotencyKey: `model-${(keys += 1)}` };
  real.repeat = async () => {
    try {
      await call(options);
      return 'ok';
    } catch (error) {
      return (error as Stripe.errors.StripeError).statusCode === 402 ? 'declined' : 'refused';
    }
  };
  real.latest = await real.repeat();
  return real.latest;
}

const paid = (model: Model): void => {
  model.status = model.manual ? 'requires_capture' : 'succeeded';
  model.captured = model.manual ? 0 : model.amount;
  model.daysLeft = 7;
};
const declined = (model: Model): void => {
  Object.assign(model, { status: 'requires_payment_method', hasMethod: false });
};

async function agree(model: Model, { stripe, id }: Real): Promise<void> {
  const intent = await stripe.paymentIntents.retrieve(id);
  expect(intent).toMatchObject({
    status: model.status,
    amount: model.amount,
    amount_received: model.captured,
    amount_capturable: model.status === 'requires_capture' ? model.amount : 0,
  });
  expect(intent.payment_method !== null).toBe(model.hasMethod);
  const charges = (await stripe.charges.list({ payment_intent: id, limit: 100 })).data;
  expect(charges.reduce((sum, charge) => sum + charge.amount_captured, 0)).toBe(model.captured);
  expect(charges.reduce((sum, charge) => sum + charge.amount_refunded, 0)).toBe(model.refunded);
  expect(charges.filter((charge) => charge.status === 'succeeded').length).toBeLessThanOrEqual(1);
  const refunds = (await stripe.refunds.list({ payment_intent: id, limit: 100 })).data;
  const given = refunds.filter(({ status }) => status !== 'failed');
  expect(given.reduce((sum, refund) => sum + refund.amount, 0)).toBe(model.refunded);
  if (model.captured === 0) return;
  const moved = await Promise.all(
    [...charges, ...refunds].map(({ id: source }) => stripe.balanceTransactions.list({ source })),
  );
  const balance = moved.flatMap(({ data }) => data).reduce((sum, { amount }) => sum + amount, 0);
  expect(balance).toBe(model.captured - model.refunded);
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

const CARDS = {
  pm_card_visa: paid,
  pm_card_refundFail: paid,
  pm_card_chargeDeclined: declined,
  pm_card_authenticationRequired: (model: Model) => {
    model.status = 'requires_action';
  },
} as const;

const confirm = (card: keyof typeof CARDS | undefined): Step =>
  step(`confirm(${card ?? ''})`, async (model, real) => {
    const { stripe, id } = real;
    const params = card === undefined ? {} : { payment_method: card };
    const got = await outcome(real, (options) => stripe.paymentIntents.confirm(id, params, options));
    if (!OPEN.includes(model.status) || (card === undefined && !model.hasMethod)) {
      expect(got).toBe('refused');
      return;
    }
    expect(got).toBe(card === 'pm_card_chargeDeclined' ? 'declined' : 'ok');
    model.hasMethod = true;
    if (card !== undefined) {
      model.refundsFail = card === 'pm_card_refundFail';
      CARDS[card](model);
    } else model.status = 'requires_action';
  });

const authenticate = (passed: boolean): Step =>
  step(`authenticate(${passed})`, async (model, { id }) => {
    await stand.knob(`payment_intents/${id}/${passed ? 'authenticate' : 'fail_authentication'}`, {});
    if (model.status !== 'requires_action') return;
    if (passed) paid(model);
    else declined(model);
  });

const update = (amount: number): Step =>
  step(`update(${amount})`, async (model, real) => {
    const { stripe, id } = real;
    const got = await outcome(real, (options) => stripe.paymentIntents.update(id, { amount }, options));
    const fits = OPEN.includes(model.status);
    expect(got).toBe(fits ? 'ok' : 'refused');
    if (!fits) return;
    model.amount = amount;
    if (model.status === 'requires_action') model.status = 'requires_confirmation';
  });

const capture = (amount: number): Step =>
  step(`capture(${amount})`, async (model, real) => {
    const { stripe, id } = real;
    const got = await outcome(real, (options) =>
      stripe.paymentIntents.capture(id, { amount_to_capture: amount }, options),
    );
    const fits = model.status === 'requires_capture' && amount <= model.amount;
    expect(got).toBe(fits ? 'ok' : 'refused');
    if (fits) Object.assign(model, { status: 'succeeded', captured: amount });
  });

const cancel = (): Step =>
  step('cancel()', async (model, real) => {
    const fits = [...OPEN, 'requires_capture'].includes(model.status);
    const got = await outcome(real, (options) => real.stripe.paymentIntents.cancel(real.id, {}, options));
    expect(got).toBe(fits ? 'ok' : 'refused');
    if (fits) model.status = 'canceled';
  });

const refund = (amount: number): Step =>
  step(`refund(${amount})`, async (model, real) => {
    const fits = model.status === 'succeeded' && amount <= model.captured - model.refunded;
    const got = await outcome(real, (options) =>
      real.stripe.refunds.create({ payment_intent: real.id, amount }, options),
    );
    expect(got).toBe(fits ? 'ok' : 'refused');
    // What comes back does so at once here, before anything can be asked.
    if (fits && !model.refundsFail) model.refunded += amount;
  });

const failRefunds = (): Step =>
  step('the bank sends refunds back', async (model, { stripe, id }) => {
    const refunds = (await stripe.refunds.list({ payment_intent: id, limit: 100 })).data;
    for (const { id: refundId } of refunds) await stand.knob(`refunds/${refundId}/fail`, {});
    model.refunded = 0;
  });

const expire = (days: number): Step =>
  step(`${days} days go by`, async (model, real) => {
    await stand.knob('clock', { advance: days * 86_400 });
    model.daysLeft -= days;
    if (model.daysLeft <= 0 && model.status === 'requires_capture') model.status = 'canceled';
    real.repeat = undefined;
  });

const repeat = (): Step =>
  step('the same again, with the same key', async (_model, real) => {
    if (real.repeat) expect(await real.repeat()).toBe(real.latest);
  });

const commands = [
  fc
    .constantFrom<(keyof typeof CARDS | undefined)[]>(
      'pm_card_visa',
      'pm_card_refundFail',
      'pm_card_chargeDeclined',
      'pm_card_authenticationRequired',
      undefined,
    )
    .map(confirm),
  fc.boolean().map(authenticate),
  fc.integer({ min: 50, max: 1100 }).map(update),
  fc.integer({ min: 1, max: 1100 }).map(capture),
  fc.constant(undefined).map(cancel),
  fc.integer({ min: 1, max: 700 }).map(refund),
  fc.constant(undefined).map(failRefunds),
  fc.constantFrom(2, 8).map(expire),
  fc.constant(undefined).map(repeat),
];

test('statuses and money agree with the model, whatever is called in whatever order', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.boolean(),
      fc.commands(commands, { maxCommands: 14, size: 'max' }),
      async (manual, steps) => {
        const intent = await stand.stripe.paymentIntents.create({
          amount: 1000,
          currency: 'eur',
          capture_method: manual ? 'manual' : 'automatic',
          ...cardOnly,
        });
        const model: Model = {
          status: intent.status,
          manual,
          hasMethod: false,
          refundsFail: false,
          amount: 1000,
          captured: 0,
          refunded: 0,
          daysLeft: 7,
        };
        await fc.asyncModelRun(() => ({ model, real: { stripe: stand.stripe, id: intent.id } }), steps);
      },
    ),
    { numRuns: 100, verbose: 1 },
  );
});
