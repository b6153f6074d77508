import type { SavedCard } from '#domain/contract/cards.ts';
import { isApiError } from './api-error.ts';
import { call } from './call.ts';

/** Reads the account's saved cards, newest first. */
export async function listSavedCards(): Promise<SavedCard[]> {
  return (await call('GET /api/payment-methods')).items;
}

/** Deletes a saved card. Idempotent. */
export async function removeSavedCard(id: string): Promise<void> {
  try {
    await call('DELETE /api/payment-methods/:paymentMethod', { params: { paymentMethod: id } });
  } catch (error) {
    if (!isApiError(error, 'not_found')) throw error;
  }
}
