import { sql } from 'kysely';
import type { Reminder } from '../../../domain/round.ts';
import { SHARES_TO_PAY } from '../../../domain/share.ts';
import type { Database } from '../../database.ts';
import { literals, queryFirst } from '../../sql.ts';
import { addMails } from '../mails/mails.ts';
import { changeOrder } from '../orders/change-order.ts';
import { tellTab } from './tell-tab.ts';

/**
 * Reminds those who owe a share of a round, if it still awaits payment: mails and events of order and tab, in one
 * transaction. Each reminder is written once. Resolves with whether this call wrote it.
 */
export async function recordReminded(
  orders: Database,
  orderId: string,
  reminder: Reminder,
): Promise<boolean> {
  const follows = `reminded:${reminder}`;
  let isWritten = false;
  await changeOrder(orders, orderId, follows, async (order, em) => {
    if (order.status !== 'awaiting_payment' || order.closing) return undefined;
    const owed = await queryFirst<{ amount: number | null }>(
      em,
      sql`select sum(amount)::int as amount from shares
          where order_id = ${orderId} and bill_version = ${order.billVersion} and status in (${literals(SHARES_TO_PAY)})`,
    );
    const amount = owed?.amount ?? 0;
    if (amount === 0) return undefined;
    await addMails(em, orderId, { type: 'payment_reminder' });
    await tellTab(em, order, { type: 'reminded', follows, data: { amount } });
    isWritten = true;
    return { type: 'reminded', data: { amount, reminder } };
  });
  return isWritten;
}
