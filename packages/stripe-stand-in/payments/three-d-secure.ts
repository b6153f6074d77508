import type { Call } from '../protocol/call.ts';
import { formatAmount } from '../protocol/currencies.ts';
import { StripeError } from '../protocol/errors.ts';
import { parseForm } from '../protocol/form-encoding.ts';
import { oneOf, text } from '../protocol/parameter-kinds.ts';
import { readParams, required } from '../protocol/parameters.ts';
import { authenticate } from './payment-authentication.ts';
import { findIntent } from './payment-intent-access.ts';
import { authenticateSetup, findSetupIntent } from './setup-confirmation.ts';

/** What the bank's page shows of the intent behind the client secret. */
export function describeAuthentication(call: Call, id: string, clientSecret: string): object {
  if (id.startsWith('seti_')) {
    const { object, hidden } = findSetupIntent(call, id, clientSecret);
    const description = 'A shop asks to keep your card for later.';
    return { status: object.status, description, return_url: returnUrl(hidden.returnUrl, object) };
  }
  const { object, hidden } = findIntent(call, id, clientSecret);
  return {
    status: object.status,
    description: `A shop asks for ${formatAmount(object.amount, object.currency)}.`,
    return_url: returnUrl(hidden.returnUrl, object),
  };
}

/** The customer's decision, from the bank's page: `outcome=complete` or `fail`. Safe to repeat. */
export function decideAuthentication(call: Call, id: string, body: string): object {
  const shape = { client_secret: required(text()), outcome: required(oneOf('complete', 'fail')) };
  const read = readParams(shape, parseForm(body));
  if (id.startsWith('seti_')) findSetupIntent(call, id, read.client_secret);
  else findIntent(call, id, read.client_secret);
  return finishAuthentication(call, id, read.outcome === 'complete');
}

/** Decides for the customer. A decline that follows is recorded like any other. */
export function finishAuthentication(call: Call, id: string, passed: boolean): object {
  if (id.startsWith('seti_')) {
    const stored = findSetupIntent(call, id);
    const { status } = authenticateSetup(call, stored, passed);
    return { id, status, return_url: returnUrl(stored.hidden.returnUrl, stored.object) };
  }
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
  intent: { id: string; object: string; client_secret: string | null; status: string },
): string | null {
  if (url === undefined) return null;
  const target = new URL(url);
  target.searchParams.set(intent.object, intent.id);
  target.searchParams.set(`${intent.object}_client_secret`, intent.client_secret ?? '');
  target.searchParams.set(
    'redirect_status',
    intent.status === 'requires_payment_method' ? 'failed' : 'succeeded',
  );
  return target.href;
}
