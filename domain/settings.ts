/** The shop's settings, which its managers change at runtime. Deployment settings are in config.ts. */

import type { ShopSettings } from './contract/settings.ts';
import type { Shop } from './shop.ts';
import type { CardRules } from './tab-card.ts';
import type { DeclineBounds, OwedBounds, UnpaidBounds } from './unpaid.ts';

/** Returns the shop's name and details for mails, pages and receipts. */
export function shopOf({ name, address, taxId, timeZone }: ShopSettings): Shop {
  return { name, address, taxId, timeZone };
}

/** Returns how long an order that awaits payment keeps its stock. */
export function holdMsOf({ holdMinutes }: ShopSettings): number {
  return Math.round(holdMinutes * 60_000);
}

/** Returns how long somebody is asked about what has run out. */
export function soldOutMsOf({ soldOutMinutes }: Pick<ShopSettings, 'soldOutMinutes'>): number {
  return Math.round(soldOutMinutes * 60_000);
}

/** Limits of unpaid holds. */
export function unpaidBoundsOf(settings: ShopSettings): UnpaidBounds {
  return {
    ordersPerGuest: settings.unpaidOrdersPerGuest,
    piecesPerGuest: settings.unpaidPiecesPerGuest,
    ordersPerNetwork: settings.unpaidOrdersPerNetwork,
    piecesPerNetwork: settings.unpaidPiecesPerNetwork,
    stockPercent: settings.unpaidStockPercent,
  };
}

/** Limits of what a tab orders that is paid after. */
export function owedBoundsOf(settings: ShopSettings): OwedBounds {
  return {
    roundsPerGuest: settings.unpaidRoundsPerGuest,
    amountPerGuest: settings.unpaidAmountPerGuest,
    roundsPerTab: settings.unpaidRoundsPerTab,
    amountPerTab: settings.unpaidAmountPerTab,
  };
}

/** Whom the shop asks for a card on file. */
export function cardRulesOf({ cardOnFile, cardOnFileAboveAmount }: ShopSettings): CardRules {
  return { cardOnFile, cardOnFileAboveAmount };
}

/** Limits of card declines. */
export function declineBoundsOf(settings: ShopSettings): DeclineBounds {
  return { perPayer: settings.declinesPerOrder, perNetwork: settings.declinesPerNetwork };
}
