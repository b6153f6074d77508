import type Stripe from 'stripe';
import { expect } from 'vitest';

/** A one-page model of a payment, with which model.test.ts compares the stand-in. */
export interface PaymentModel {
  status: string;
  readonly manual: boolean;
  hasMethod: boolean;
  /** Its refunds succeed at first and fail later. */
  refundsFail: boolean;
  amount: number;
  captured: number;
  refunded: number;
  /** Of the authorization. */
  daysLeft: number;
  /** In seconds, by the stand-in's clock. */
  age: number;
  /** The outcome when processing ends. */
  pending?: 'paid' | 'declined' | undefined;
  dispute?:
    { state: 'inquiry' | 'inquiry_closed' | 'open' | 'won' | 'lost'; readonly amount: number } | undefined;
}

/** A new payment of ten euro. */
export function newModel(manual: boolean): PaymentModel {
  return {
    status: 'requires_payment_method',
    manual,
    hasMethod: false,
    refundsFail: false,
    amount: 1000,
    captured: 0,
    refunded: 0,
    daysLeft: 7,
    age: 0,
  };
}

/** The bank approved. */
export function markPaid(model: PaymentModel): void {
  model.status = model.manual ? 'requires_capture' : 'succeeded';
  model.captured = model.manual ? 0 : model.amount;
  model.daysLeft = 7;
  model.pending = undefined;
}

/** The bank declined, or authentication failed. */
export function markDeclined(model: PaymentModel): void {
  Object.assign(model, { status: 'requires_payment_method', hasMethod: false, pending: undefined });
}

/** The bank answered a payment in processing. */
export function endProcessing(model: PaymentModel): void {
  if (model.status !== 'processing') return;
  if (model.pending === 'paid') markPaid(model);
  else markDeclined(model);
}

/** True while no refund is possible, since the bank has the money. */
export function isChargedBack({ dispute }: PaymentModel): boolean {
  return dispute !== undefined && ['open', 'lost'].includes(dispute.state);
}

const DISPUTE_STATUS = {
  inquiry: 'warning_needs_response',
  inquiry_closed: 'warning_closed',
  open: 'needs_response',
  won: 'won',
  lost: 'lost',
} as const;

/**
 * Compares the intent, its charges, refunds, disputes and the balance with the model. Before the first capture,
 * refunds and disputes are listed only at the `end`, since created ones stay listed.
 */
export async function expectAgreement(
  model: PaymentModel,
  stripe: Stripe,
  id: string,
  { end = false } = {},
): Promise<void> {
  const intent = await stripe.paymentIntents.retrieve(id);
  expect(intent).toMatchObject({
    status: model.status,
    amount: model.amount,
    amount_received: model.captured,
    amount_capturable: model.status === 'requires_capture' ? model.amount : 0,
  });
  expect(intent.payment_method !== null).toBe(model.hasMethod);
  const query = { payment_intent: id, limit: 100 };
  const charges = (await stripe.charges.list(query)).data;
  expect(sum(charges.map((charge) => charge.amount_captured))).toBe(model.captured);
  expect(sum(charges.map((charge) => charge.amount_refunded))).toBe(model.refunded);
  expect(charges.filter((charge) => charge.status === 'succeeded').length).toBeLessThanOrEqual(1);
  if (!['processing', 'canceled'].includes(model.status))
    expect(charges.filter((charge) => charge.status === 'pending')).toEqual([]);
  if (model.captured === 0 && !end) return;
  const refunds = (await stripe.refunds.list(query)).data;
  const disputes = (await stripe.disputes.list(query)).data;
  expect(sum(refunds.filter(({ status }) => status !== 'failed').map(({ amount }) => amount))).toBe(
    model.refunded,
  );
  expect(disputes[0]?.status).toBe(model.dispute && DISPUTE_STATUS[model.dispute.state]);
  const sources = [...charges, ...refunds, ...disputes].map((one) => one.id);
  if (model.captured > 0) expect(await balanceOf(stripe, sources)).toBe(expectedBalance(model));
}

async function balanceOf(stripe: Stripe, sources: string[]): Promise<number> {
  const moved = await Promise.all(sources.map((source) => stripe.balanceTransactions.list({ source })));
  return sum(moved.flatMap(({ data }) => data.map(({ amount }) => amount)));
}

function expectedBalance({ captured, refunded, dispute }: PaymentModel): number {
  const taken = dispute?.state === 'open' || dispute?.state === 'lost' ? dispute.amount : 0;
  return captured - refunded - taken;
}

const sum = (numbers: number[]): number => numbers.reduce((total, number) => total + number, 0);

/** The status that each event of a payment reports. */
const TOLD: Readonly<Record<string, string>> = {
  'payment_intent.requires_action': 'requires_action',
  'payment_intent.processing': 'processing',
  'payment_intent.amount_capturable_updated': 'requires_capture',
  'payment_intent.payment_failed': 'requires_payment_method',
  'payment_intent.canceled': 'canceled',
  'payment_intent.succeeded': 'succeeded',
};

/** Every event reports the status it is named after, and the final one is reported once. */
export async function expectTrueEvents(model: PaymentModel, stripe: Stripe, id: string): Promise<void> {
  const { data } = await stripe.events.list({ types: Object.keys(TOLD), limit: 100 });
  const own = data.filter((event) => (event.data.object as Stripe.PaymentIntent).id === id);
  for (const event of own) {
    expect((event.data.object as Stripe.PaymentIntent).status).toBe(TOLD[event.type]);
  }
  for (const end of ['canceled', 'succeeded']) {
    const times = own.filter(({ type }) => type === `payment_intent.${end}`).length;
    expect(times, end).toBe(model.status === end ? 1 : 0);
  }
}
