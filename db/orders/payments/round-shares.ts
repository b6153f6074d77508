/** The bill of a round, read under the order's lock, for the two ways in which a share of it changes. */

import { sql } from 'kysely';
import type { Round, RoundLine, RoundShare } from '../../../domain/share-changes.ts';
import { anyOf, query, selectRows } from '../../sql.ts';
import { LineEntity, ShareEntity, type OrderRow } from '../entities/order.ts';
import type { OrdersManager } from '../orders/change-order.ts';

/** Reads a round's lines, and the shares of its bill with what each pays. A round has no fees yet. */
export async function readRound(
  em: OrdersManager,
  order: OrderRow,
): Promise<Round<RoundShare, RoundLine, never>> {
  const lines = await selectRows(em, LineEntity, sql`order_id = ${order.id} order by position`);
  const shares = await selectRows(
    em,
    ShareEntity,
    sql`order_id = ${order.id} and bill_version = ${order.billVersion} order by id for no key update`,
  );
  const allocations = await query<{ shareId: string; lineId: string; amount: number }>(
    em,
    sql`select share_id as "shareId", line_id as "lineId", amount from allocations
        where share_id = ${anyOf(shares.map(({ id }) => id))}`,
  );
  return {
    currency: order.currency,
    lines,
    fees: [],
    shares: shares.map((share) => ({
      ...share,
      ownerParticipantId: share.ownerParticipantId ?? null,
      allocations: allocations.filter(({ shareId }) => shareId === share.id),
    })),
  };
}
