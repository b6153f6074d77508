/** The settings of the shop: what its managers decide, and change while it runs. Those of a deployment are config.ts's. */

import type { ShopSettings } from './contract/settings.ts';
import type { Shop } from './shop.ts';
import type { DeclineBounds, UnpaidBounds } from './unpaid.ts';

/** The shop as mails, pages and receipts name it. */
export function shopOf({ name, address, taxId, timeZone }: ShopSettings): Shop {
  return { name, address, taxId, timeZone };
}

/** How long an order that awaits payment keeps its stock. */
export function holdMsOf({ holdMinutes }: ShopSettings): number {
  return Math.round(holdMinutes * 60_000);
}

/** What may be held without being paid. */
export function unpaidBoundsOf(settings: ShopSettings): UnpaidBounds {
  return {
    ordersPerGuest: settings.unpaidOrdersPerGuest,
    piecesPerGuest: settings.unpaidPiecesPerGuest,
    ordersPerNetwork: settings.unpaidOrdersPerNetwork,
    piecesPerNetwork: settings.unpaidPiecesPerNetwork,
    stockPercent: settings.unpaidStockPercent,
  };
}

/** How often cards may be declined. */
export function declineBoundsOf(settings: ShopSettings): DeclineBounds {
  return { perOrder: settings.declinesPerOrder, perNetwork: settings.declinesPerNetwork };
}
