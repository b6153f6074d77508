import type Stripe from 'stripe';
import type { Database } from '../../db/database.ts';
import { beginCustomer, passOverKey, recordCustomer } from '../../db/users/payments/stripe-customers.ts';
import { judgeStripeError } from '../operations/stripe.ts';

/**
 * The Customer that an account is at Stripe; made the first time. Stripe is told the account's id and nothing else of
 * it. What two calls made at once, or one whose answer was lost, is the same Customer; one made under a key that was
 * passed over has no cards and harms nobody.
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
