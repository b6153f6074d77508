/** C5: questions about what has run out. */

import { hasEnded } from '../../domain/order.ts';
import { OPEN_CHANGES } from '../../domain/order-change.ts';
import type { Facts } from './facts.ts';
import type { Violation } from './violation.ts';

const GRACE_MS = 30_000;

/**
 * C5: no question is open past its limit, or of an order that has ended; what was answered or decided is done by a change
 * that is applied or under way, by the order's end, or left to a person.
 */
export function checkQuestions(
  { questions, orders, changes, cancelRequests, now }: Facts,
  { workerRuns }: { workerRuns: boolean },
): Violation[] {
  const orderOf = new Map(orders.map((order) => [order.id, order]));
  const statusOf = new Map(changes.map(({ id, status }) => [id, status]));
  const asksForEnd = new Set(
    cancelRequests.flatMap(({ questionId, refusedAt }) => (questionId && !refusedAt ? [questionId] : [])),
  );
  return questions.flatMap(({ id, orderId, status, answer, deadline, changeId }): Violation[] => {
    const complain = (sentence: string): Violation[] => [
      { id: 'C5', orderId, sentence: `question ${id} is ${status}, ${sentence}` },
    ];
    const order = orderOf.get(orderId)!;
    if (status === 'withdrawn') return [];
    if (status === 'open') {
      if (hasEnded(order.status)) return complain(`and its order is ${order.status}`);
      if ((order.openQuestions ?? 0) === 0) return complain('and its order does not know it');
      const isLate = now.getTime() - deadline.getTime() > GRACE_MS;
      return workerRuns && isLate ? complain(`and its time was over at ${deadline.toISOString()}`) : [];
    }
    if (changeId) {
      const change = statusOf.get(changeId);
      const isDone = change === 'applied' || OPEN_CHANGES.some((open) => open === change);
      return isDone ? [] : complain(`and its change is ${change}`);
    }
    if (answer === null || asksForEnd.has(id)) return [];
    return complain(`and nothing does what was answered: ${answer}`);
  });
}
