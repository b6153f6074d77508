import type { Call } from './call.ts';
import type { Stored } from './collection.ts';
import { invalidRequest, missing, StripeError } from './errors.ts';
import type { IntentHidden, PaymentIntent } from './store.ts';

/** The stored intent. With a publishable key the client secret must be that intent's. */
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
    throw new StripeError(401, {
      type: 'invalid_request_error',
      message:
        'Missing required param: client_secret. A publishable key may only act on an intent with its client secret.',
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

/** What a publishable key gets to see of an intent. */
export function presentToBrowser(intent: PaymentIntent): Partial<PaymentIntent> {
  const hiddenFromBrowsers = new Set([
    'amount_capturable', 'amount_received', 'application', 'application_fee_amount', 'customer', 'customer_account',
    'latest_charge', 'metadata', 'on_behalf_of', 'payment_method_options', 'payment_record', 'review',
    'statement_descriptor', 'statement_descriptor_suffix', 'transfer_data', 'transfer_group', 'managed_payments',
  ]); // prettier-ignore
  return Object.fromEntries(Object.entries(intent).filter(([key]) => !hiddenFromBrowsers.has(key)));
}
