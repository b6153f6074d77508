import type { Call } from './call.ts';
import { formatAmount } from './currencies.ts';
import { StripeError } from './errors.ts';
import { parseForm } from './form-encoding.ts';
import { oneOf, readParams, required, text } from './parameters.ts';
import { authenticate } from './payment-confirmation.ts';
import { findIntent } from './payment-intents.ts';

/** What the bank's page shows of the intent behind the client secret. */
export function describeAuthentication(call: Call, id: string, clientSecret: string): object {
  const { object, hidden } = findIntent(call, id, clientSecret);
  return {
    status: object.status,
    description: `A shop asks for ${formatAmount(object.amount, object.currency)}.`,
    return_url: returnUrl(hidden.returnUrl, object),
  };
}

/** The customer's decision, from the bank's page: `outcome=complete` or `fail`. Twice is as good as once. */
export function decideAuthentication(call: Call, id: string, body: string): object {
  const read = readParams(
    { client_secret: required(text()), outcome: required(oneOf('complete', 'fail')) },
    parseForm(body),
  );
  const stored = findIntent(call, id, read.client_secret);
  return finishAuthentication(call, stored.object.id, read.outcome === 'complete');
}

/** As if the customer had decided. A decline that follows is written like any other. */
export function finishAuthentication(call: Call, id: string, passed: boolean): object {
  const stored = findIntent(call, id);
  try {
    authenticate(call, stored, passed);
  } catch (error) {
    if (!(error instanceof StripeError && error.keepsEffects)) throw error;
  }
  return { id, status: stored.object.status, return_url: returnUrl(stored.hidden.returnUrl, stored.object) };
}

function returnUrl(
  url: string | undefined,
  intent: { id: string; client_secret: string | null; status: string },
): string | null {
  if (url === undefined) return null;
  const target = new URL(url);
  target.searchParams.set('payment_intent', intent.id);
  target.searchParams.set('payment_intent_client_secret', intent.client_secret ?? '');
  target.searchParams.set(
    'redirect_status',
    intent.status === 'requires_payment_method' ? 'failed' : 'succeeded',
  );
  return target.href;
}
