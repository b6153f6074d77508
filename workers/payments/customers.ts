import type Stripe from 'stripe';
import type { Database } from '../../db/database.ts';
import { beginCustomer, passOverKey, recordCustomer } from '../../db/users/payments/stripe-customers.ts';
import { judgeStripeError } from '../operations/stripe.ts';

/**
 * Returns the Stripe Customer of an account; made the first time. Stripe receives the account's id and nothing else.
 * Concurrent calls, and a repetition after a lost answer, return the same Customer; one made under an abandoned key has
 * no cards and is harmless.
 */
export async function ensureCustomer(
  { users, stripe }: { users: Database; stripe: Stripe },
  userId: string,
): Promise<string> {
  const begun = await beginCustomer(users, userId);
  if ('stripeCustomerId' in begun) return begun.stripeCustomerId;
  let customer: Stripe.Customer;
  try {
    customer = await stripe.customers.create(
      { metadata: { user_id: userId } },
      { idempotencyKey: begun.key },
    );
  } catch (error) {
    if (judgeStripeError(error).kind === 'failed') await passOverKey(users, userId, begun.attempt);
    throw error;
  }
  return recordCustomer(users, userId, customer.id);
}
