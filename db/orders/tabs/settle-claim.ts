/** The end of a claim on a part of a tab: it was paid, or it is free again. */

import { sql } from 'kysely';
import type { CapturedPayment } from '../../../domain/payment.ts';
import { refusedFor } from '../../../domain/tab-card.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { TabActor } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import { queryFirst, run } from '../../sql.ts';
import type { OrderRow } from '../entities/order.ts';
import { addMails, mailsPart } from '../mails/mails.ts';
import { changeOrderAtOnce, readStanding, type OrdersManager } from '../orders/change-order.ts';
import { bookCaptured } from '../payments/book-captured.ts';
import { noteRefused } from './charge-card.ts';
import { tellTab } from './tell-tab.ts';

/**
 * Completes a settlement whose payment was captured, in one transaction: money, ledger, event, its payer's receipt and
 * the tab's news. Safe to repeat, even when it has moved on. Throws for one that is not being captured.
 */
export async function recordSettled(
  orders: Database,
  orderId: string,
  captured: readonly CapturedPayment[],
): Promise<Standing> {
  const amount = captured.reduce((sum, each) => sum + each.amount, 0);
  const settled = await changeOrderAtOnce(orders, {
    orderId,
    from: 'capturing',
    given: sql`not o.closing`,
    set: sql`confirmed_at = clock_timestamp(), deadline = null`,
    parts: [
      ...bookCaptured('capture', captured),
      sql`booked_all as (select where (select count(*) from move) = ${captured.length})`,
      mailsPart([{ type: 'receipt' }]),
    ],
    demands: ['booked_all'],
    to: 'completed',
    events: [{ type: 'settled', dedupeKey: 'settled', data: { amount } }],
    tabNews: { type: 'payment_made', follows: 'settled' },
  });
  const order = settled ?? (await readStanding(orders, orderId));
  if (order.status === 'capturing' || order.status === 'awaiting_payment')
    throw new Error(`settlement ${orderId} is not being captured: it cannot be completed`);
  return order;
}

/**
 * Gives back what a settlement has set aside on its lines, in the transaction that ends it unpaid, and tells its tab
 * first: that locks the tab, under whose lock all these amounts change.
 */
export async function freeClaim(
  em: OrdersManager,
  order: OrderRow,
  end: { reason: string; follows: string; actor?: TabActor; actorId?: string },
): Promise<void> {
  const { reason, follows, ...actor } = end;
  const data = { participantId: order.hostParticipantId, amount: order.totalAmount, reason };
  await tellTab(em, order, { type: 'claim_ended', follows, data, ...actor });
  if (order.tabCardId) await noteCardRefused(em, order, order.tabCardId);
  await run(
    em,
    sql`update lines set settled_amount = lines.settled_amount - a.amount
        from allocations a join shares s on s.id = a.share_id
        where s.order_id = ${order.id} and lines.id = a.line_id`,
  );
}

/** Why the card was refused is what the bank has said last; nothing if it could not be asked. */
async function noteCardRefused(em: OrdersManager, order: OrderRow, cardId: string): Promise<void> {
  const attempt = await queryFirst<{ status: string; declineCode: string | null }>(
    em,
    sql`select status, decline_code as "declineCode" from payment_attempts
        where order_id = ${order.id} order by created_at desc limit 1`,
  );
  await noteRefused(em, cardId, attempt?.status === 'declined' ? refusedFor(attempt.declineCode) : 'unknown');
  await addMails(em, order.id, { type: 'card_refused', only: order.hostParticipantId });
}
