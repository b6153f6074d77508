/** Units that have run out: they leave the order, and are not put on sale again. */

import { sql } from 'kysely';
import type { StockItem } from '../../catalog/stock/stock.ts';
import { selectOne, type Sql } from '../../sql.ts';
import type { ChangeRow } from '../entities/change.ts';
import type { LineRow, OrderRow } from '../entities/order.ts';
import { QuestionEntity } from '../entities/question.ts';
import type { OrdersManager } from '../orders/change-order.ts';

/** Of the order `o`, when it ends: what no change has taken off it. Null: none. */
export const GONE_UNITS: Sql = sql`(
  select json_agg(json_build_object('variantId', l.variant_id, 'quantity', q.quantity))
  from questions q join lines l on l.id = q.line_id
  where q.order_id = o.id and not q.is_moot and q.change_id is null)`;

/**
 * Divides what a change takes off into units to put on sale, and units that are gone: those that have run out, and, once
 * they may have been used, all.
 */
export async function divideTakenOff(
  em: OrdersManager,
  order: OrderRow,
  { questionId }: ChangeRow,
  lines: readonly Pick<LineRow, 'id' | 'variantId'>[],
  takenOff: readonly StockItem[],
): Promise<{ takenOff: readonly StockItem[]; gone?: readonly StockItem[] }> {
  if (!questionId) return { takenOff };
  if (order.status !== 'confirmed') return { takenOff: [], gone: takenOff };
  const question = await selectOne(em, QuestionEntity, sql`id = ${questionId}`);
  const variantId = lines.find(({ id }) => id === question.lineId)?.variantId;
  let left = question.quantity;
  const gone: StockItem[] = [];
  const back: StockItem[] = [];
  for (const item of takenOff) {
    const missing = item.variantId === variantId ? Math.min(left, item.quantity) : 0;
    left -= missing;
    if (missing > 0) gone.push({ ...item, quantity: missing });
    if (item.quantity > missing) back.push({ ...item, quantity: item.quantity - missing });
  }
  return { takenOff: back, gone };
}
