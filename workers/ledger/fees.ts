/** Reads fees in batches, apart from the processing of orders: one request to Stripe for up to a hundred of them. */

import type Stripe from 'stripe';
import type { Database } from '../../db/database.ts';
import { bookFees, listPaymentsWithoutFee, type Fee } from '../../db/orders/ledger/fees.ts';
import type { Job } from '../operations/jobs.ts';

const AT_MOST = 500;
/** A charge is made within this time of its payment's start, unless its payer takes long over 3-D Secure. */
const CHARGED_WITHIN_S = 120;

/**
 * Books the fees of captured payments, every 10 seconds: each a few seconds after its capture, retried until Stripe
 * knows it.
 */
export function createFeesJob(options: { orders: Database; stripe: Stripe }): Job {
  return {
    name: 'fees',
    everyMs: 10_000,
    failure: 'fees could not be read',
    run: () => collectFees(options),
  };
}

/** Runs one round: reads the charges since the oldest payment without a fee, then those charged later one by one. */
async function collectFees({ orders, stripe }: { orders: Database; stripe: Stripe }): Promise<void> {
  const waiting = await listPaymentsWithoutFee(orders, { seconds: 3, limit: AT_MOST });
  const [oldest] = waiting;
  if (!oldest) return;
  const recent = new Map(waiting.filter(isRecent).map(({ id, intentId }) => [intentId, id]));
  if (recent.size > 0) {
    const since = waiting.find(isRecent)!.createdAt.getTime() / 1000 - CHARGED_WITHIN_S;
    const page = { created: { gte: Math.floor(since) }, expand: ['data.balance_transaction'], limit: 100 };
    const fees: Fee[] = [];
    for await (const charge of stripe.charges.list(page)) {
      const intent = charge.payment_intent;
      const paymentId = recent.get(typeof intent === 'string' ? intent : (intent?.id ?? ''));
      const fee = paymentId === undefined ? undefined : feeOfCharge(charge);
      if (fee) fees.push({ ...fee, paymentId: paymentId! });
    }
    await bookFees(orders, fees);
  }
  for (const { id, intentId } of waiting.filter((payment) => !isRecent(payment)).slice(0, 20)) {
    const intent = await stripe.paymentIntents.retrieve(intentId, {
      expand: ['latest_charge.balance_transaction'],
    });
    const fee = feeOf(intent);
    if (fee) await bookFees(orders, [{ ...fee, paymentId: id }]);
  }
}

function isRecent({ createdAt }: { createdAt: Date }): boolean {
  return Date.now() - createdAt.getTime() < 600_000;
}

/**
 * Returns Stripe's fee of a PaymentIntent with expanded `latest_charge.balance_transaction`; undefined while unknown.
 */
export function feeOf(intent: Stripe.PaymentIntent): Omit<Fee, 'paymentId'> | undefined {
  const charge = intent.latest_charge;
  return typeof charge === 'object' && charge ? feeOfCharge(charge) : undefined;
}

function feeOfCharge({ balance_transaction: moved }: Stripe.Charge): Omit<Fee, 'paymentId'> | undefined {
  return typeof moved === 'object' && moved ? { amount: moved.fee, currency: moved.currency } : undefined;
}
