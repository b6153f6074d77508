import type { Config } from '../../config.ts';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import { shopOf } from '../../domain/settings.ts';
import { settlementsAt } from '../../domain/tabs-offered.ts';
import type { Handlers } from '../http/route.ts';

/** `GET /api/config`: the public settings that a page loads first. Contains no secrets. */
export function configRoutes({ config, settings }: { config: Config; settings: Settings }) {
  return {
    'GET /api/config': async () => {
      const shop = await settings.read();
      return {
        status: 200,
        body: {
          currency: shop.currency,
          stripePublishableKey: config.stripe.publishableKey,
          stripeJsUrl: config.stripe.jsUrl,
          demo: !config.production,
          tipLimitAmount: shop.tipLimitAmount,
          tabSettlements: settlementsAt(shop, 'elsewhere'),
          cardOnFile: shop.cardOnFile,
          cardOnFileAboveAmount: shop.cardOnFileAboveAmount,
          chargeAfterHours: shop.chargeAfterHours,
          takesTypedPlaces: shop.takesTypedPlaces,
          shop: shopOf(shop),
        },
      };
    },
  } satisfies Partial<Handlers>;
}
