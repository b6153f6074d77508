import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { addMails } from '../mails/mails.ts';
import { changeOrder } from '../orders/change-order.ts';
import { tellTab } from './tell-tab.ts';
import { readDeadline } from './host-of-round.ts';

/**
 * Gives a round that awaits payment more time: to `until`, and tells whoever still has to pay. Happens once: repeated, it changes nothing. Returns the
 * deadline that the order has then; null if it has none any more.
 */
export async function recordExtended(
  orders: Database,
  orderId: string,
  until: Date,
): Promise<{ deadline: Date | null; order: Standing }> {
  const { order } = await changeOrder(orders, orderId, 'deadline-extended', async (row, em) => {
    if (row.status !== 'awaiting_payment' || row.closing) return undefined;
    row.deadline = until;
    await addMails(em, orderId, { type: 'rest_to_pay' });
    await tellTab(em, row, { type: 'deadline_extended', follows: 'deadline-extended' });
    return { type: 'deadline_extended' };
  });
  return { deadline: await readDeadline(orders, orderId), order };
}
