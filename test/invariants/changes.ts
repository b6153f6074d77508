/** C1 to C4, and C7: changes of orders, the versions of their bills, discounts, and refunds of what is changed. */

import { discountsLeft } from '../../domain/discount.ts';
import { OPEN_CHANGES } from '../../domain/order-change.ts';
import type { Facts } from './facts.ts';
import { of, sum } from './grouping.ts';
import type { Violation } from './violation.ts';

const GRACE_MS = 30_000;

/**
 * C1: no change is open past its limit, which is that of its order while that awaits its payment; an order names the one that
 * is, its payers' parts sum to it, and none is applied to which somebody has not agreed. C2: what is billed now, is the bill as it was
 * placed with the differences of all changes, each of whose bills before it is kept. C3: what changes gave back of a share
 * is what their refunds sum to, and a change that was given up has moved nothing. C4: what is off a line is left of
 * discounts that changes of its order gave. C7: what was refunded of a line is on its bill: no change gives it back again.
 */
export function checkChanges(facts: Facts, { workerRuns }: { workerRuns: boolean }): Violation[] {
  return [...c1(facts, workerRuns), ...c2(facts), ...c3(facts), ...c4(facts), ...c7(facts)];
}

function c1({ changes, changePayers, orders, payments, now }: Facts, workerRuns: boolean): Violation[] {
  const openOf = new Map(orders.flatMap(({ id, changeId }) => (changeId ? [[id, changeId] as const] : [])));
  const capturing = new Set(
    payments.flatMap(({ shareId, status }) => (status === 'authorized' ? [shareId] : [])),
  );
  const payersOf = of(changePayers, (payer) => payer.changeId);
  const orderOf = new Map(orders.map((order) => [order.id, order]));
  return changes.flatMap(({ id, orderId, status, acceptBefore, deadline, differenceAmount }) => {
    const payers = payersOf.get(id) ?? [];
    const complain = (sentence: string) => [
      { id: 'C1' as const, orderId, sentence: `change ${id} is ${status}, ${sentence}` },
    ];
    const isOpen = OPEN_CHANGES.some((open) => open === status);
    const isNamed = openOf.get(orderId) === id;
    if (isOpen && !isNamed) return complain('and its order does not know it');
    const isCapturing = payers.some(({ shareId }) => shareId && capturing.has(shareId));
    if (!isOpen && isNamed && !(status === 'applied' && isCapturing))
      return complain('and its order waits for it');
    // What is owed of a round that is paid after has no shares.
    if (payers.length > 0 && sum(payers.map((payer) => payer.differenceAmount)) !== differenceAmount)
      return complain(`and the parts of its payers do not sum to ${differenceAmount}`);
    if (status === 'applied' && payers.some(({ agreedAt }) => !agreedAt))
      return complain('and somebody has not agreed to it');
    const order = orderOf.get(orderId);
    // Nothing is paid for it, and nobody waits for it longer than for the order.
    if (status === 'held' && order?.status === 'awaiting_payment') {
      if (payers.some(({ shareId }) => shareId)) return complain('and somebody is to pay for it besides');
      if (deadline?.getTime() !== order.deadline?.getTime())
        return complain('and does not end with its order');
    }
    const limit = status === 'requested' ? acceptBefore : (deadline ?? acceptBefore);
    if (workerRuns && isOpen && now.getTime() - limit.getTime() > GRACE_MS)
      return complain(`and its time was over at ${limit.toISOString()}`);
    return [];
  });
}

function c2({ changes, orders, events, bills, lines }: Facts): Violation[] {
  const changesOf = of(changes, (change) => change.orderId);
  const billsOf = of(bills, (bill) => bill.orderId);
  return orders.flatMap((order): Violation[] => {
    const own = changesOf.get(order.id) ?? [];
    if (own.length === 0) return [];
    const complain = (sentence: string): Violation => ({ id: 'C2', orderId: order.id, sentence });
    const applied = own.filter(({ status }) => status === 'applied');
    const kept = (billsOf.get(order.id) ?? []).toSorted((one, other) => one.version - other.version);
    const violations: Violation[] = [];
    if (kept.length !== applied.length)
      violations.push(complain(`${applied.length} changes were applied, and ${kept.length} bills are kept`));
    const totals = [...kept.map(({ totalAmount }) => totalAmount), order.totalAmount];
    const history = events.filter(({ orderId }) => orderId === order.id);
    const changedAt = history.flatMap(({ type, version }) => (type === 'changed' ? [version] : []));
    /** What the host has dropped since a change, and before the next one. */
    const droppedAfter = (index: number) =>
      history.reduce(
        (sum, { type, version, data }) =>
          type === 'share_dropped' &&
          version > (changedAt[index] ?? 0) &&
          version < (changedAt[index + 1] ?? Infinity)
            ? sum + (data.amount ?? 0)
            : sum,
        0,
      );
    applied.forEach(({ id, differenceAmount }, index) => {
      const moved = (totals[index + 1] ?? 0) - (totals[index] ?? 0) + droppedAfter(index);
      if (moved !== differenceAmount)
        violations.push(
          complain(`change ${id} was to cost ${differenceAmount} more, and the bill moved by ${moved}`),
        );
    });
    if (changedAt.length !== applied.length)
      violations.push(
        complain(`${applied.length} changes were applied, and ${changedAt.length} are told of`),
      );
    if (!lines.some(({ orderId }) => orderId === order.id))
      violations.push(complain('nothing is left of it'));
    return violations;
  });
}

