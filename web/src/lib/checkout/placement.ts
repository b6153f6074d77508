/**
 * Placing an order so that it can never be placed twice. Every press of the button makes one attempt: a body and
 * its key, kept until the API has given a final answer. While an attempt has none, only that very attempt
 * is sent again, also after a reload.
 */

import type { PlaceOrder } from '#domain/contract/orders.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import type { PlacedOrderAnswer } from '../api/answers.ts';

export interface Shortage {
  readonly variantId: string;
  readonly requested: number;
  readonly available: number;
}

/** How an attempt went. All but `unanswered` are final: nothing more comes of that attempt. */
export type Outcome =
  | { readonly kind: 'placed'; readonly answer: PlacedOrderAnswer }
  | { readonly kind: 'out_of_stock'; readonly shortages: readonly Shortage[] }
  | { readonly kind: 'price_changed'; readonly totalAmount: number | undefined }
  | { readonly kind: 'too_late' }
  | { readonly kind: 'refused'; readonly error: ApiError }
  | { readonly kind: 'unanswered'; readonly error: ApiError };

export interface Attempt {
  readonly key: string;
  readonly body: PlaceOrder;
}

interface Kept {
  read(): Attempt | undefined;
  write(attempt: Attempt | undefined): void;
}

export interface Placement {
  /** The attempt that still waits for a final answer. */
  pending(): Attempt | undefined;
  /** Makes a new attempt. While one is pending, that one is sent instead. */
  place(body: PlaceOrder): Promise<Outcome>;
}

/** `post` is POST /api/orders; `kept` outlives a reload. Never throws an ApiError. */
export function createPlacement(options: {
  post: (body: PlaceOrder, key: string) => Promise<PlacedOrderAnswer>;
  newKey: () => string;
  kept: Kept;
}): Placement {
  const { post, newKey, kept } = options;
  return {
    pending: () => kept.read(),
    async place(body) {
      const attempt = kept.read() ?? { key: newKey(), body };
      kept.write(attempt);
      const outcome = await send(() => post(attempt.body, attempt.key));
      if (outcome.kind !== 'unanswered') kept.write(undefined);
      return outcome;
    },
  };
}

async function send(post: () => Promise<PlacedOrderAnswer>): Promise<Outcome> {
  try {
    return { kind: 'placed', answer: await post() };
  } catch (error) {
    if (!isApiError(error)) throw error;
    return outcomeOf(error);
  }
}

function outcomeOf(error: ApiError): Outcome {
  switch (error.code) {
    case 'out_of_stock':
      return { kind: 'out_of_stock', shortages: Array.isArray(error.details) ? error.details : [] };
    case 'version_conflict': {
      const total = error.detail('totalAmount');
      return { kind: 'price_changed', totalAmount: typeof total === 'number' ? total : undefined };
    }
    case 'try_again':
      return error.detail('reason') === 'too_late' ? { kind: 'too_late' } : { kind: 'unanswered', error };
    // The order may have been written before any of these: only the same key can tell.
    case 'offline':
    case 'internal_error':
    case 'too_many_requests':
      return { kind: 'unanswered', error };
    default:
      return { kind: 'refused', error };
  }
}
