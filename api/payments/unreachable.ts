import Stripe from 'stripe';
import { tryAgain } from '../http/api-error.ts';

/**
 * Returns the error of a call to Stripe for a client: try_again if Stripe does not respond, or still runs the same call
 * (409); any other is internal.
 */
export function unreachable(error: unknown): unknown {
  const { StripeAPIError, StripeConnectionError, StripeRateLimitError } = Stripe.errors;
  const isRunning = error instanceof Stripe.errors.StripeError && error.statusCode === 409;
  const isAway =
    isRunning ||
    [StripeAPIError, StripeConnectionError, StripeRateLimitError].some((kind) => error instanceof kind);
  return isAway ? tryAgain('Your cards cannot be reached just now. Please try again in a moment.') : error;
}
