import { createShopTime } from '#domain/shop-time.ts';
import { isApiError } from '../api/api-error.ts';
import { loadPublicConfig } from '../api/public-config.ts';
import { language } from '../browser/language.ts';

const readerZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The clock for all times on a page. Until the shop's time zone is loaded, it uses the reader's. */
class ShopClock {
  time = $state.raw(createShopTime(readerZone, readerZone, language));

  /** Loads the shop's time zone. On failure, the reader's stays. */
  async load(): Promise<void> {
    try {
      const { shop } = await loadPublicConfig();
      this.time = createShopTime(shop.timeZone, readerZone, language);
    } catch (error) {
      if (!isApiError(error)) throw error;
    }
  }
}

/** The clock of this page. The root layout loads it. */
export const shopClock = new ShopClock();
