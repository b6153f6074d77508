import type { Spot } from '#domain/contract/places.ts';
import { isApiError } from '../api/api-error.ts';
import { listSpots } from '../api/spots.ts';
import type { PlaceDraft } from './place.ts';
import { visit } from './visit.svelte.ts';

/** The shop's spots that a guest chooses from. */
class Spots {
  /** Undefined until loaded. */
  items: readonly Spot[] | undefined = $state.raw();

  /** Whether the place of this draft is chosen from spots instead of typed. */
  offers({ kind, spot }: PlaceDraft): boolean {
    return this.items?.some((one) => one.kind === kind) ?? spot !== undefined;
  }

  /**
   * Reloads. On failure the loaded spots stay; with only the guest's own spot known, it is the only choice; without
   * any, places are typed.
   */
  async load(): Promise<void> {
    try {
      this.items = await listSpots();
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.items ??= visit.place?.spot ? [visit.place.spot] : [];
    }
  }
}

/** The one list of this page. */
export const spots = new Spots();
