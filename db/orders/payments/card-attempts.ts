/** Decides whether a card may be tried: parts of the statement that writes the payment attempt. */

import { sql } from 'kysely';
import type { DeclineBounds } from '../../../domain/unpaid.ts';
import type { Sql } from '../../sql.ts';

/** The network of an attempt, as an HMAC, and its limit of declines; null: not counted by network. */
export interface CardSource {
  readonly network: string | null;
  readonly bounds: DeclineBounds;
}

/**
 * Why cards are refused; after `busy`, a retry in a moment may succeed. `pieces`: too many pieces would wait for cards.
 */
export type CardRefusal = 'payer' | 'network' | 'busy' | 'pieces';

/** A person who pays a share. */
export interface SharePayer {
  readonly shareId: string;
  readonly participantId: string;
}

/** Undecided attempts that a network may have at once, per permitted decline. */
const UNDECIDED_PER_DECLINE = 3;

/**
 * Returns statement parts. The part `card` has the reason why cards are refused, as `refused`: `payer` after too many
 * declines of hers for the share, `network` after too many from there, `busy` while the network has more undecided attempts than may all be declined. Attempts of
 * one network wait for each other here. `after`: a part that must run first, so that the order of locks is always the
 * same.
 */
export function judgeCard({ network, bounds }: CardSource, payer?: SharePayer, after?: string): Sql {
  const first = after === undefined ? sql`` : sql`(select count(*) from ${sql.id(after)}) as first,`;
  const { perPayer, perNetwork } = bounds;
  return sql`attempts as materialized (
       select counted.* from ${first} lateral
         lock_payer_attempts(${payer?.shareId ?? null}::uuid, ${payer?.participantId ?? null}::uuid, ${network}::text) as counted),
     card as (
       select case
           when payer_declines >= ${perPayer}::int then 'payer'
           when network_declines >= ${perNetwork}::int then 'network'
           when network_undecided >= ${perNetwork * UNDECIDED_PER_DECLINE}::int then 'busy' end as refused
       from attempts)`;
}
