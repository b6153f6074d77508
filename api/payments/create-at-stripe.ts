import { randomUUID } from 'node:crypto';
import Stripe from 'stripe';

/**
 * Creates an object at Stripe under an idempotency key. Stripe replays a 5xx under its key: the object is then created under
 * a new one. What may be left of the failed call must be harmless.
 */
export async function createAtStripe<T>(
  idempotencyKey: string,
  create: (options: { readonly idempotencyKey: string }) => Promise<T>,
): Promise<T> {
  try {
    return await create({ idempotencyKey });
  } catch (error) {
    const hasFailed = error instanceof Stripe.errors.StripeAPIError && (error.statusCode ?? 0) >= 500;
    if (!hasFailed) throw error;
    return create({ idempotencyKey: `${idempotencyKey}/${randomUUID()}` });
  }
}
