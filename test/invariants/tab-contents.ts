/** T1, T6 and T8: what lies in a tab and its rounds, who is in them, and what is owed. */

import { deriveId } from '../../db/ids.ts';
import { hasEnded } from '../../domain/order.ts';
import type { Facts } from './facts.ts';
import { of, sum } from './grouping.ts';
import type { Violation } from './violation.ts';

/** Returns the violations of tabs' lines, people and bills; those of no one round name the tab. */
export function checkTabContents(facts: Facts): Violation[] {
  return [...t1(facts), ...t6(facts), ...t8(facts)];
}

/** A line is in a basket or in one order, or was taken off it; the copy that came back of it only if that order was given up. */
function t1({ orders, allLines, tabEvents }: Facts): Violation[] {
  const violations: Violation[] = [];
  const complain = (orderId: string | null, sentence: string) =>
    violations.push({ id: 'T1', orderId, sentence });
  const orderOf = new Map(orders.map((order) => [order.id, order]));
  const known = new Set(allLines.map(({ id }) => id));
  const removed = new Set(
    tabEvents.flatMap(({ type, data }) => (type === 'line_removed' && data.lineId ? [data.lineId] : [])),
  );
  for (const { id, orderId, tabId, takenOffBy } of allLines) {
    if (orderId && tabId) complain(orderId, `line ${id} is also in the basket of tab ${tabId}`);
    if (!orderId && !tabId && !takenOffBy) complain(null, `line ${id} is nowhere`);
    if (removed.has(id)) complain(orderId ?? null, `line ${id} was removed from its basket, and exists`);
    const order = orderId ? orderOf.get(orderId) : undefined;
    if (!order?.tabId) continue;
    const isGivenUp = hasEnded(order.status) && !order.confirmedAt;
    if (!isGivenUp && known.has(deriveId('line', 'returned', id)))
      complain(order.id, `it is ${order.status}, and line ${id} has come back to the basket`);
  }
  return violations;
}

/** A tab that is paid before owes nothing as soon as each of its rounds is paid or given up. */
function t6({ tabs, orders, payments, shares }: Facts): Violation[] {
  const changedOf = new Map(shares.map(({ id, changedAmount }) => [id, changedAmount ?? 0]));
  const paymentsOf = of(payments, (payment) => payment.orderId);
  const roundsOf = of(
    orders.filter(({ tabId }) => tabId),
    ({ tabId }) => tabId!,
  );
  return tabs.flatMap(({ id, settlement }): Violation[] => {
    const rounds = roundsOf.get(id) ?? [];
    if (settlement !== 'before' || rounds.some((round) => !hasEnded(round.status) && !round.confirmedAt))
      return [];
    const confirmed = rounds.filter(({ confirmedAt }) => confirmedAt);
    const owed = sum(confirmed.map(({ totalAmount }) => totalAmount));
    const paid = sum(
      confirmed
        .flatMap((round) => paymentsOf.get(round.id) ?? [])
        .filter(({ status }) => status === 'captured')
        .map(
          ({ capturedAmount, tipAmount, shareId }) => capturedAmount - tipAmount - changedOf.get(shareId)!,
        ),
    );
    const sentence = `tab ${id} was to be paid before, its confirmed rounds come to ${owed}, and ${paid} was paid`;
    return owed === paid ? [] : [{ id: 'T6', orderId: null, sentence }];
  });
}

/** Only people of the tab are in its rounds, and none who was removed before the round was sent. */
function t8(facts: Facts): Violation[] {
  const { orders, participants, tabParticipants, tabEvents, lines, shares } = facts;
  const peopleOf = of(participants, (person) => person.orderId);
  const linesOf = of(lines, (line) => line.orderId);
  const sharesOf = of(shares, (share) => share.orderId);
  const eventsOf = of(tabEvents, (event) => event.tabId);
  const sentOf = new Map(
    tabEvents.flatMap((event) =>
      event.type === 'round_sent' && event.data.orderId ? [[event.data.orderId, event] as const] : [],
    ),
  );
  const tabOf = new Map(tabParticipants.map((person) => [person.id, person.tabId]));
  return orders.flatMap((order): Violation[] => {
    const { id, tabId } = order;
    if (!tabId) return [];
    const violations: Violation[] = [];
    const complain = (sentence: string) => violations.push({ id: 'T8', orderId: id, sentence });
    const people = new Set((peopleOf.get(id) ?? []).map((person) => person.id));
    // Of the tab that sent it, which may have been merged into this one.
    const sent = sentOf.get(id);
    const own = eventsOf.get(sent?.tabId ?? tabId) ?? [];
    const removed = new Set(
      own
        .filter(({ type, version }) => type === 'removed' && version < (sent?.version ?? Infinity))
        .map(({ data }) => data.participantId),
    );
    for (const person of people) {
      if (tabOf.get(person) !== tabId) complain(`${person} is in it, and not in tab ${tabId}`);
      if (removed.has(person)) complain(`${person} is in it, and was removed before it was sent`);
    }
    const concerned = [
      ...(linesOf.get(id) ?? []).flatMap((line) => [line.participantId, ...line.sharedBetween]),
      ...(sharesOf.get(id) ?? []).flatMap((share) => [
        share.participantId,
        share.ownerParticipantId ?? share.participantId,
      ]),
    ];
    for (const person of new Set(concerned))
      if (!people.has(person)) complain(`${person} has a part of it, and is not in it`);
    return violations;
  });
}
