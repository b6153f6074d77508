/** The card on file of a tab, as its viewer sees it. Pure functions. */

import { cardName } from '#domain/card.ts';
import type { TabCard } from '#domain/contract/tab-cards.ts';
import type { Tab } from '#domain/contract/tabs.ts';
import { asksForCard, mayTakeBack, type CardRules } from '#domain/tab-card.ts';
import { owingOf } from '../settle/owing.ts';

/** Returns whether the shop asks a viewer for a card before so much more is sent; undefined rules are not known yet. */
export function isCardAsked(
  tab: Tab,
  rules: CardRules | undefined,
  viewer: { readonly hasAccount: boolean; readonly wantedAmount: number },
): boolean {
  if (!rules || tab.status !== 'open') return false;
  const hasCard = tab.card !== null && tab.card.refused === null;
  return asksForCard(rules, { ...viewer, settlement: tab.settlement, owedAmount: tab.owedAmount, hasCard });
}

/** Returns whether a card stays on file while something is owed: the shop asks a viewer for one, if not for so little. */
export function isCardKept(rules: CardRules | undefined, hasAccount: boolean): boolean {
  const question = {
    settlement: 'after',
    hasCard: false,
    hasAccount,
    owedAmount: Infinity,
    wantedAmount: 0,
  } as const;
  return rules !== undefined && asksForCard(rules, question);
}

/** Returns whether the giver may take her card back. */
export function canTakeBack(tab: Tab, rules: CardRules | undefined, hasAccount: boolean): boolean {
  if (tab.card?.isCharging) return false;
  return rules !== undefined && mayTakeBack(rules, { ...tab, hasAccount });
}

/** Returns what is charged to the card if the tab is closed now; 0 without one. */
export function amountToCharge(tab: Tab): number {
  return tab.card ? owingOf(tab, null).openAmount : 0;
}

/** Returns `Visa •••• 4242`; undefined for who may not know. */
export function knownCardName({ brand, last4 }: TabCard): string | undefined {
  return brand !== null && last4 !== null ? cardName({ brand, last4 }) : undefined;
}
