import { createShopTime } from '#domain/shop-time.ts';
import { isApiError } from '../api/api-error.ts';
import { loadPublicConfig } from '../api/public-config.ts';
import { language } from '../browser/language.ts';

const readerZone = new Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The clock all times of a page are written by. Until the shop's zone is known it is the reader's own. */
class ShopClock {
  time = $state.raw(createShopTime(readerZone, readerZone, language));

  /** Learns the shop's zone. Without an answer times stay as the reader's clock has them. */
  async load(): Promise<void> {
    try {
      const { shop } = await loadPublicConfig();
      this.time = createShopTime(shop.timeZone, readerZone, language);
    } catch (error) {
      if (!isApiError(error)) throw error;
    }
  }
}

/** The one clock of this page. The root layout loads it. */
export const shopClock = new ShopClock();
