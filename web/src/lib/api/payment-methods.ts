import type { SavedCard } from '#domain/contract/cards.ts';
import { isApiError } from './api-error.ts';
import { call } from './call.ts';

/** The cards that the account has saved, newest first. */
export async function listSavedCards(): Promise<SavedCard[]> {
  return (await call('GET /api/payment-methods')).items;
}

/** Removes one for good; one that is gone already is fine. */
export async function removeSavedCard(id: string): Promise<void> {
  try {
    await call('DELETE /api/payment-methods/:paymentMethod', { params: { paymentMethod: id } });
  } catch (error) {
    if (!isApiError(error, 'not_found')) throw error;
  }
}
