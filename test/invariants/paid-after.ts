/** T3 and T6: tabs that are paid after, in parts. */

import { hasEnded, type OrderStatus } from '../../domain/order.ts';
import type { Facts } from './facts.ts';
import { of, sum } from './grouping.ts';
import type { Violation } from './violation.ts';

type Order = Facts['orders'][number];

/** Returns whether what a settlement claims is still set aside, or was paid. */
export function counts({ status }: { readonly status: OrderStatus }): boolean {
  return status === 'completed' || !hasEnded(status);
}

/** Whether a round came to be made: its tab has owed it, even if it was canceled later. */
function wasConfirmed({ confirmedAt }: Order): boolean {
  return confirmedAt !== null && confirmedAt !== undefined;
}

/** Returns the violations of claims and of what is owed; those of no one round name the tab. */
export function checkPaidAfter(facts: Facts): Violation[] {
  return [...t3(facts), ...t6(facts)];
}

/**
 * What of a line is settled are the claims and payments of it and what was canceled or written off, and never more than
 * the line. A settlement pays lines of confirmed rounds of its own tab, and none that was taken off.
 */
function t3({ orders, lines, allLines, shares, allocations, reductions }: Facts): Violation[] {
  const violations: Violation[] = [];
  const complain = (orderId: string, sentence: string) => violations.push({ id: 'T3', orderId, sentence });
  const orderOf = new Map(orders.map((order) => [order.id, order]));
  const lineOf = new Map(lines.map((line) => [line.id, line]));
  const takenOff = new Set(allLines.flatMap(({ id, takenOffBy }) => (takenOffBy ? [id] : [])));
  const settlementOf = new Map(
    shares.flatMap((share) => {
      const order = orderOf.get(share.orderId);
      return order?.kind === 'settlement' ? [[share.id, order] as const] : [];
    }),
  );
  const claimsOf = of(
    allocations.filter(({ shareId }) => {
      const settlement = settlementOf.get(shareId);
      return settlement !== undefined && counts(settlement);
    }),
    ({ lineId }) => lineId,
  );
  const reductionsOf = of(reductions, ({ lineId }) => lineId);
  for (const { id, orderId, amount, parts, settledAmount = 0 } of lines) {
    if (parts && sum([...parts]) !== amount)
      complain(orderId, `line ${id} costs ${amount}, and its parts are fixed at ${parts.join(' + ')}`);
    const claimed = sum((claimsOf.get(id) ?? []).map((claim) => claim.amount));
    const reduced = sum((reductionsOf.get(id) ?? []).map((reduction) => reduction.amount));
    if (claimed + reduced !== settledAmount || settledAmount > amount)
      complain(
        orderId,
        `line ${id} costs ${amount}, ${claimed} of it is claimed or paid, ${reduced} is owed no more, and it says ${settledAmount}`,
      );
  }
  for (const { shareId, lineId } of allocations) {
    const settlement = settlementOf.get(shareId);
    if (!settlement) continue;
    // What it named was taken off after it had ended unpaid.
    if (takenOff.has(lineId) && !counts(settlement)) continue;
    const round = orderOf.get(lineOf.get(lineId)?.orderId ?? '');
    if (!round?.paidAfter || round.tabId !== settlement.tabId || !wasConfirmed(round))
      complain(settlement.id, `it pays line ${lineId}, which its tab does not owe`);
  }
  return violations;
}

/**
 * A tab owes its confirmed rounds, without what was canceled, written off or paid; so says the ledger, too. A tab that has
 * ended owes nothing.
 */
function t6({ tabs, orders, lines, shares, reductions, bookings, entries }: Facts): Violation[] {
  const ordersOf = of(
    orders.filter(({ tabId }) => tabId),
    ({ tabId }) => tabId!,
  );
  const linesOf = of(lines, ({ orderId }) => orderId);
  const sharesOf = of(shares, ({ orderId }) => orderId);
  const reductionsOf = of(reductions, ({ tabId }) => tabId);
  const bookingsOf = of(bookings, ({ orderId }) => orderId);
  const receivableOf = of(
    entries.filter(({ account }) => account === 'receivable'),
    ({ transactionId }) => transactionId,
  );
  return tabs.flatMap((tab): Violation[] => {
    if (tab.settlement !== 'after') return [];
    const violations: Violation[] = [];
    const complain = (sentence: string) =>
      violations.push({ id: 'T6', orderId: null, sentence: `tab ${tab.id} ${sentence}` });
    const own = ordersOf.get(tab.id) ?? [];
    const rounds = own.filter((order) => order.paidAfter && wasConfirmed(order));
    const confirmed = sum(rounds.map(({ totalAmount }) => totalAmount));
    const reduced = sum((reductionsOf.get(tab.id) ?? []).map(({ amount }) => amount));
    const settlements = own.filter(({ kind }) => kind === 'settlement');
    const amountOf = (some: readonly Order[]) =>
      sum(some.flatMap(({ id }) => (sharesOf.get(id) ?? []).map(({ amount }) => amount)));
    const paid = amountOf(settlements.filter(({ status }) => status === 'completed'));
    const claimed = amountOf(settlements.filter((order) => counts(order) && order.status !== 'completed'));
    const owed = confirmed - reduced - paid;
    const open = sum(
      rounds.flatMap(({ id }) =>
        (linesOf.get(id) ?? []).map(({ amount, settledAmount }) => amount - settledAmount),
      ),
    );
    if (open + claimed !== owed)
      complain(
        `had ${confirmed} in all, ${reduced} of it is owed no more and ${paid} was paid, but ${open} of its lines is open and ${claimed} claimed`,
      );
    const receivable = sum(
      own.flatMap(({ id }) =>
        (bookingsOf.get(id) ?? []).flatMap((booking) =>
          (receivableOf.get(booking.id) ?? []).map(({ amount }) => amount),
        ),
      ),
    );
    if (receivable !== owed) complain(`owes ${owed}, and ${receivable} by the ledger`);
    if (tab.closedAt && owed !== 0) complain(`is ${tab.status}, and still owes ${owed}`);
    for (const { id, settledAmount = 0 } of own
      .filter((order) => !order.paidAfter)
      .flatMap((order) => linesOf.get(order.id) ?? []))
      if (settledAmount > 0) complain(`has line ${id}, which nobody owes, settled with ${settledAmount}`);
    return violations;
  });
}
