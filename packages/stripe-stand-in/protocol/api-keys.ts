import type { IncomingHttpHeaders } from 'node:http';
import { StripeError } from './errors.ts';

/** The kind of API key. A secret key may do everything, a publishable key only what the client secret allows. */
export interface ApiKey {
  publishable: boolean;
}

const OWN_PAGE = 'sk_test_dashboard';

/** Reads the key from `Authorization` (Bearer or Basic) or the `key` parameter. Live keys are refused. */
export function authenticateKey(headers: IncomingHttpHeaders, keyParam: string | undefined): ApiKey {
  const key = keyOf(headers.authorization) ?? keyParam;
  if (key === undefined || key === '') {
    throw unauthorized(
      "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY'). See https://stripe.com/docs/api#authentication for details, or we can help at https://support.stripe.com/.",
    );
  }
  if (/^(sk|rk|pk)_live_/.test(key)) {
    throw unauthorized(
      'This is a stand-in for Stripe: it takes test keys only, and you have sent it a live key. Keep it secret, and roll it if this went over a network.',
    );
  }
  if (/^(sk|rk)_test_\w+$/.test(key)) return { publishable: false };
  if (/^pk_test_\w+$/.test(key)) return { publishable: true };
  throw unauthorized(
    `Invalid API Key provided: ${key.slice(0, 8)}${'*'.repeat(Math.max(0, key.length - 12))}${key.length > 12 ? key.slice(-4) : ''}`,
  );
}

function keyOf(authorization: string | undefined): string | undefined {
  const [scheme = '', credentials = ''] = (authorization ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() === 'basic') return Buffer.from(credentials, 'base64').toString().split(':')[0];
  return undefined;
}

/** Returns true for the stand-in's own page, whose reads are not logged and which no fault affects. */
export function isOwnPageKey(headers: IncomingHttpHeaders): boolean {
  return keyOf(headers.authorization) === OWN_PAGE;
}

function unauthorized(message: string): StripeError {
  const error = new StripeError(401, { type: 'invalid_request_error', message });
  error.beforeExecution = true;
  error.headers['WWW-Authenticate'] = 'Basic realm="Stripe"';
  return error;
}

/** Creates the 403 for a call that needs a secret key. */
export function secretKeyRequired(): StripeError {
  const error = new StripeError(403, {
    type: 'invalid_request_error',
    code: 'secret_key_required',
    message:
      'This API call cannot be made with a publishable API key. Please use a secret API key. You can find a list of your API keys at https://dashboard.stripe.com/account/apikeys.',
  });
  error.beforeExecution = true;
  return error;
}
