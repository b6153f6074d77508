/** What the board shows where: a column of orders for each status, oldest first, and how arrow keys walk between them. */

import { hasWords, wordsOf } from '#domain/fold.ts';
import type { BoardOrder } from '#domain/contract/board.ts';
import { isForAgents } from '../../api/order-views.ts';
import { BOARD_STATUSES, type OrderStatus } from '#domain/order.ts';
import { placeWords } from '../../ui/place-words.ts';
import type { BoardStatus } from './board-statuses.ts';

export interface BoardColumn {
  readonly status: BoardStatus;
  readonly orders: readonly BoardOrder[];
}

/** Where somebody is on the board. */
export interface BoardPlace {
  /** The order whose card has the focus. */
  readonly focused: string | undefined;
  /** On a phone: the column that is shown. */
  readonly column: BoardStatus;
  /** How far each column is scrolled. */
  readonly tops: readonly number[];
}

/** True for orders that are paid and not yet handed over. */
export function isOnBoard(status: OrderStatus): status is BoardStatus {
  return (BOARD_STATUSES as readonly OrderStatus[]).includes(status);
}

/** How many pieces of an order somebody still waits for: those that went back are not made any more. */
export function piecesToMake({ lines }: Pick<BoardOrder, 'lines'>): number {
  return lines.reduce((sum, line) => sum + line.quantity - refundedOf(line), 0);
}

/** How many pieces of a line went back. Who only makes orders gets a line with the pieces that are left. */
export function refundedOf(line: BoardOrder['lines'][number]): number {
  return 'refundedQuantity' in line ? line.refundedQuantity : 0;
}

/** What whoever is called for an order is called. */
export function nameOf(order: BoardOrder): string | undefined {
  return (isForAgents(order) ? order.contact?.name : undefined) ?? order.participants[0]?.name;
}

/**
 * The columns, each in the order in which orders were paid. That order never changes, so a card keeps its
 * place while others come (at the end) and go.
 */
export function arrangeColumns(orders: Iterable<BoardOrder>, search = ''): BoardColumn[] {
  const shown = [...orders]
    .filter((order) => matchesSearch(order, search))
    .toSorted((left, right) => (left.number ?? 0) - (right.number ?? 0) || left.id.localeCompare(right.id));
  return BOARD_STATUSES.map((status) => ({
    status,
    orders: shown.filter((order) => order.status === status),
  }));
}

/** Finds an order by its number (`42`, `#42`), or by a part of its place or of the customer's name. */
export function matchesSearch(order: BoardOrder, search: string): boolean {
  const number = wordsOf(search).join('');
  if (number !== '' && String(order.number).startsWith(number)) return true;
  return hasWords([order.place && placeWords(order.place), nameOf(order)], search);
}

export type Direction = 'up' | 'down' | 'left' | 'right';

/**
 * The order that an arrow key leads to from order `from`, or undefined at an edge. Sideways goes to the next
 * column that is not empty, at the same height. Without a known `from` it is the first order there is.
 */
export function neighborOf(
  columns: readonly BoardColumn[],
  from: string | undefined,
  direction: Direction,
): string | undefined {
  const here = locate(columns, from);
  if (!here) return columns.find((column) => column.orders.length > 0)?.orders[0]?.id;
  if (direction === 'up' || direction === 'down') {
    return columns[here.column]!.orders[here.row + (direction === 'down' ? 1 : -1)]?.id;
  }
  const step = direction === 'right' ? 1 : -1;
  for (let index = here.column + step; columns[index]; index += step) {
    const { orders } = columns[index]!;
    if (orders.length > 0) return orders[Math.min(here.row, orders.length - 1)]!.id;
  }
  return undefined;
}

/**
 * Where the focus goes when the focused order has left its place: to the one that moved up into it, else to the
 * one above, else to wherever the order is now.
 */
export function successorOf(
  before: readonly BoardColumn[],
  after: readonly BoardColumn[],
  id: string,
): string | undefined {
  const was = locate(before, id);
  const is = locate(after, id);
  if (!was || was.column === is?.column) return is && id;
  const { orders } = after[was.column]!;
  return orders[Math.min(was.row, orders.length - 1)]?.id ?? (is && id) ?? undefined;
}

function locate(columns: readonly BoardColumn[], id: string | undefined) {
  for (const [column, { orders }] of columns.entries()) {
    const row = orders.findIndex((order) => order.id === id);
    if (row >= 0) return { column, row };
  }
  return undefined;
}
