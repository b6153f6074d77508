/** Reads PaymentIntents in the form of the comparison. */

import Stripe from 'stripe';
import type { IntentFacts } from '../../domain/compare-payment.ts';

/** The expanded fields of a PaymentIntent: refunds, and the fee. */
const EXPANSION = 'latest_charge.balance_transaction';
/** Stripe's maximum page size. */
const PER_PAGE = 100;
/** Reads are safe to retry at once, and an occasional failed page is no reason to start over. */
const READING = { maxNetworkRetries: 2 };

/** A range of creation times in seconds, start included, end excluded; without a bound it is open. */
export interface Window {
  readonly from: number | undefined;
  readonly until: number | undefined;
}

/** Returns a page of a window's PaymentIntents, newest first, after the one with this id. */
export async function listIntents(
  stripe: Stripe,
  { from, until }: Window,
  after: string | undefined,
): Promise<{ intents: IntentFacts[]; hasMore: boolean }> {
  const page = await stripe.paymentIntents.list(
    {
      limit: PER_PAGE,
      expand: [`data.${EXPANSION}`],
      created: { ...(from !== undefined && { gte: from }), ...(until !== undefined && { lt: until }) },
      ...(after !== undefined && { starting_after: after }),
    },
    READING,
  );
  return { intents: page.data.map(factsOf), hasMore: page.has_more };
}

/** Returns one PaymentIntent, or undefined when Stripe has none with that id. */
export async function readIntent(stripe: Stripe, id: string): Promise<IntentFacts | undefined> {
  try {
    return factsOf(await stripe.paymentIntents.retrieve(id, { expand: [EXPANSION] }, READING));
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError && error.code === 'resource_missing') return undefined;
    throw error;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function factsOf(intent: Stripe.PaymentIntent): IntentFacts {
  const { id, status, amount, currency, metadata, latest_charge: latest } = intent;
  const charge = typeof latest === 'object' ? latest : null;
  const moved = charge?.balance_transaction;
  const named = (value: string | undefined) => (value !== undefined && UUID.test(value) ? value : undefined);
  return {
    id,
    status,
    amount,
    currency,
    receivedAmount: intent.amount_received,
    refundedAmount: charge?.amount_refunded ?? 0,
    ...(typeof moved === 'object' && moved && { feeAmount: moved.fee, feeCurrency: moved.currency }),
    createdAt: intent.created * 1000,
    orderId: named(metadata['order_id']),
    paymentId: named(metadata['payment_id']),
  };
}
