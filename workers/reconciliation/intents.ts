/** PaymentIntents as the comparison wants them. */

import Stripe from 'stripe';
import type { IntentFacts } from '../../domain/compare-payment.ts';

/** What of a PaymentIntent is asked for besides itself: what went back, and the fee. */
const EXPANSION = 'latest_charge.balance_transaction';
/** The most that Stripe lists at once. */
const PER_PAGE = 100;
/** Reading may be repeated at once, and a page that fails now and then is no reason to begin anew. */
const READING = { maxNetworkRetries: 2 };

/** A time from which on, and before which, something was created, in seconds; none: from ever, or for ever. */
export interface Window {
  readonly from: number | undefined;
  readonly until: number | undefined;
}

/** A page of a window's PaymentIntents, newest first, after that of this id. */
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

/** One PaymentIntent, or undefined when Stripe knows none of that id. */
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
