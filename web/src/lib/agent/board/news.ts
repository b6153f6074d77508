/** What a screen reader hears of a change of the board. */

import { staffBoard } from '#messages';
import { placeName } from '../../ui/place-words.ts';
import type { BoardOrder } from '#domain/contract/board.ts';
import type { ListChange } from '../../live/list-change.ts';

/** `New order 42, Table 7.` or `3 new orders.`; nothing for changes that somebody here made or can see coming. */
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
