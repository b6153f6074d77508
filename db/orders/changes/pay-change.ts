/** What a change costs more: taken in cash with its application, or captured after it. */

import { sql } from 'kysely';
import { PAID_STATES, type CapturedPayment } from '../../../domain/payment.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { literals, queryFirst, run, selectOne, selectRows } from '../../sql.ts';
import { ChangeEntity, type ChangePayerRow, type ChangeRow } from '../entities/change.ts';
import type { OrderRow } from '../entities/order.ts';
import { PaymentAttemptEntity, PaymentEntity, type PaymentRow } from '../entities/payment.ts';
import { askForPerson, changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { bookCaptured } from '../payments/book-captured.ts';
import { writeCashPayment } from '../payments/cash.ts';
import { runParts, ShareMoveRefused } from '../payments/change-shares.ts';
import { callKey } from '../payments/stripe-calls.ts';
import { aboutChange } from './about-change.ts';
import { changeAttemptIdOf } from './change-ids.ts';

/** Books what staff have taken for a change. */
export async function takeCashOf(
  em: OrdersManager,
  order: OrderRow,
  { id: changeId }: ChangeRow,
  payers: readonly ChangePayerRow[],
): Promise<void> {
  for (const { participantId, payAmount } of payers) {
    if (payAmount === 0) continue;
    const attempt = await selectOne(
      em,
      PaymentAttemptEntity,
      sql`id = ${changeAttemptIdOf(changeId, participantId)}`,
    );
    const payment = await writeCashPayment(em, order, attempt);
    await runParts(
      em,
      order.id,
      bookCaptured('capture', [{ paymentId: payment.id, amount: payment.amount }]),
    );
  }
}

/** Writes the keys of the coming captures: from here on the payments are taken. */
export async function startCaptures(em: OrdersManager, payments: readonly PaymentRow[]): Promise<void> {
  for (const payment of payments) {
    await run(
      em,
      sql`insert into stripe_calls (idempotency_key, order_id, payment_id, operation, made_for, status)
          values (${callKey(payment, 'capture', payment.id)}, ${payment.orderId}, ${payment.id}, 'capture', ${payment.id}, 'started')
          on conflict do nothing`,
    );
  }
}

/**
 * Ends an applied change whose stock has followed, so that the order can be changed again, unless a payment of it is still to
 * be captured, or was captured without us. Resolves with whether one is. Safe to repeat.
 */
export async function finishChange(
  orders: Database,
  { orderId, changeId }: { orderId: string; changeId: string },
): Promise<boolean> {
  const em = orders.em.fork();
  await run(
    em,
    sql`update orders set change_id = null where id = ${orderId} and change_id = ${changeId} and not exists (
          select from change_payers y join changes c on c.id = y.change_id join payments p on p.share_id = y.share_id
          where c.id = ${changeId} and c.settle is distinct from 'cash' and p.status in (${literals(PAID_STATES)}))`,
  );
  return isNamed(orders, changeId);
}

/** Returns whether its order still names a change: it is open, or its stock or its captures have not followed. */
export async function isNamed(orders: Database, changeId: string): Promise<boolean> {
  const order = await queryFirst(
    orders.em.fork(),
    sql`select from changes c join orders o on o.id = c.order_id and o.change_id = c.id where c.id = ${changeId}`,
  );
  return order !== undefined;
}

/** Returns the payments that an applied change still has to capture, or to book. */
export async function readChangeToCapture(orders: Database, changeId: string): Promise<PaymentRow[]> {
  return selectRows(orders.em.fork(), PaymentEntity, paymentsOf(changeId));
}

function paymentsOf(changeId: string) {
  return sql`share_id in (
      select y.share_id from change_payers y join changes c on c.id = y.change_id join orders o on o.change_id = c.id
      where c.id = ${changeId} and c.status = 'applied')
    and status in (${literals(PAID_STATES)}) order by id`;
}

/**
 * Books what was captured for a change. If something of it can never be captured, staff are asked, since the order has
 * changed. Safe to repeat.
 */
export async function recordChangeCaptured(
  orders: Database,
  { orderId, changeId }: { orderId: string; changeId: string },
  captured: readonly CapturedPayment[],
): Promise<Standing> {
  const { order } = await changeOrder(orders, orderId, `change:${changeId}:paid`, async (order, em) => {
    const payments = await selectRows(em, PaymentEntity, paymentsOf(changeId));
    if (order.changeId === changeId) order.changeId = null;
    // News from Stripe may have been quicker than this.
    const open = captured.filter(({ paymentId }) =>
      payments.some(({ id, status }) => id === paymentId && status === 'authorized'),
    );
    if (open.length > 0) {
      const booked = await runParts(em, orderId, bookCaptured('capture', open));
      if (booked.length !== open.length) throw new ShareMoveRefused(orderId, 'capture');
    }
    const amount = captured.reduce((sum, payment) => sum + payment.amount, 0);
    const [only] = payments;
    const change = await selectOne(em, ChangeEntity, sql`id = ${changeId}`);
    const data = { ...aboutChange(change), ...(only && payments.length === 1 && { shareId: only.shareId }) };
    if (captured.length < payments.length) {
      askForPerson(order, 'capture_failed');
      return { type: 'attention_raised', data: { ...data, reason: 'capture_failed' } };
    }
    return { type: 'change_paid', data: { ...data, amount } };
  });
  return order;
}
