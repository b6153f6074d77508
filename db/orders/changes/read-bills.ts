/** Reads the bills of an order as they were before its changes. */

import { sql } from 'kysely';
import type { Database } from '../../database.ts';
import { query } from '../../sql.ts';
import type { BillLine } from '../entities/change.ts';

/** An earlier version of a bill, and the change that replaced it. */
export interface EarlierBill {
  readonly version: number;
  readonly replacedAt: string;
  readonly totalAmount: number;
  readonly lines: readonly BillLine[];
  readonly changeId: string | null;
}

/** Returns the earlier versions of an order's bill, newest first. */
export async function readEarlierBills(orders: Database, orderId: string): Promise<EarlierBill[]> {
  const rows = await query<EarlierBill>(
    orders.em.fork(),
    sql`select b.version, b.replaced_at as "replacedAt", b.total_amount as "totalAmount", b.lines,
          (select c.id from changes c
           where c.order_id = b.order_id and c.status = 'applied' and c.bill_version > b.version
           order by c.bill_version limit 1) as "changeId"
        from bills b where b.order_id = ${orderId} order by b.version desc`,
  );
  return rows.map((row) => ({ ...row, replacedAt: new Date(row.replacedAt).toISOString() }));
}
