/** T7 and T9: tabs and their history. */

import { hasTabEnded, isTabTransition, type TabStatus } from '../../domain/tab.ts';
import type { Facts } from './facts.ts';
import { of } from './grouping.ts';
import type { Violation } from './violation.ts';

/** Statuses of a round that holds stock, or money that is not charged. */
const RUNNING: readonly string[] = ['placing', 'awaiting_payment', 'capturing'];

/** Returns the violations of tabs; each names its tab. */
export function checkTabs(facts: Facts): Violation[] {
  const { tabs, tabEvents, knocks, orders, allLines, tabParticipants, tabCards, attempts } = facts;
  const cards = new Map(tabCards.map((card) => [card.id, card]));
  const attemptsOf = of(attempts, ({ orderId }) => orderId);
  const eventsOf = of(tabEvents, (event) => event.tabId);
  const roundsOf = of(
    orders.filter((order) => order.tabId),
    (order) => order.tabId!,
  );
  const filled = new Set([...allLines, ...tabParticipants].map(({ tabId }) => tabId));
  return tabs.flatMap((tab): Violation[] => {
    const violations: Violation[] = [];
    const complain = (id: 'T7' | 'T9', sentence: string) =>
      violations.push({ id, orderId: null, sentence: `tab ${tab.id} ${sentence}` });
    const own = eventsOf.get(tab.id) ?? [];
    const versions = own.map(({ version }) => version);
    if (versions.some((version, index) => version !== index + 1) || versions.length !== tab.version)
      complain('T7', `is at version ${tab.version}, and its events are ${versions.join(', ')}`);
    let before: TabStatus | null = null;
    for (const { type, actor, data } of own) {
      if (before !== data.status && !isTabTransition(before, data.status, actor))
        complain('T7', `became ${data.status} out of ${before ?? 'nothing'} by ${type}`);
      before = data.status;
    }
    if (before !== tab.status) complain('T7', `is ${tab.status}, and its last event says ${before}`);
    const onFile = tabCards.filter(({ tabId, status }) => tabId === tab.id && status === 'live');
    if (onFile.length > 1) complain('T9', 'has several cards on file');
    for (const settlement of (roundsOf.get(tab.id) ?? []).filter(({ tabCardId }) => tabCardId)) {
      const tried = attemptsOf.get(settlement.id) ?? [];
      if (cards.get(settlement.tabCardId!)?.participantId !== settlement.hostParticipantId)
        complain('T9', `has charged a card in ${settlement.id} that its payer has not given`);
      // Whatever the bank says, the card is asked once for one rest.
      if (tried.filter(({ offSession }) => offSession).length !== 1)
        complain('T9', `has tried its card ${tried.length} times in ${settlement.id}`);
      const told = own.filter(({ type, data }) => type === 'card_charged' && data.orderId === settlement.id);
      if (told.length !== (settlement.status === 'completed' ? 1 : 0))
        complain(
          'T9',
          `tells ${told.length} times of its charge ${settlement.id}, which is ${settlement.status}`,
        );
      if (told.some(({ data }) => data.amount !== settlement.totalAmount))
        complain('T9', `tells of another amount than its charge ${settlement.id}`);
    }
    if (!hasTabEnded(tab.status)) return violations;
    if (onFile.length > 0 || tabCards.some(({ tabId, status }) => tabId === tab.id && status === 'asked'))
      complain('T9', 'has ended, and its card is still on file');
    if (tab.joinCode || tab.joinSecret) complain('T9', 'has ended, and can be joined');
    if (tab.mergedInto && (roundsOf.has(tab.id) || filled.has(tab.id)))
      complain('T9', `was merged into ${tab.mergedInto}, and something of it was left behind`);
    if (knocks.some(({ tabId }) => tabId === tab.id))
      complain('T9', 'has ended, and somebody waits to be let in');
    for (const { id, status } of roundsOf.get(tab.id) ?? [])
      if (RUNNING.includes(status)) complain('T9', `has ended, and its round ${id} is ${status}`);
    return violations;
  });
}
