import type { Payer } from '../../db/users/payments/saved-cards.ts';
import type { PayingAccount } from '../../db/orders/payments/attempts.ts';
import { forbidden, invalidRequest } from '../http/api-error.ts';

/**
 * Judges who wants to pay with a card. Throws forbidden for a card that another account has saved, and
 * invalid_request for a guest who wants hers saved; `path` is where in the body the payment is.
 */
export function judgePayer(
  { cardOwnerId, stripeCustomerId }: Payer,
  userId: string | null,
  saveCard: boolean,
  path: readonly string[] = [],
): PayingAccount {
  if (saveCard && userId === null) {
    throw invalidRequest('Sign in to have a card saved for next time.', [
      { path: [...path, 'savePaymentMethod'], message: 'needs an account' },
    ]);
  }
  if (cardOwnerId !== null && cardOwnerId !== userId) {
    throw forbidden('This card is saved by another account. Please enter a card of yours.');
  }
  return { userId, stripeCustomerId, saveCard };
}
