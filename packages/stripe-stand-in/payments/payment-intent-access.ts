import type { Call } from '../protocol/call.ts';
import type { Stored } from '../store/collection.ts';
import { invalidRequest, missing } from '../protocol/errors.ts';
import type { IntentHidden, PaymentIntent } from '../store/store.ts';

/** Returns the stored intent. Throws when a publishable key comes without that intent's client secret. */
export function findIntent(
  call: Call,
  id: string,
  clientSecret?: string,
): Stored<PaymentIntent, IntentHidden> {
  const found = call.store.paymentIntents.find(id);
  if (!found) throw missing('payment_intent', id, 'intent');
  if (call.publishable || clientSecret !== undefined)
    assertClientSecret(found.object.client_secret, clientSecret);
  return found;
}

/** Throws unless the secret is the object's own. */
export function assertClientSecret(own: string | null, given: string | undefined): void {
  if (given !== undefined && given === own) return;
  if (given === undefined) {
    throw invalidRequest('Missing required param: client_secret.', {
      code: 'parameter_missing',
      param: 'client_secret',
    });
  }
  throw invalidRequest(
    'The client_secret provided does not match any associated PaymentIntent on this account. Ensure the provided client_secret and PaymentIntent belong to the same account.',
    {
      code: 'payment_intent_invalid_parameter',
      param: 'client_secret',
    },
  );
}
