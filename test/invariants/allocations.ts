/** T2: allocations, the part of each line that a share pays. */

import { chargeStep } from '../../domain/currency.ts';
import { exactPart } from './exact-parts.ts';
import type { Facts } from './facts.ts';
import { of, sum } from './grouping.ts';
import type { Violation } from './violation.ts';

/** Statuses of orders that have no bill yet, or never had one. */
export const WITHOUT_BILL: readonly string[] = ['placing', 'rejected'];
/** Tolerance for floating-point sums of fractions; far below the smallest fraction of a minor unit. */
const NOTHING = 1e-6;

/**
 * The allocations of a line sum to its amount, those of a share to the share's amount. Nobody pays a whole step
 * more or less than her exact fraction of the bill, or of each line that is left, if lines of hers were dropped.
 */
export function checkAllocations(facts: Facts): Violation[] {
  const { orders, lines, shares, allocations, participants, events } = facts;
  const peopleOf = of(participants, (person) => person.orderId);
  const dropped = new Set(
    events.flatMap(({ type, data }) => (type === 'share_dropped' && data.shareId ? [data.shareId] : [])),
  );
  const linesOf = of(lines, (line) => line.orderId);
  const changesOf = of(
    facts.changes.filter(({ status }) => status === 'applied'),
    (change) => change.orderId,
  );
  const sharesOf = of(shares, (share) => share.orderId);
  const allocationsOf = of(allocations, (allocation) => allocation.shareId);
  return orders.flatMap((order): Violation[] => {
    if (WITHOUT_BILL.includes(order.status)) return [];
    const violations: Violation[] = [];
    const complain = (sentence: string) => violations.push({ id: 'T2', orderId: order.id, sentence });
    const own = (sharesOf.get(order.id) ?? []).filter(({ billVersion }) => billVersion === order.billVersion);
    const bill = linesOf.get(order.id) ?? [];
    if (order.paidAfter && own.length === 0) return [];
    const paid = own.flatMap(({ id }) => allocationsOf.get(id) ?? []);
    for (const { id, amount } of bill) {
      const allocated = sum(paid.filter(({ lineId }) => lineId === id).map((each) => each.amount));
      if (allocated !== amount) complain(`line ${id} costs ${amount}, and ${allocated} of it is allocated`);
    }
    // A settlement has no lines: T3 says which it may pay.
    const isSettlement = order.kind === 'settlement';
    const known = new Set(isSettlement ? paid.map(({ lineId }) => lineId) : bill.map(({ id }) => id));
    for (const { lineId, shareId } of paid) {
      if (!known.has(lineId)) complain(`share ${shareId} pays for line ${lineId}, which is not on the bill`);
    }
    for (const { id, amount, participantId, ownerParticipantId } of own) {
      const allocated = sum((allocationsOf.get(id) ?? []).map((each) => each.amount));
      if (allocated !== amount) complain(`share ${id} is ${amount}, and its allocations sum to ${allocated}`);
      if (isSettlement) continue;
      const owner = ownerParticipantId ?? participantId;
      // What others pay of the dropped lines was rounded over the bill as it was sent.
      const hasLost = dropped.size > 0 && own.some((share) => dropped.has(share.id));
      // What a change frees or adds of a shared line is rounded for itself.
      const changes = (changesOf.get(order.id) ?? []).length;
      const steps = (hasLost ? Math.max(1, bill.length) : 1) + changes * Math.max(1, bill.length);
      const { least, most } = exactPart(order, bill, peopleOf.get(order.id) ?? [], owner);
      // Her further shares pay for what she has added since.
      const all = sum(
        own.filter((one) => (one.ownerParticipantId ?? one.participantId) === owner).map((one) => one.amount),
      );
      const tolerance = steps * chargeStep(order.currency) - NOTHING;
      if (all - most >= tolerance || least - all >= tolerance)
        complain(
          `share ${id} is ${amount}, with her others ${all}, and ${owner} ordered for ${[...new Set([least, most])].join(' to ')}`,
        );
    }
    return violations;
  });
}
