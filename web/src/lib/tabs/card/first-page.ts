import { asksForCard } from '#domain/tab-card.ts';
import type { Tab } from '#domain/contract/tabs.ts';
import { session } from '../../people/session.svelte.ts';
import { shop } from '../../shop/shop.svelte.ts';

/** Returns where who has just opened a tab goes: to the page of its card, where the shop asks her for one. */
export function firstPage({ id, settlement }: Pick<Tab, 'id' | 'settlement'>): string {
  const hasAccount = session.user !== null;
  const question = { settlement, hasCard: false, hasAccount, owedAmount: 0, wantedAmount: 0 };
  return shop.cards && asksForCard(shop.cards, question) ? `/tabs/${id}/card` : `/tabs/${id}`;
}
