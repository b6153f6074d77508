/** News that an order's workflow may have missed, and the decision to end an unconfirmed order. */

import { sql } from 'kysely';
import { findTransition } from '../../../domain/order.ts';
import { PAID_SHARES } from '../../../domain/share.ts';
import type { Closing } from '../../../domain/order-end.ts';
import type { CancelWish, OwedShare, Progress, Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { literals, query, run } from '../../sql.ts';
import { OrderMissing, standingOf } from './change-order.ts';

/** Whether the whole bill is authorized, by card or in cash. */
const IS_PAID = sql`o.total_amount = (select coalesce(sum(p.amount - p.tip_amount), 0) from payments p
  join shares s on s.id = p.share_id and s.bill_version = o.bill_version
  where p.order_id = o.id and p.status = 'authorized')`;

/**
 * The shares while they are collected: a share is paid if it is authorized, as long as the order is not being ended.
 */
const SHARES = sql`(
  select json_agg(json_build_object('id', s.id, 'isPaid', s.status in (${literals(PAID_SHARES)}) and not o.closing)
    order by s.id)
  from shares s where s.order_id = o.id and s.bill_version = o.bill_version)`;

/** The change that is under way of the order `o`: who has not agreed or paid, and what was not tried yet. */
const CHANGE = sql`
  select c.id, c.status, c.deadline,
    (select count(*) from change_payers y where y.change_id = c.id and y.agreed_at is null) as missing,
    (select count(*) from change_payers y join shares s on s.id = y.share_id
     where y.change_id = c.id and c.settle is distinct from 'cash' and s.status not in (${literals(PAID_SHARES)})) as unpaid,
    (select json_agg(json_build_object('shareId', a.share_id, 'attemptId', a.id) order by a.created_at)
     from change_payers y join payment_attempts a on a.share_id = y.share_id and a.method = 'card' and a.payment_id is null
     where y.change_id = c.id and c.status = 'held') as attempts
  from changes c where c.id = o.change_id`;

/**
 * Reads an order's standing, with news that its workflow may have missed: its messages are lost if the worker that
 * handles them dies. A cancel request counts until somebody changes the order after it.
 */
export async function readProgress(orders: Database, orderId: string): Promise<Progress> {
  const [row] = await query<
    Pick<Progress, 'status' | 'version' | 'attention' | 'hasUntriedMails' | 'isEmpty'> & {
      number: number | null;
      totalAmount: number;
      tabId: string | null;
      shares: OwedShare[] | null;
      change: NonNullable<Progress['change']> | null;
      question: NonNullable<Progress['question']> | null;
      wishes: CancelWish[] | null;
    }
  >(
    orders.em.fork(),
    sql`select o.status, o.version, o.attention, o.number, o.total_amount as "totalAmount", o.tab_id as "tabId",
         case when o.status = 'awaiting_payment' then ${SHARES} end as shares,
         case when o.change_id is not null then (select json_build_object('id', c.id,
           'isAgreed', c.missing = 0, 'isClosing', c.status = 'closing', 'attempts', coalesce(c.attempts, '[]'),
           'isWaiting', c.status = 'held' and c.deadline > now() and c.missing + c.unpaid > 0 and c.attempts is null)
           from (${CHANGE}) c) end as change,
         o.status = 'awaiting_payment' and o.round is not null and not exists (
           select from lines where order_id = o.id) as "isEmpty",
         exists (select from mails where order_id = o.id and status = 'due' and attempts = 0
           and (claimed_until is null or claimed_until <= now())) as "hasUntriedMails",
         case when o.open_questions > 0 then (select json_build_object('id', q.id,
           'deadline', floor(extract(epoch from q.deadline) * 1000)) from questions q
           where q.order_id = o.id and q.status = 'open' order by q.deadline, q.id limit 1) end as question,
         (select json_agg(json_strip_nulls(json_build_object('by', c.actor, 'cancelRequestId', c.id,
            'isSoldOut', case when c.question_id is not null then true end)) order by c.created_at)
          from cancel_requests c where c.order_id = o.id and c.refused_at is null and (c.question_id is not null or not exists (
            select from order_events e where e.order_id = o.id and e.actor <> 'workflow' and e.at > c.created_at
              and e.type <> 'attention_cleared'))) as wishes
       from orders o where o.id = ${orderId}`,
  );
  if (!row) throw new OrderMissing(orderId);
  const { status, shares, hasUntriedMails, isEmpty, wishes, totalAmount, tabId } = row;
  const wish = wishes?.find(({ by, isSoldOut }) =>
    findTransition(status, isSoldOut ? 'sell_out' : 'cancel', by),
  );
  return {
    ...standingOf(row),
    ...{ totalAmount, shares: shares ?? [], hasUntriedMails, cancelWish: wish ?? null },
    ...(isEmpty && { isEmpty }),
    ...(tabId !== null && { tabId }),
    ...(row.change && { change: row.change }),
    ...(row.question && { question: row.question }),
  };
}

/**
 * Decides, under the row's lock, to end an unconfirmed order: from then on no run of its workflow takes or captures
 * money for it. Returns the order's standing, and whether it is to be ended. Safe to repeat.
 */
export async function closeOrder(
  orders: Database,
  orderId: string,
  { from, unlessPaid }: Closing,
): Promise<{ isClosing: boolean; order: Standing }> {
  return orders.em.fork().transactional(async (em) => {
    const [order] = await query<Standing & { closing: boolean }>(
      em,
      sql`select status, version, attention, closing from orders where id = ${orderId} for no key update`,
    );
    if (!order) throw new OrderMissing(orderId);
    const standing = standingOf(order);
    if (order.status !== from) return { isClosing: false, order: standing };
    if (order.closing) return { isClosing: true, order: standing };
    const written = await run(
      em,
      sql`update orders o set closing = true where o.id = ${orderId} ${unlessPaid ? sql`and not (${IS_PAID})` : sql``}`,
    );
    return { isClosing: written > 0, order: standing };
  });
}
