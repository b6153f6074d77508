/** Template payments in the Stripe stand-in's own form, made once through its API, to be copied. */

import type Stripe from 'stripe';
import type { Store } from 'stripe-stand-in/store';
import { until } from './until.ts';

/** Outcome of a payment at Stripe. */
export type Fate = 'captured' | 'refunded' | 'voided' | 'authorized' | 'bare';

/** Captured amount of a copy and, for a refunded one, refunded amount, in minor units. */
export const AMOUNT = 420;
export const REFUND = 120;

/** One payment with all its objects, as JSON by collection. */
export interface Template {
  readonly objects: readonly { readonly collection: Collection; readonly json: string }[];
  /** Ids in the JSON, by their name in a copy: `pi`, `ch`, `txn`, `re`, `txn_re`. */
  readonly ids: Readonly<Record<string, string>>;
}

type Collection = 'paymentIntents' | 'charges' | 'balanceTransactions' | 'refunds';

/** Placeholder for our ids in a template's metadata. */
export const PLACEHOLDERS = {
  order_id: 'ORDER',
  share_id: 'SHARE',
  payment_id: 'PAYMENT',
  bill_version: '1',
};

/** Makes one payment per outcome. */
export async function makeTemplates(stripe: Stripe, store: Store): Promise<Record<Fate, Template>> {
  const make = async (fate: Fate) => {
    const { id } = await pay(stripe, fate);
    if (fate === 'captured' || fate === 'refunded')
      await until('the fee of a captured payment', () => chargeOf(store, id)?.balance_transaction);
    return read(store, id);
  };
  return {
    captured: await make('captured'),
    refunded: await make('refunded'),
    voided: await make('voided'),
    authorized: await make('authorized'),
    bare: await make('bare'),
  };
}

async function pay(stripe: Stripe, fate: Fate): Promise<Stripe.PaymentIntent> {
  const intent = await stripe.paymentIntents.create({
    amount: AMOUNT,
    currency: 'eur',
    capture_method: 'manual',
    allowed_payment_method_types: ['card'],
    metadata: PLACEHOLDERS,
  });
  if (fate === 'bare') return intent;
  await stripe.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa', use_stripe_sdk: true });
  if (fate === 'authorized') return intent;
  if (fate === 'voided') return stripe.paymentIntents.cancel(intent.id);
  await stripe.paymentIntents.capture(intent.id);
  if (fate === 'refunded') await stripe.refunds.create({ payment_intent: intent.id, amount: REFUND });
  return intent;
}

function chargeOf(store: Store, intentId: string) {
  return store.charges.all('payment_intent', intentId)[0];
}

function read(store: Store, intentId: string): Template {
  const charge = chargeOf(store, intentId);
  const [refund] = store.refunds.all('payment_intent', intentId);
  const moved = (id: string | null | undefined) =>
    id ? store.balanceTransactions.find(id)?.object : undefined;
  const parts = [
    ['pi', 'paymentIntents', store.paymentIntents.find(intentId)?.object],
    ['ch', 'charges', charge],
    ['txn', 'balanceTransactions', moved(charge?.balance_transaction)],
    ['re', 'refunds', refund],
    ['txn_re', 'balanceTransactions', moved(refund?.balance_transaction)],
  ] as const;
  const known = parts.flatMap(([name, collection, object]) => (object ? [{ name, collection, object }] : []));
  return {
    objects: known.map(({ collection, object }) => ({ collection, json: JSON.stringify(object) })),
    ids: Object.fromEntries(known.map(({ name, object }) => [name, object.id])),
  };
}

/** Stripe's fee per copy. */
export function feeOf({ objects }: Template): number {
  const { json } = objects.find(({ collection }) => collection === 'balanceTransactions')!;
  return (JSON.parse(json) as { fee: number }).fee;
}
