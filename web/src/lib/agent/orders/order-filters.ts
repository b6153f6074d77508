/** Filters of the list of orders, stored in the address. */

import { staffOrders } from '#messages';
import { BOARD_STATUSES, type OrderStatus } from '#domain/order.ts';
import type { OrderSearch } from './order-calls.ts';

interface Filter {
  readonly name: string;
  readonly label: string;
  readonly statuses?: readonly OrderStatus[];
  readonly attention?: true;
  readonly toPay?: true;
}

export const ORDER_FILTERS = [
  { name: 'all', label: staffOrders.filterAll() },
  { name: 'board', label: staffOrders.filterBoard(), statuses: BOARD_STATUSES },
  { name: 'to-pay', label: staffOrders.filterToPay(), toPay: true },
  { name: 'completed', label: staffOrders.filterCompleted(), statuses: ['completed'] },
  { name: 'ended', label: staffOrders.filterEnded(), statuses: ['canceled', 'expired', 'rejected'] },
  { name: 'attention', label: staffOrders.filterAttention(), attention: true },
] as const satisfies readonly Filter[];
export type FilterName = (typeof ORDER_FILTERS)[number]['name'];

export interface OrderFilter {
  readonly show: FilterName;
  readonly q: string;
}

/** Reads `?show=&q=`; unknown values show all. */
export function readFilter(parameters: Pick<URLSearchParams, 'get'>): OrderFilter {
  const name = parameters.get('show');
  const known = ORDER_FILTERS.find((filter) => filter.name === name);
  return { show: known?.name ?? 'all', q: parameters.get('q') ?? '' };
}

/** Returns the address of a filtered list; defaults are omitted. */
export function filterAddress({ show, q }: OrderFilter): string {
  const parameters = new URLSearchParams();
  if (show !== 'all') parameters.set('show', show);
  if (q.trim() !== '') parameters.set('q', q.trim());
  const query = parameters.toString();
  return `/agent/orders${query && `?${query}`}`;
}

/** Returns the API query for the filters. */
export function searchOf({ show, q }: OrderFilter): OrderSearch {
  const filter: Filter = ORDER_FILTERS.find(({ name }) => name === show) ?? ORDER_FILTERS[0];
  return {
    q,
    ...(filter.statuses ? { statuses: filter.statuses } : {}),
    ...(filter.attention ? { attention: true } : {}),
    ...(filter.toPay ? { toPay: true } : {}),
  };
}
