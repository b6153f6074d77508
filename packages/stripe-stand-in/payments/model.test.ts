import fc from 'fast-check';
import type Stripe from 'stripe';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  endProcessing,
  expectAgreement,
  expectTrueEvents,
  isChargedBack,
  markDeclined,
  markPaid,
  newModel,
  type PaymentModel,
} from './payment-model.ts';
import { cardOnly, startStand, type Stand } from '../testing/stand.ts';

/*
 * The stand-in against a one-page model, through the official SDK: for random actions of customers, shop and banks in
 * any order, once or repeated with the same key, statuses and money agree, events are correct, and a rejected
 * call changes nothing. A failure prints its seed and path; MODEL_SEED=n repeats one, MODEL_RUNS=n tries so many (60).
 */
let stand: Stand;
beforeAll(async () => {
  stand = await startStand({ laterSeconds: 0 });
});
afterAll(() => stand.stop());

type Outcome = 'ok' | 'declined' | 'refused';
interface Real {
  stripe: Stripe;
  id: string;
  /** Repeats the latest call with its key. */
  repeat?: (() => Promise<Outcome>) | undefined;
  latest?: Outcome;
  key?: string;
}

const OPEN = ['requires_payment_method', 'requires_confirmation', 'requires_action'];
const HOUR = 3600;
let keys = 0;

async function outcomeOf(call: Promise<unknown>): Promise<Outcome> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    return (error as Stripe.errors.StripeError).statusCode === 402 ? 'declined' : 'refused';
  }
}

/** Makes a call with a new key, and remembers how to repeat it. */
async function outcome(
  real: Real,
  call: (options: Stripe.RequestOptions) => Promise<unknown>,
): Promise<Outcome> {
  const idempotencyKey = `model-${(keys += 1)}`;
  real.key = idempotencyKey;
  real.repeat = () => outcomeOf(call({ idempotencyKey }));
  real.latest = await real.repeat();
  return real.latest;
}

type Step = fc.AsyncCommand<PaymentModel, Real>;
const step = (name: string, run: (model: PaymentModel, real: Real) => Promise<void>): Step => ({
  check: () => true,
  run: async (model, real) => {
    await run(model, real);
    await expectAgreement(model, real.stripe, real.id);
  },
  toString: () => name,
});

const CARDS = {
  pm_card_visa: 'paid',
  pm_card_refundFail: 'paid',
  pm_card_chargeDeclined: 'declined',
  pm_card_authenticationRequired: 'asked',
} as const;
type Card = keyof typeof CARDS;

const confirm = (card: Card | undefined, slowly: boolean): Step =>
  step(`confirm(${card ?? ''})${slowly ? ', in processing first' : ''}`, async (model, real) => {
    const { stripe, id } = real;
    const params = card === undefined ? {} : { payment_method: card };
    const fault = slowly && stand.server.faults.add({ kind: 'processing', method: 'POST', ms: HOUR * 1000 });
    const got = await outcome(real, (options) => stripe.paymentIntents.confirm(id, params, options));
    if (fault) stand.server.faults.clear(fault.id);
    if (!OPEN.includes(model.status) || (card === undefined && !model.hasMethod)) {
      expect(got).toBe('refused');
      return;
    }
    const answer = card === undefined ? 'asked' : CARDS[card];
    expect(got).toBe(answer === 'declined' && !slowly ? 'declined' : 'ok');
    model.hasMethod = true;
    if (card !== undefined) model.refundsFail = card === 'pm_card_refundFail';
    if (answer === 'asked') model.status = 'requires_action';
    else if (slowly) Object.assign(model, { status: 'processing', pending: answer });
    else if (answer === 'paid') markPaid(model);
    else markDeclined(model);
  });

const authenticate = (passed: boolean): Step =>
  step(`authenticate(${passed})`, async (model, { id }) => {
    await stand.knob(`payment_intents/${id}/${passed ? 'authenticate' : 'fail_authentication'}`, {});
    if (model.status !== 'requires_action') return;
    if (passed) markPaid(model);
    else markDeclined(model);
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
    const fits = [...OPEN, 'requires_capture', 'processing'].includes(model.status);
    const got = await outcome(real, (options) => real.stripe.paymentIntents.cancel(real.id, {}, options));
    expect(got).toBe(fits ? 'ok' : 'refused');
    if (fits) model.status = 'canceled';
  });

const refund = (amount: number): Step =>
  step(`refund(${amount})`, async (model, real) => {
    const left = model.captured - model.refunded;
    const fits = model.status === 'succeeded' && amount <= left && !isChargedBack(model);
    const got = await outcome(real, (options) =>
      real.stripe.refunds.create({ payment_intent: real.id, amount }, options),
    );
    expect(got).toBe(fits ? 'ok' : 'refused');
    // A failing refund fails at once here, before any request can see it pending.
    if (fits && !model.refundsFail) model.refunded += amount;
  });

const failRefunds = (): Step =>
  step('the bank sends refunds back', async (model, { stripe, id }) => {
    const refunds = (await stripe.refunds.list({ payment_intent: id, limit: 100 })).data;
    for (const { id: refundId } of refunds) await stand.knob(`refunds/${refundId}/fail`, {});
    model.refunded = 0;
  });

