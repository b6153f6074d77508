import Stripe from 'stripe';

/** Where Stripe is and how to sign in to it. */
export interface StripeOptions {
  readonly secretKey: string;
  /** Base URL of a stand-in; undefined: Stripe itself. */
  readonly apiUrl?: string | undefined;
}

/**
 * The official SDK, without its own retries: an answer that did not come is read back, never guessed, and
 * Temporal retries. A call is given up after 8 s, well inside an activity's time.
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

/** What a failed call to Stripe means for the one who made it. */
export type StripeVerdict =
  /** The card was refused: an answer, not an error. */
  | { readonly kind: 'declined'; readonly code: string; readonly intent: Stripe.PaymentIntent | undefined }
  /** Stripe refuses the request for good. */
  | { readonly kind: 'refused'; readonly code: string; readonly param: string | undefined }
  /** Stripe answered 5xx and will replay that under this key. */
  | { readonly kind: 'failed' }
  /** Nobody knows: silence, a broken connection, or busy with the same key. Repeat with the same key. */
  | { readonly kind: 'unknown' };

/** Judges an error of the SDK; anything that is not Stripe's is thrown on. */
export function judgeStripeError(error: unknown): StripeVerdict {
  if (!(error instanceof Stripe.errors.StripeError)) throw error;
  if (error instanceof Stripe.errors.StripeCardError) {
    // The SDK writes '' where Stripe gave no decline code, as for an expired card.
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
