/** Reads disputes in the form of the comparison. */

import type Stripe from 'stripe';
import type { DisputeAtStripe } from '../../db/orders/ledger/compare-ledger.ts';

/** A dispute, and when it last moved money, in milliseconds. */
export type MovedDispute = DisputeAtStripe & { readonly movedAt: number };

const READING = { maxNetworkRetries: 2 };

/** Reads all disputes at Stripe, in pages. */
export async function* listDisputes(stripe: Stripe): AsyncGenerator<MovedDispute[]> {
  let after: string | undefined;
  for (let hasMore = true; hasMore;) {
    const page: Stripe.ApiList<Stripe.Dispute> = await stripe.disputes.list(
      { limit: 100, ...(after !== undefined && { starting_after: after }) },
      READING,
    );
    yield page.data.flatMap((dispute) => disputeOf(dispute) ?? []);
    after = page.data.at(-1)?.id;
    hasMore = page.has_more;
  }
}

/** Returns one dispute, or undefined when it has no PaymentIntent. */
export async function readDispute(stripe: Stripe, id: string): Promise<MovedDispute | undefined> {
  return disputeOf(await stripe.disputes.retrieve(id, {}, READING));
}

function disputeOf(dispute: Stripe.Dispute): MovedDispute | undefined {
  const { id, payment_intent: intent, currency, created, balance_transactions: movements } = dispute;
  if (!intent) return undefined;
  return {
    id,
    intentId: typeof intent === 'string' ? intent : intent.id,
    currency,
    movedAmount: movements.reduce((sum, { net }) => sum + net, 0),
    feeAmount: movements.reduce((sum, { fee }) => sum + fee, 0),
    movedAt: Math.max(created, ...movements.map((moved) => moved.created)) * 1000,
  };
}
