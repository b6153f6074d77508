import type { ChangeBounds } from '../../db/orders/changes/bound-change.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import { cardRulesOf, owedBoundsOf } from '../../domain/settings.ts';

/** Returns what limits a guest's change of a round that is paid after. */
export function boundsOfChange(shop: ShopSettings, userId: string | null): ChangeBounds {
  return { owedBounds: owedBoundsOf(shop), cardRules: cardRulesOf(shop), hasAccount: userId !== null };
}
