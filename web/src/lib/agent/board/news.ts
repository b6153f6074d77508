/** Screen reader announcements of board changes. */

import { staffBoard } from '#messages';
import { placeName } from '../../ui/place-words.ts';
import type { BoardOrder } from '#domain/contract/board.ts';
import type { ListChange } from '../../live/list-change.ts';

/**
 * Returns `New order 42, Table 7.` or `3 new orders.`; an empty text for changes that were made here or are already
 * visible.
 */
export function newsOf({ arrived, left }: ListChange<BoardOrder>): string {
  const canceled = left.filter((order) => order.status === 'canceled');
  return [
    sentence(arrived, staffBoard.newOrder, staffBoard.newOrders),
    sentence(canceled, staffBoard.canceledOrder, staffBoard.canceledOrders),
  ]
    .filter((text) => text !== '')
    .join(' ');
}

function sentence(
  orders: readonly BoardOrder[],
  one: typeof staffBoard.newOrder,
  many: typeof staffBoard.newOrders,
): string {
  const [order] = orders;
  if (!order) return '';
  if (orders.length > 1) return many({ count: orders.length });
  return one({ number: String(order.number), place: order.place ? placeName(order.place) : 'none' });
}
