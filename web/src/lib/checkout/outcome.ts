import type { PlaceOrder } from '#domain/contract/orders.ts';
import type { ApiError } from '../api/api-error.ts';
import type { PlacedOrder } from '../api/orders.ts';

export interface Shortage {
  readonly variantId: string;
  readonly requested: number;
  readonly available: number;
}

/** The outcome of an attempt. All but `unanswered` are final. */
export type Outcome =
  | { readonly kind: 'placed'; readonly answer: PlacedOrder; readonly body: PlaceOrder }
  | { readonly kind: 'out_of_stock'; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'price_changed'; readonly totalAmount: number | undefined }
  | { readonly kind: 'too_late' }
  | { readonly kind: 'never_arrived' }
  | { readonly kind: 'answered_elsewhere' }
  | { readonly kind: 'refused'; readonly error: ApiError }
  | { readonly kind: 'unanswered'; readonly error: ApiError };

/**
 * Returns what a refusal means for its attempt. `isNew`: this was its first call, so only a retry within it can have
 * arrived.
 */
export function outcomeOf(error: ApiError, isNew: boolean): Outcome {
  switch (error.code) {
    case 'out_of_stock':
      return { kind: 'out_of_stock', shortages: Array.isArray(error.details) ? error.details : [] };
    case 'version_conflict': {
      const total = error.detail('totalAmount');
      return { kind: 'price_changed', totalAmount: typeof total === 'number' ? total : undefined };
    }
    case 'try_again':
      return error.detail('reason') === 'too_late' ? { kind: 'too_late' } : { kind: 'unanswered', error };
    // The order may have been written before any of these: only a repeat with the same key can tell.
    case 'offline':
    case 'internal_error':
    case 'too_many_requests':
      return { kind: 'unanswered', error };
    default:
      return dependsOnWhoAsks(error) && (!isNew || error.wasRepeated)
        ? { kind: 'unanswered', error }
        : { kind: 'refused', error };
  }
}

/** Another person, or the same one signed in again, may get another response. */
export function dependsOnWhoAsks(error: ApiError): boolean {
  if (error.code === 'unauthenticated' || error.code === 'forbidden') return true;
  if (error.code !== 'invalid_request' || !Array.isArray(error.details)) return false;
  return (error.details as { path?: unknown[] }[]).some(
    ({ path }) => path?.[0] === 'contact' || path?.[0] === 'payment',
  );
}
