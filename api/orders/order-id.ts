import type { PlaceOrder } from '../../domain/contract/orders.ts';
import { requestIdFor } from '../http/idempotency.ts';

/**
 * The id of the order that a request places, the same whenever it is repeated. A key is a secret of who used it, and
 * together with her attempt it is enough. Without one it belongs to the contact that was given, and without that to the
 * account: signing in between two tries changes neither of the first two. See docs/adr/0012.
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

/** The id of the order that an attempt places. */
export function attemptOrderId(attempt: string, idempotencyKey: string): string {
  return requestIdFor('order', `attempt ${attempt}`, idempotencyKey);
}
