/** What Stripe puts below `error` in the body of a failed call. */
export interface ErrorBody {
  type: 'api_error' | 'card_error' | 'idempotency_error' | 'invalid_request_error';
  message: string;
  code?: string;
  param?: string;
  decline_code?: string;
  [field: string]: unknown;
}

/**
 * A failed call, in Stripe's shape.
 * `keepsEffects`: what was written before it was thrown stays (a declined card leaves its failed charge);
 * otherwise everything the call wrote is rolled back.
 * `beforeExecution`: no idempotent answer is kept for it, the same key may be used again.
 */
export class StripeError extends Error {
  readonly status: number;
  body: ErrorBody;
  keepsEffects = false;
  beforeExecution = false;
  readonly headers: Record<string, string> = {};

  constructor(status: number, body: ErrorBody) {
    super(body.message);
    this.status = status;
    this.body = body.code === undefined ? body : { ...body, doc_url: docUrl(body.code) };
  }
}

function docUrl(code: string): string {
  return `https://stripe.com/docs/error-codes/${code.replaceAll('_', '-')}`;
}

/** 400: the request itself is wrong. */
export function invalidRequest(message: string, extra: { code?: string; param?: string } = {}): StripeError {
  return new StripeError(400, { type: 'invalid_request_error', message, ...extra });
}

/** 400: the PaymentIntent's (or SetupIntent's) status forbids the call; carries the object as Stripe does. */
export function unexpectedState(
  message: string,
  object: { object: string },
  code = `${object.object}_unexpected_state`,
): StripeError {
  return new StripeError(400, { type: 'invalid_request_error', code, message, [object.object]: object });
}

/** 400: the currency has no such fraction; `step` is what the amount must be a multiple of. */
export function fractionalAmount(currency: string, step: number, param: string): StripeError {
  const code = currency.toUpperCase();
  return step === 100
    ? invalidRequest(
        `Invalid amount. Currency ${code} has become effectively zero-decimal and charged amounts must be evenly divisible by 100. See https://stripe.com/docs/currencies#special-cases for more information.`,
        { code: 'invalid_charge_amount_no_decimal_compatible', param },
      )
    : invalidRequest(
        `Invalid amount. Amounts in ${code} must be evenly divisible by ${step}. See https://stripe.com/docs/currencies#three-decimal for more information.`,
        { param },
      );
}

/** 404: no such object. */
export function missing(noun: string, id: string, param = 'id'): StripeError {
  return new StripeError(404, {
    type: 'invalid_request_error',
    code: 'resource_missing',
    message: `No such ${noun}: '${id}'`,
    param,
  });
}

/** 402: the card said no. What was written (the failed charge, the attempt) stays. */
export function cardError(body: Omit<ErrorBody, 'type'> & { message: string }): StripeError {
  const error = new StripeError(402, { type: 'card_error', ...body });
  error.keepsEffects = true;
  return error;
}

/** 400: no such API version. */
export function invalidApiVersion(version: string): StripeError {
  const error = invalidRequest(`Invalid Stripe API version: ${version}`);
  error.beforeExecution = true;
  return error;
}

/** 404 for a path that Stripe doesn't have. */
export function unknownRoute(method: string, path: string): StripeError {
  const hint =
    path.length > 1 && path.endsWith('/')
      ? ' If you are trying to list objects, remove the trailing slash. If you are trying to retrieve an object, make sure you passed a valid (non-empty) identifier in your code.'
      : '';
  const error = new StripeError(404, {
    type: 'invalid_request_error',
    message: `Unrecognized request URL (${method}: ${path}).${hint} Please see https://stripe.com/docs or we can help at https://support.stripe.com/. (This is a stand-in for Stripe, which has a part of its API only: see its README.)`,
  });
  error.beforeExecution = true;
  return error;
}

/** 500, as Stripe words it. */
export function internalError(message?: string): StripeError {
  return new StripeError(500, {
    type: 'api_error',
    message:
      message ??
      'An unknown error occurred. If you get this error more than once, please contact us via https://support.stripe.com/contact.',
  });
}

/** 429 with Retry-After in seconds. */
export function rateLimited(retryAfterSeconds: number): StripeError {
  const error = new StripeError(429, {
    type: 'invalid_request_error',
    code: 'rate_limit',
    message:
      'Request rate limit exceeded. You can learn more about rate limits here https://stripe.com/docs/rate-limits.',
  });
  error.beforeExecution = true;
  error.headers['Retry-After'] = String(retryAfterSeconds);
  error.headers['Stripe-Rate-Limited-Reason'] = 'global-rate';
  return error;
}
