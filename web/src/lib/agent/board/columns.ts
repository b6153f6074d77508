/** The board's layout: a column of orders per status, oldest first, and navigation by arrow keys. */

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

/** A position on the board. */
export interface BoardPlace {
  /** The order of the focused card. */
  readonly focused: string | undefined;
  /** The visible column on a phone. */
  readonly column: BoardStatus;
  /** Scroll offset per column. */
  readonly tops: readonly number[];
}

/** Returns whether an order is paid and not yet handed over. */
export function isOnBoard(status: OrderStatus): status is BoardStatus {
  return (BOARD_STATUSES as readonly OrderStatus[]).includes(status);
}

/** Returns the number of pieces still to be made: refunded ones are not. */
export function piecesToMake({ lines }: Pick<BoardOrder, 'lines'>): number {
  return lines.reduce((sum, line) => sum + line.quantity - refundedOf(line), 0);
}

/** Returns the number of refunded pieces of a line. Without the bill, a line already has only the remaining pieces. */
export function refundedOf(line: BoardOrder['lines'][number]): number {
  return 'refundedQuantity' in line ? line.refundedQuantity : 0;
}

/** Returns the name to call for an order. */
export function nameOf(order: BoardOrder): string | undefined {
  return (isForAgents(order) ? order.contact?.name : undefined) ?? order.participants[0]?.name;
}

/**
 * Returns the columns, sorted by payment time. This order never changes, so a card keeps its place while others come
 * (at the end) and go.
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

/** Finds an order by its number (`42`, `#42`), or by part of its place or customer name. */
export function matchesSearch(order: BoardOrder, search: string): boolean {
  const number = wordsOf(search).join('');
  if (number !== '' && String(order.number).startsWith(number)) return true;
  return hasWords([order.place && placeWords(order.place), nameOf(order)], search);
}

export type Direction = 'up' | 'down' | 'left' | 'right';

/**
 * Returns the order that an arrow key moves to from order `from`; undefined at an edge. Left and right go to the next
 * non-empty column at the same height. Without a known `from` it returns the first order.
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
 * Returns the focus target when the focused order has left its place: the order that moved up into it, else the one
 * above, else the order itself in its new place.
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
