/** Writes off what a tab owes whose people have left: it is owed no more, and lost in the ledger. */

import { sql } from 'kysely';
import { CLAIM_STATUSES } from '../../../domain/settlement.ts';
import { hasTabEnded } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { list, literals, query, queryFirst, type Sql } from '../../sql.ts';
import { bookReductions } from '../ledger/ledger.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import { changeTab, type TabChanged, type TabCommand } from './change-tab.ts';
import { TabRefused } from './tab-refused.ts';

/** What is open of the lines that the tab `t` owes; none of a round that was canceled. */
export const OPEN_AMOUNT: Sql = sql`(
  select coalesce(sum(l.amount - l.settled_amount), 0)::int from orders o join lines l on l.order_id = o.id
  where o.tab_id = t.id and o.paid_after and o.confirmed_at is not null)`;

/** Returns what is open of a tab: owed, and not being paid right now. */
export async function readOpenAmount(em: OrdersManager, tabId: string): Promise<number> {
  const row = await queryFirst<{ amount: number }>(
    em,
    sql`select ${OPEN_AMOUNT} as amount from tabs t where t.id = ${tabId}`,
  );
  return row?.amount ?? 0;
}

/**
 * Writes off all that is open, with its reason in words and who decided it, and closes the tab for further rounds. With
 * nothing open, it only closes it. Repeated with the same key, it changes nothing. Throws TabRefused: tab_ended,
 * illegal_transition for a tab that is paid before, or already_claimed with `by` while somebody pays.
 */
export async function writeOffTab(
  orders: Database,
  tabId: string,
  command: TabCommand & { readonly key: string; readonly actorId: string },
  { id, reason }: { readonly id: string; readonly reason: string },
): Promise<TabChanged> {
  return changeTab(orders, tabId, command, async (tab, em) => {
    if (hasTabEnded(tab.status)) throw new TabRefused('tab_ended');
    if (tab.settlement !== 'after') throw new TabRefused('illegal_transition');
    const claim = await queryFirst<{ by: string }>(
      em,
      sql`select host_participant_id as by from orders
          where tab_id = ${tabId} and kind = 'settlement' and status in (${literals(CLAIM_STATUSES)}) limit 1`,
    );
    if (claim) throw new TabRefused('already_claimed', { by: claim.by });
    const wasOpen = tab.status === 'open';
    tab.status = 'closing';
    const lost = await query<{ amount: number }>(
      em,
      sql`with open as (
            select l.id, l.order_id, l.amount - l.settled_amount as amount from orders o join lines l on l.order_id = o.id
            where o.tab_id = ${tabId} and o.paid_after and o.confirmed_at is not null and l.settled_amount < l.amount),
          line as (update lines set settled_amount = lines.amount from open where lines.id = open.id),
          reduction as (
            insert into reductions (id, tab_id, order_id, line_id, amount, cause, reason, actor_id, command_id)
            select gen_random_uuid(), ${tabId}, order_id, id, amount, 'written_off', ${reason}, ${command.actorId}, ${id}
            from open returning *),
          ${list(bookReductions('write_off', tab.currency))}
          select amount from reduction`,
    );
    const amount = lost.reduce((sum, one) => sum + one.amount, 0);
    if (amount > 0) return { type: 'written_off', data: { amount } };
    return wasOpen ? { type: 'closing' } : undefined;
  });
}
