import type { Payer } from '../../db/users/payments/saved-cards.ts';
import type { PayingAccount } from '../../db/orders/payments/attempts.ts';
import { forbidden, invalidRequest } from '../http/api-error.ts';

/**
 * Checks a card payment's payer. Throws forbidden for another account's saved card, and invalid_request for a guest who
 * asks to save hers; `path` is the payment's path in the body.
 */
export function judgePayer(
  { cardOwnerId, stripeCustomerId }: Payer,
  userId: string | null,
  saveCard: boolean,
  path: readonly string[] = [],
): PayingAccount {
  if (saveCard && userId === null) {
    throw invalidRequest('Sign in to have a card saved for next time.', [
      { path: [...path, 'savePaymentMethod'], code: 'account_required' },
    ]);
  }
  if (cardOwnerId !== null && cardOwnerId !== userId) {
    throw forbidden('This card is saved by another account. Please enter a card of yours.', 'other_card');
  }
  return { userId, stripeCustomerId, saveCard };
}
