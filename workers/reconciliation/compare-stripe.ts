/** Our payments against Stripe's PaymentIntents, both ways, page by page: it takes no more memory for more of them. */

import { Context } from '@temporalio/activity';
import type Stripe from 'stripe';
import type { Databases } from '../../db/databases.ts';
import { recordDifferences } from '../../db/orders/differences.ts';
import {
  listUnknownCalls,
  listUnseenPayments,
  readPaymentFacts,
  readPaymentsOfIntents,
  type UnknownCall,
} from '../../db/orders/reconciliation.ts';
import {
  compareIntent,
  compareUnknownToStripe,
  type FoundDifference,
  type IntentFacts,
  type PaymentFacts,
} from '../../domain/compare-payment.ts';

export interface CompareStripeDependencies {
  readonly databases: Databases;
  readonly stripe: Stripe;
  /** What moved within this time is not judged yet. */
  readonly settledMs: number;
}

/** The most that Stripe lists at once. */
const INTENTS_PER_PAGE = 100;
const PAYMENTS_PER_PAGE = 1_000;
const FIRST_ID = '00000000-0000-0000-0000-000000000000';

export function createCompareStripeActivities({
  databases: { orders },
  stripe,
  settledMs,
}: CompareStripeDependencies) {
  const settledBefore = () => Date.now() - settledMs;

  return {
    /** Compares every PaymentIntent at Stripe with our payment of it. Goes on from its last page after a crash. */
    async compareIntents({ reconciliationId }: { reconciliationId: string }): Promise<{ compared: number }> {
      let { after, compared } = lastBeat<{ after: string | undefined; compared: number }>() ?? {
        after: undefined,
        compared: 0,
      };
      let next: Promise<Stripe.ApiList<Stripe.PaymentIntent>> | undefined = listIntents(after);
      while (next) {
        const page: Stripe.ApiList<Stripe.PaymentIntent> = await next;
        after = page.data.at(-1)?.id ?? after;
        // Stripe is asked for the next page while this one is compared.
        next = page.has_more ? listIntents(after) : undefined;
        next?.catch(() => undefined);
        await comparePage(reconciliationId, page.data.map(factsOf));
        compared += page.data.length;
        Context.current().heartbeat({ after, compared });
      }
      return { compared };
    },

    /** Looks for payments that Stripe does not list. Goes on from its last page after a crash. */
    async comparePayments({ reconciliationId }: { reconciliationId: string }): Promise<{ compared: number }> {
      let { after, compared } = lastBeat<{ after: string; compared: number }>() ?? {
        after: FIRST_ID,
        compared: 0,
      };
      for (;;) {
        const page = await listUnseenPayments(orders, reconciliationId, { after, limit: PAYMENTS_PER_PAGE });
        if (page.last === undefined) return { compared };
        const found = [];
        for (const payment of page.unseen) found.push(...(await compareUnseen(payment)));
        await recordDifferences(orders, reconciliationId, found);
        after = page.last;
        compared += page.count;
        Context.current().heartbeat({ after, compared });
      }
    },

    /** Looks for calls to Stripe of whose outcome nobody has heard. */
    async findUnknownOutcomes({ reconciliationId }: { reconciliationId: string }): Promise<void> {
      const calls = await listUnknownCalls(orders, new Date(settledBefore()));
      await recordDifferences(orders, reconciliationId, calls.map(unknownOutcome));
    },
  };

  function listIntents(after: string | undefined): Promise<Stripe.ApiList<Stripe.PaymentIntent>> {
    return stripe.paymentIntents.list({
      limit: INTENTS_PER_PAGE,
      expand: ['data.latest_charge'],
      ...(after !== undefined && { starting_after: after }),
    });
  }

  async function comparePage(reconciliationId: string, intents: readonly IntentFacts[]): Promise<void> {
    const payments = await readPaymentsOfIntents(
      orders,
      reconciliationId,
      intents.map(({ id }) => id),
    );
    const found: FoundDifference[] = [];
    for (const intent of intents) {
      const payment = payments.get(intent.id);
      if (!payment && (await isBeingMade(intent))) continue;
      const difference = compareIntent(intent, payment, settledBefore());
      if (difference) found.push(difference);
    }
    await recordDifferences(orders, reconciliationId, found);
  }

  /** Our payment is about to hear of it: its create has been sent, and not answered yet. */
  async function isBeingMade(intent: IntentFacts): Promise<boolean> {
    if (intent.paymentId === undefined) return false;
    const payment = await readPaymentFacts(orders, intent.paymentId);
    return payment?.intentId === null && payment.movedAt > settledBefore();
  }

  /** One may have been made after Stripe's list was read, so Stripe is asked for it by name. */
  async function compareUnseen(payment: PaymentFacts): Promise<FoundDifference[]> {
    if (!compareUnknownToStripe(payment, settledBefore())) return [];
    const intent = await readIntent(stripe, payment.intentId!);
    const difference = intent
      ? compareIntent(intent, payment, settledBefore())
      : compareUnknownToStripe(payment, settledBefore());
    return difference ? [difference] : [];
  }
}

function lastBeat<Beat>(): Beat | undefined {
  return Context.current().info.heartbeatDetails as Beat | undefined;
}

function unknownOutcome(call: UnknownCall): FoundDifference {
  const { idempotencyKey, operation, orderStatus, paymentStatus, ...subject } = call;
  return {
    kind: 'unknown_outcome',
    subject: idempotencyKey,
    ...subject,
    details: { operation, orderStatus, paymentStatus },
  };
}

/** A PaymentIntent as the comparison wants it, or undefined when Stripe knows none of that id. */
export async function readIntent(stripe: Stripe, id: string): Promise<IntentFacts | undefined> {
  try {
    return factsOf(await stripe.paymentIntents.retrieve(id, { expand: ['latest_charge'] }));
  } catch (error) {
    if ((error as { code?: string }).code === 'resource_missing') return undefined;
    throw error;
  }
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function factsOf(intent: Stripe.PaymentIntent): IntentFacts {
  const { id, status, amount, currency, metadata, latest_charge: charge } = intent;
  const named = (value: string | undefined) => (value !== undefined && UUID.test(value) ? value : undefined);
  return {
    id,
    status,
    amount,
    currency,
    receivedAmount: intent.amount_received,
    refundedAmount: typeof charge === 'object' ? (charge?.amount_refunded ?? 0) : 0,
    createdAt: intent.created * 1000,
    orderId: named(metadata['order_id']),
    paymentId: named(metadata['payment_id']),
  };
}
