/** Decides whether a new order may hold stock before it is paid: parts of the statement that writes it. */

import { sql } from 'kysely';
import type { UnpaidBounds } from '../../../domain/unpaid.ts';
import type { Sql } from '../../sql.ts';

/** The guest and network of a new order, as HMACs; null: not counted. */
export interface Holder {
  readonly guest: string | null;
  readonly network: string | null;
  /** The tab of a round: its unpaid rounds count as its guest's. */
  readonly tabId?: string;
}

/**
 * A new order's demand for a variant, and how much its guest and its network may hold of it unpaid; null: any amount.
 */
export interface WantedPieces {
  readonly variantId: string;
  readonly quantity: number;
  readonly guestMost: number | null;
  readonly networkMost: number | null;
}

/**
 * Returns statement parts. The part `bound` has the limit that the order would exceed, if any, as `reached`, and as
 * `too_many` whether it is refused even with a payment: cards may be declined, so unpaid orders that came with cards
 * have a limit of their own. Orders that others of the same network leave unpaid for the counter never keep anybody
 * from paying. Orders of one guest, or one network, wait for each other here, so that concurrent ones can't exceed a
 * limit.
 */
export function judgeUnpaid(
  { guest, network, tabId }: Holder,
  wanted: readonly WantedPieces[],
  bounds: UnpaidBounds,
): Sql {
  const pieces = wanted.reduce((sum, { quantity }) => sum + quantity, 0);
  // Without counting, no limit is reached.
  const ofGuest = <T>(bound: T) => (guest === null ? null : bound);
  const ofNetwork = <T>(bound: T) => (network === null ? null : bound);
  return sql`unpaid as materialized (select * from lock_unpaid_holds(${guest}::text, ${network}::text, ${tabId ?? null}::uuid)),
     used as (
       select count(distinct order_id) filter (where of_guest) as guest_orders,
         coalesce(sum(quantity) filter (where of_guest), 0) + ${pieces} as guest_pieces,
         count(distinct order_id) filter (where of_network) as network_orders,
         coalesce(sum(quantity) filter (where of_network), 0) + ${pieces} as network_pieces,
         coalesce(sum(quantity) filter (where of_network and not pays_later), 0) + ${pieces} as card_pieces
       from unpaid),
     short as (
       select from json_to_recordset(${JSON.stringify(wanted)}::json) as wanted ("variantId" uuid, quantity int, "guestMost" int,
           "networkMost" int)
         left join lateral (
           select coalesce(sum(quantity) filter (where of_guest), 0) as by_guest,
             coalesce(sum(quantity) filter (where of_network), 0) as by_network
           from unpaid where variant_id = wanted."variantId") as held on true
       where wanted.quantity + held.by_guest > wanted."guestMost"
         or wanted.quantity + held.by_network > wanted."networkMost"),
     bound as (
       select case
           when guest_orders >= ${ofGuest(bounds.ordersPerGuest)}::int then 'guest_orders'
           when guest_pieces > ${ofGuest(bounds.piecesPerGuest)}::int then 'guest_pieces'
           when network_orders >= ${ofNetwork(bounds.ordersPerNetwork)}::int then 'network_orders'
           when network_pieces > ${ofNetwork(bounds.piecesPerNetwork)}::int then 'network_pieces'
           when exists (select from short) then 'stock' end as reached,
         coalesce(card_pieces > ${ofNetwork(bounds.piecesPerNetwork)}::int, false) or coalesce(guest_pieces > ${ofGuest(bounds.piecesPerNetwork)}::int, false) as too_many
       from used)`;
}
