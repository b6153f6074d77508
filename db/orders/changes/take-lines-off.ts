/** Takes lines out of an order that a change has taken off. */

import { sql } from 'kysely';
import { anyOf, run } from '../../sql.ts';
import type { OrderRow } from '../entities/order.ts';
import type { OrdersManager } from '../orders/change-order.ts';

/**
 * Nobody pays the lines any more. Of a round that is paid after, a payment that has ended unpaid may name one: then it is
 * kept, and belongs to nothing but the change.
 */
export async function takeLinesOff(
  em: OrdersManager,
  { id: orderId, paidAfter }: Pick<OrderRow, 'id' | 'paidAfter'>,
  changeId: string,
  lineIds: readonly string[],
): Promise<void> {
  if (lineIds.length === 0) return;
  if (!paidAfter) await run(em, sql`delete from allocations where line_id = ${anyOf(lineIds)}`);
  await run(
    em,
    sql`with kept as (
          update lines set order_id = null, taken_off_by = ${changeId}
          where order_id = ${orderId} and id = ${anyOf(lineIds)} and exists (select from allocations a where a.line_id = lines.id)
          returning id)
        delete from lines where order_id = ${orderId} and id = ${anyOf(lineIds)} and id not in (select id from kept)`,
  );
}
