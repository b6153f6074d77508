/** What reconciliation compares of tabs that are paid after: what each owes with the ledger, and claims past their end. */

import { sql } from 'kysely';
import type { ClaimPastEnd, TabDebt } from '../../../domain/compare-tabs.ts';
import type { Database } from '../../database.ts';
import { query, type Runner, type Sql } from '../../sql.ts';
import type { PageByIds } from './reconciliation.ts';

/** What a tab `t` owes by its record and by the ledger; the order is its first round. */
const DEBT: Sql = sql`
  select t.id as "tabId", t.status as "tabStatus", t.currency,
    (select id from orders where tab_id = t.id and paid_after order by round limit 1) as "orderId",
    coalesce((select sum(total_amount) from orders where tab_id = t.id and paid_after and confirmed_at is not null), 0)::int
      - coalesce((select sum(amount) from reductions where tab_id = t.id), 0)::int
      - coalesce((select sum(total_amount) from orders
          where tab_id = t.id and kind = 'settlement' and status = 'completed'), 0)::int as "owedAmount",
    coalesce((select sum(e.amount) from orders o join ledger_transactions b on b.order_id = o.id
        join ledger_entries e on e.transaction_id = b.id and e.account = 'receivable'
      where o.tab_id = t.id), 0)::int as "bookedAmount"
  from tabs t where t.settlement = 'after'`;

/** Returns a page of the tabs that are paid after and have not changed since `before`, by id. */
export async function listTabDebts(
  orders: Database,
  page: PageByIds & { readonly before: Date },
): Promise<TabDebt[]> {
  return query<TabDebt>(
    orders.em.fork(),
    sql`${DEBT} and t.id > ${page.after} and t.updated_at < ${page.before} order by t.id limit ${page.limit}`,
  );
}

/** Returns what one tab owes, or undefined. */
export async function readTabDebt(em: Runner, tabId: string): Promise<TabDebt | undefined> {
  const [row] = await query<TabDebt>(em, sql`${DEBT} and t.id = ${tabId}`);
  return row;
}

/** Returns claims that should have ended so many seconds ago, oldest first, at most 500; with `orderId`, only that one. */
export async function listClaimsPastEnd(
  orders: Database,
  { seconds, orderId }: { readonly seconds: number; readonly orderId?: string },
): Promise<ClaimPastEnd[]> {
  return query<ClaimPastEnd>(
    orders.em.fork(),
    sql`select id as "orderId", tab_id as "tabId", status as "orderStatus", total_amount as amount, currency from orders
        where kind = 'settlement' and status = 'awaiting_payment'
          and deadline < now() - make_interval(secs => ${seconds})
          and (${orderId ?? null}::uuid is null or id = ${orderId ?? null})
        order by deadline limit 500`,
  );
}
