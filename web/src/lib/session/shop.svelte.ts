import type { PublicConfig } from '#domain/contract/session.ts';
import { isApiError } from '../api/api-error.ts';
import { loadPublicConfig } from '../api/public-config.ts';
import { readStored, writeStored } from '../browser/stored.ts';

const STORED_AS = 'sharetab.shop.1';

/** The shop as pages name it. What was known at the last visit is shown until it is known anew. */
class ShopFacts {
  /** Empty until it is known. */
  name = $state(readStored<{ name: string }>(STORED_AS)?.name ?? '');
  /** What a tip may be on any bill; undefined until it is known: then the API alone judges. */
  tipLimitAmount: number | undefined = $state();

  /** Guests may type where they are, besides choosing a spot; not before it is known. */
  takesTypedPlaces = $state(false);

  /** Learns them. Without an answer what is known stays. */
  async load(): Promise<void> {
    try {
      this.#take(await loadPublicConfig());
    } catch (error) {
      if (!isApiError(error)) throw error;
    }
  }

  #take({ shop: { name }, tipLimitAmount, takesTypedPlaces }: PublicConfig): void {
    this.name = name;
    this.tipLimitAmount = tipLimitAmount;
    this.takesTypedPlaces = takesTypedPlaces;
    writeStored(STORED_AS, { name });
  }
}

/** The one shop of this page. The root layout loads it. */
export const shop = new ShopFacts();
