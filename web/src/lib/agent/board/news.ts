/** What a screen reader hears of a change of the board. */

import type { BoardOrder } from '#domain/contract/board.ts';
import { placeName } from '#domain/place-name.ts';
import type { BoardChange } from './merge.ts';

/** `New order 42, Table 7.` or `3 new orders.`; nothing for changes that somebody here made or can see coming. */
export function newsOf({ arrived, left }: BoardChange): string {
  const canceled = left.filter((order) => order.status === 'canceled');
  return [
    sentence(arrived, 'New order', 'new orders'),
    sentence(canceled, 'Canceled: order', 'orders canceled'),
  ]
    .filter((text) => text !== '')
    .join(' ');
}

function sentence(orders: readonly BoardOrder[], one: string, many: string): string {
  const [order] = orders;
  if (!order) return '';
  if (orders.length > 1) return `${orders.length} ${many}.`;
  return `${one} ${order.number}${order.place ? `, ${placeName(order.place)}` : ''}.`;
}