function c3({ changes, changePayers, shares, refunds, allocations }: Facts): Violation[] {
  const refundsOf = of(
    refunds.filter(({ cause }) => cause === 'changed'),
    (refund) => refund.shareId,
  );
  const over = new Set(changes.flatMap(({ id, status }) => (status === 'given_up' ? [id] : [])));
  const givenUp = new Set(
    changePayers.flatMap(({ changeId, shareId }) => (over.has(changeId) && shareId ? [shareId] : [])),
  );
  const allocated = new Set(allocations.map(({ shareId }) => shareId));
  return shares.flatMap(({ id, orderId, changedAmount }): Violation[] => {
    const complain = (sentence: string): Violation[] => [{ id: 'C3', orderId, sentence }];
    if (givenUp.has(id)) {
      return allocated.has(id) ? complain(`share ${id} pays for lines, and its change was given up`) : [];
    }
    const ofChanges = refundsOf.get(id) ?? [];
    const made = ofChanges.filter(({ status }) => status !== 'failed');
    const returned = made.reduce((sum, { amount }) => sum + amount, 0);
    // One that failed needs a person, who makes it again.
    const isMissing = made.length < ofChanges.length && returned < (changedAmount ?? 0);
    if (returned === (changedAmount ?? 0) || isMissing) return [];
    return complain(
      `changes gave back ${changedAmount} of share ${id}, and their refunds sum to ${returned}`,
    );
  });
}

function c4({ changes, orders, lines, discounts }: Facts): Violation[] {
  const linesOf = of(lines, (line) => line.orderId);
  const givenOf = of(discounts, (discount) => discount.orderId);
  const applied = new Set(changes.flatMap(({ id, status }) => (status === 'applied' ? [id] : [])));
  return orders.flatMap(({ id: orderId }): Violation[] => {
    const own = (linesOf.get(orderId) ?? []).map((line) => ({
      id: line.id,
      discountAmount: line.discountAmount ?? 0,
    }));
    const given = givenOf.get(orderId) ?? [];
    const complain = (sentence: string): Violation => ({ id: 'C4', orderId, sentence });
    const isOff = sum(own.map(({ discountAmount }) => discountAmount));
    const left = sum(discountsLeft(own, given).map(({ amount }) => amount));
    return [
      ...given.flatMap(({ id, changeId, amount, lines: parts }) => [
        ...(applied.has(changeId) ? [] : [complain(`discount ${id} is of a change that was not applied`)]),
        ...(sum(parts.map((part) => part.amount)) === amount
          ? []
          : [complain(`the parts of discount ${id} do not sum to ${amount}`)]),
      ]),
      ...(isOff === left
        ? []
        : [complain(`its lines are discounted by ${isOff}, and its discounts leave ${left}`)]),
    ];
  });
}

function c7({ refunds, lines }: Facts): Violation[] {
  const quantityOf = new Map(lines.map(({ id, quantity }) => [id, quantity]));
  const made = refunds.filter(({ cause, status }) => cause !== 'changed' && status !== 'failed');
  // A refund of lines that several payments have paid is one of each of them.
  return [...of(made, ({ paymentId }) => paymentId).values()].flatMap((own) => {
    const named = own.flatMap(({ lines: units }) => units ?? []);
    return [...of(named, ({ lineId }) => lineId)].flatMap(([lineId, units]) => {
      const refunded = sum(units.map(({ quantity }) => quantity));
      const left = quantityOf.get(lineId) ?? 0;
      if (refunded <= left) return [];
      const sentence = `${refunded} of line ${lineId} were refunded, and ${left} of it are on its bill`;
      return [{ id: 'C7' as const, orderId: own[0]!.orderId, sentence }];
    });
  });
}
