import type { CardRefusal } from '../../db/orders/payments/card-attempts.ts';
import { ApiError } from '../http/api-error.ts';

/**
 * 403: too many cards were declined, so no further one is tried; the share can be paid at the counter. 429 if a card
 * may be tried again shortly.
 */
export function noCard(refused: CardRefusal): ApiError {
  switch (refused) {
    case 'payer':
      return new ApiError('counter_only', 'Your cards were declined too often. Please pay at the counter.', {
        bound: 'order',
      });
    case 'network':
      return new ApiError(
        'counter_only',
        'Too many cards were declined from your network within an hour. Please pay at the counter.',
        { bound: 'network' },
      );
    case 'pieces':
      return new ApiError(
        'counter_only',
        'So much at once cannot be set aside for a card. Please order at the counter.',
        { bound: 'pieces' },
      );
    case 'busy':
      return new ApiError(
        'too_many_requests',
        'Many cards are being tried from your network at this moment. Please try again in a few seconds.',
        { retryAfterSeconds: 3 },
        3,
      );
  }
}
