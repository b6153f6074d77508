import type { TabRound } from '#domain/contract/rounds.ts';
import type { Tab } from '#domain/contract/tabs.ts';

/** Returns whether one of the rounds is older than it is known. */
export function hasOlderRound(rounds: readonly TabRound[], known: readonly TabRound[]): boolean {
  const versions = new Map(known.map(({ orderId, version }) => [orderId, version]));
  return rounds.some(({ orderId, version }) => version < (versions.get(orderId) ?? 0));
}

/** Returns the tab with the rounds of another state of it, and with what depends on them. */
export function withRoundsOf(source: Tab, tab: Tab): Tab {
  const { rounds, totalAmount, paidAmount, owedAmount } = source;
  return { ...tab, rounds, totalAmount, paidAmount, owedAmount };
}