const dispute = (inquiry: boolean): Step =>
  step(inquiry ? 'inquiry' : 'dispute', async (model, { stripe, id }) => {
    const { latest_charge: charge } = await stripe.paymentIntents.retrieve(id);
    const got = await outcomeOf(stand.knob(`charges/${String(charge)}/dispute`, { inquiry }));
    const amount = model.captured - model.refunded;
    const isFirst = model.dispute === undefined || model.dispute.state === 'inquiry_closed';
    expect(got).toBe(amount > 0 && isFirst ? 'ok' : 'refused');
    if (got === 'ok') model.dispute = { state: inquiry ? 'inquiry' : 'open', amount };
  });

const endDispute = (how: 'win' | 'lose' | 'accept' | 'escalate'): Step =>
  step(`${how} the dispute`, async (model, { stripe, id }) => {
    const [one] = (await stripe.disputes.list({ payment_intent: id })).data;
    if (!one || !model.dispute) return;
    const { state } = model.dispute;
    const isOver = !['inquiry', 'open'].includes(state);
    const doing =
      how === 'accept' ? stripe.disputes.close(one.id) : stand.knob(`disputes/${one.id}/${how}`, {});
    expect(await outcomeOf(doing)).toBe(how === 'accept' && isOver ? 'refused' : 'ok');
    if (isOver || (how === 'escalate' && state === 'open')) return;
    if (how === 'escalate') model.dispute.state = 'open';
    else if (state === 'inquiry') model.dispute.state = 'inquiry_closed';
    else model.dispute.state = how === 'win' ? 'won' : 'lost';
  });

const pass = (seconds: number): Step =>
  step(`${seconds / HOUR} hours go by`, async (model, real) => {
    // Older events are not compared: Stripe lists only those of the last 30 days.
    if (model.age + seconds > 29 * 24 * HOUR) return;
    model.age += seconds;
    await stand.knob('clock', { advance: seconds });
    const wasProcessing = model.status === 'processing';
    endProcessing(model);
    model.daysLeft -= (seconds - (wasProcessing ? HOUR : 0)) / 86_400;
    if (model.daysLeft <= 0 && model.status === 'requires_capture') model.status = 'canceled';
    if (seconds >= 86_400) real.repeat = undefined;
  });

const repeat = (): Step =>
  step('the same again, with the same key', async (_model, real) => {
    if (real.repeat) expect(await real.repeat()).toBe(real.latest);
  });

const misuse = (): Step =>
  step('something else with the same key', async (_model, { stripe, id, repeat: isKept, key }) => {
    if (!isKept || key === undefined) return;
    const params = { description: 'Something else' };
    const error = await stripe.paymentIntents
      .update(id, params, { idempotencyKey: key })
      .catch((one: unknown) => one);
    expect(error).toMatchObject({ statusCode: 400, rawType: 'idempotency_error' });
  });

const commands = [
  fc
    .tuple(fc.constantFrom<(Card | undefined)[]>(...(Object.keys(CARDS) as Card[]), undefined), fc.boolean())
    .map(([card, slowly]) => confirm(card, slowly && card !== undefined)),
  fc.boolean().map(authenticate),
  fc.integer({ min: 50, max: 1100 }).map(update),
  fc.integer({ min: 1, max: 1100 }).map(capture),
  fc.constant(undefined).map(cancel),
  fc.integer({ min: 1, max: 700 }).map(refund),
  fc.constant(undefined).map(failRefunds),
  fc.boolean().map(dispute),
  fc.constantFrom('win', 'lose', 'accept', 'escalate').map(endDispute),
  fc.constantFrom(HOUR + 1, 48 * HOUR, 192 * HOUR).map(pass),
  fc.constant(undefined).map(repeat),
  fc.constant(undefined).map(misuse),
];

/** The payment's state at the start of a run; otherwise late states would be reached too rarely. */
const STARTS: Readonly<Record<string, Step[]>> = {
  new: [],
  'in processing': [confirm('pm_card_visa', true)],
  'in processing, to be declined': [confirm('pm_card_chargeDeclined', true)],
  authorized: [confirm('pm_card_visa', false)],
  captured: [confirm('pm_card_visa', false), capture(1000)],
  'captured, its refunds fail': [confirm('pm_card_refundFail', false), capture(900)],
  'partly refunded': [confirm('pm_card_visa', false), capture(1000), refund(300)],
  disputed: [confirm('pm_card_visa', false), capture(1000), dispute(false)],
  'disputed and won': [confirm('pm_card_visa', false), capture(1000), dispute(false), endDispute('win')],
  'asked about': [confirm('pm_card_visa', false), capture(1000), dispute(true)],
};
const seed = process.env['MODEL_SEED'];

test('statuses, money and events agree with the model, whatever is done in whatever order', async () => {
  const property = fc.asyncProperty(
    fc.boolean(),
    fc.constantFrom(...Object.keys(STARTS)),
    fc.commands(commands, { maxCommands: 18, size: 'max' }),
    async (manual, start, steps) => {
      const { id } = await stand.stripe.paymentIntents.create({
        amount: 1000,
        currency: 'eur',
        capture_method: manual ? 'manual' : 'automatic',
        ...cardOnly,
      });
      const begun = { model: newModel(manual), real: { stripe: stand.stripe, id } };
      await fc.asyncModelRun(() => begun, STARTS[start] ?? []);
      await fc.asyncModelRun(() => begun, steps);
      await expectAgreement(begun.model, stand.stripe, id, { end: true });
      await expectTrueEvents(begun.model, stand.stripe, id);
    },
  );
  await fc.assert(property, {
    numRuns: Number(process.env['MODEL_RUNS'] ?? 60),
    verbose: 1,
    ...(seed === undefined ? {} : { seed: Number(seed) }),
  });
}, 300_000);
