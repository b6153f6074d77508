/** What the kitchen must know of changes of its orders, and of questions about what has run out. */

import type { BoardOrder } from '#domain/contract/board.ts';
import { refundedOf } from '../board/columns.ts';

/** A change of an order, as those who make it see it. */
export type MadeChange = BoardOrder['changes'][number];
export type Question = BoardOrder['questions'][number];

/** Returns the changes that the kitchen has not seen yet, oldest first. */
export function unseenChanges({ changes }: Pick<BoardOrder, 'changes'>): readonly MadeChange[] {
  return changes.filter(({ isSeen }) => !isSeen);
}

/** Returns whether a card calls for somebody: its order was changed while it was being made, and nobody has seen it. */
export function isCalling(order: Pick<BoardOrder, 'changes' | 'status'>): boolean {
  return (order.status === 'preparing' || order.status === 'ready') && unseenChanges(order).length > 0;
}

/** Returns the names of the calls of a board: a new one is heard at once. */
export function callsOf(orders: Iterable<Pick<BoardOrder, 'changes' | 'status'>>): string[] {
  return [...orders].filter(isCalling).map((order) => unseenChanges(order).at(-1)!.id);
}

/** Returns the questions that are not answered yet. */
export function openQuestions({ questions }: Pick<BoardOrder, 'questions'>): readonly Question[] {
  return questions.filter(({ status }) => status === 'open');
}

/** A line of which units can be marked as not available. */
export type AskableLine = BoardOrder['lines'][number] & { readonly units: number };

/** Returns the lines that can still be asked about: something of them is to be made, and no question is open. */
export function askableLines(order: Pick<BoardOrder, 'lines' | 'questions'>): readonly AskableLine[] {
  const asked = new Set(openQuestions(order).map(({ lineId }) => lineId));
  return order.lines
    .map((line) => ({ ...line, units: line.quantity - refundedOf(line) }))
    .filter(({ id, units }) => units > 0 && !asked.has(id));
}
