import type { PlaceOrder } from '../../domain/contract/orders.ts';
import { requestIdFor } from '../http/idempotency.ts';

/**
 * Derives the id of the order that a request places, the same for every repeat. A key is its user's secret, and with
 * her attempt it suffices. Without an attempt, the id depends on the given contact, else on the account. Signing in
 * between two tries changes neither of the first two. See docs/adr/0012.
 */
export function orderIdOf(request: {
  readonly body: Pick<PlaceOrder, 'attempt' | 'contact'>;
  readonly userId: string | null;
  readonly idempotencyKey: string;
}): string | undefined {
  const { body, userId, idempotencyKey } = request;
  if (body.attempt !== undefined) return attemptOrderId(body.attempt, idempotencyKey);
  const principal = body.contact ? `guest ${body.contact.email.toLowerCase()}` : userId;
  return principal === null ? undefined : requestIdFor('order', principal, idempotencyKey);
}

/** Returns the id of the order that an attempt places. */
export function attemptOrderId(attempt: string, idempotencyKey: string): string {
  return requestIdFor('order', `attempt ${attempt}`, idempotencyKey);
}
