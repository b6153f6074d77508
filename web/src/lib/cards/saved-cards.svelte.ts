import type { SavedCard } from '#domain/contract/cards.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import { listSavedCards, removeSavedCard } from '../api/payment-methods.ts';

/** The signed-in person's cards, stored by Stripe. One instance per place that shows them. */
export class SavedCards {
  items: SavedCard[] = $state.raw([]);
  /** False until the first response or failure. */
  known = $state(false);
  failure: ApiError | undefined = $state.raw();

  async load(): Promise<void> {
    try {
      this.items = await listSavedCards();
      this.failure = undefined;
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.failure = error;
    } finally {
      this.known = true;
    }
  }

  /** Deletes one. Throws ApiError, and then it still exists. */
  async remove(id: string): Promise<void> {
    await removeSavedCard(id);
    this.items = this.items.filter((card) => card.id !== id);
  }
}
