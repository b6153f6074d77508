import type { PublicConfig } from '#domain/contract/shop.ts';
import { isApiError } from '../api/api-error.ts';
import { loadPublicConfig } from '../api/public-config.ts';
import { readStored, writeStored } from '../browser/stored.ts';

const STORED_AS = 'sharetab.shop.1';

type CardTerms = Pick<PublicConfig, 'cardOnFile' | 'cardOnFileAboveAmount' | 'chargeAfterHours'>;

/** The shop's details on pages. Until loaded, those of the last visit are shown. */
class ShopFacts {
  /** Empty until loaded. */
  name = $state(readStored<{ name: string }>(STORED_AS)?.name ?? '');
  /** The currency of its prices; undefined until loaded. */
  currency: string | undefined = $state();
  /** The maximum tip on any bill; undefined until loaded: then only the API checks it. */
  tipLimitAmount: number | undefined = $state();

  /** Guests may type where they are, besides choosing a spot; undefined until loaded. */
  takesTypedPlaces: boolean | undefined = $state();

  /** How a tab without a spot may be settled, the usual way first; undefined until loaded. */
  tabSettlements: PublicConfig['tabSettlements'] | undefined = $state.raw();

  /** Whom it asks for a card on file, and when that is charged; undefined until loaded: then only the API asks. */
  cards: CardTerms | undefined = $state.raw();

  /** Learns them. Without an answer what is known stays. */
  async load(): Promise<void> {
    try {
      this.#take(await loadPublicConfig());
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.takesTypedPlaces ??= false;
    }
  }

  #take(config: PublicConfig): void {
    const { shop, currency, tipLimitAmount, takesTypedPlaces, tabSettlements } = config;
    const { name } = shop;
    this.name = name;
    this.currency = currency;
    this.tipLimitAmount = tipLimitAmount;
    this.takesTypedPlaces = takesTypedPlaces;
    this.tabSettlements = tabSettlements;
    this.cards = config;
    writeStored(STORED_AS, { name });
  }
}

/** The shop of this page. The root layout loads it. */
export const shop = new ShopFacts();
