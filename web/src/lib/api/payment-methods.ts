import type { SavedCard } from '#domain/contract/cards.ts';
import { isApiError } from './api-error.ts';
import { request } from './request.ts';

/** The cards that the account has saved, newest first. */
export async function listSavedCards(): Promise<SavedCard[]> {
  return (await request<{ items: SavedCard[] }>('GET', '/api/payment-methods')).items;
}

/** Removes one for good; one that is gone already is fine. */
export async function removeSavedCard(id: string): Promise<void> {
  try {
    await request('DELETE', `/api/payment-methods/${id}`);
  } catch (error) {
    if (!isApiError(error, 'not_found')) throw error;
  }
}
