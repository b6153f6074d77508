/** Whether a card may be tried: parts of the statement that writes the payment attempt. */

import { sql } from 'kysely';
import type { DeclineBounds } from '../../../domain/unpaid.ts';
import type { Sql } from '../../sql.ts';

/** Where an attempt comes from, as an HMAC, and how many declines there may be; null: it is not counted by network. */
export interface CardSource {
  readonly network: string | null;
  readonly bounds: DeclineBounds;
}

/** Why no card is taken; after `busy` it may be tried again in a moment. `pieces`: too much would wait for cards. */
export type CardRefusal = 'order' | 'network' | 'busy' | 'pieces';

/** Attempts of a network that may be undecided at once, for each decline that it may have. */
const UNDECIDED_PER_DECLINE = 3;

/**
 * The part `card` returns whether cards are taken, as `refused`: `order` or `network` after too many declines, `busy` while
 * more attempts of the network are undecided than could all be declined. Attempts of one network wait for each other here.
 * `after`: a part that must have run first, so that everybody takes locks in one order.
 */
export function judgeCard({ network, bounds }: CardSource, orderId: string | null, after?: string): Sql {
  const first = after === undefined ? sql`` : sql`(select count(*) from ${sql.id(after)}) as first,`;
  const { perOrder, perNetwork } = bounds;
  return sql`attempts as materialized (
       select counted.* from ${first} lateral lock_card_attempts(${orderId}::uuid, ${network}::text) as counted),
     card as (
       select case
           when order_declines >= ${perOrder}::int then 'order'
           when network_declines >= ${perNetwork}::int then 'network'
           when network_undecided >= ${perNetwork * UNDECIDED_PER_DECLINE}::int then 'busy' end as refused
       from attempts)`;
}
