import Stripe from 'stripe';

/** Stripe's address and credentials. */
export interface StripeOptions {
  readonly secretKey: string;
  /** Base URL of a stand-in; undefined: Stripe itself. */
  readonly apiUrl?: string | undefined;
}

/**
 * Creates a client of the official SDK, without its own retries: a missing response is read back, never guessed, and
 * Temporal retries. A call times out after 8 s, well within an activity's timeout.
 */
export function createStripe({ secretKey, apiUrl }: StripeOptions): Stripe {
  const url = apiUrl === undefined ? undefined : new URL(apiUrl);
  return new Stripe(secretKey, {
    maxNetworkRetries: 0,
    timeout: 8_000,
    telemetry: false,
    ...(url && {
      host: url.hostname,
      port: url.port,
      protocol: url.protocol === 'https:' ? ('https' as const) : ('http' as const),
    }),
  });
}

/** The meaning of a failed call to Stripe for its caller. */
export type StripeVerdict =
  /** The card was declined: a result, not an error. */
  | { readonly kind: 'declined'; readonly code: string; readonly intent: Stripe.PaymentIntent | undefined }
  /** A final refusal by Stripe. */
  | { readonly kind: 'refused'; readonly code: string; readonly param: string | undefined }
  /** Stripe responded with 5xx and will replay that under this key. */
  | { readonly kind: 'failed' }
  /** Unknown: a timeout, a broken connection, or a concurrent call with this key. Repeat with the same key. */
  | { readonly kind: 'unknown' };

/** Classifies an error of the SDK; rethrows any other error. */
export function judgeStripeError(error: unknown): StripeVerdict {
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  if (error instanceof Stripe.errors.StripeCardError) {
    // The SDK uses '' if Stripe gave no decline code, as for an expired card.
    const code = [error.decline_code, error.code].find(Boolean) ?? 'generic_decline';
    return { kind: 'declined', code, intent: error.payment_intent };
  }
  if (error instanceof Stripe.errors.StripeInvalidRequestError) {
    return error.statusCode === 409
      ? { kind: 'unknown' }
      : { kind: 'refused', code: error.code ?? 'invalid_request', param: error.param };
  }
  if (error instanceof Stripe.errors.StripeAPIError && (error.statusCode ?? 0) >= 500)
    return { kind: 'failed' };
  if (error instanceof Stripe.errors.StripeIdempotencyError && error.statusCode !== 409) throw error;
  return { kind: 'unknown' };
}
