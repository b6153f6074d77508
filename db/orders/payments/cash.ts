/** Cash: a payment like any other, except that it is in the till as soon as it is recorded. */

import { sql } from 'kysely';
import type { AttemptRef, CashTaken } from '../../../domain/payment.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { mapRows, selectOne } from '../../sql.ts';
import { changeOrder, type OrdersManager } from '../orders/change-order.ts';
import type { OrderRow } from '../entities/order.ts';
import { isOutdated } from './attempts.ts';
import {
  PaymentAttemptEntity,
  PaymentEntity,
  type PaymentAttemptRow,
  type PaymentRow,
} from '../entities/payment.ts';
import { bookEarned } from '../ledger/ledger.ts';
import { insertPayment, runMove } from './change-shares.ts';
import { findOpenCard } from './open-card.ts';

/**
 * Books a cash payment of a share: payment, share, event and ledger, in one transaction. It counts as authorized at
 * once, and as captured with the order's confirmation. Safe to repeat. Returns the order's standing.
 */
export async function recordCash(
  orders: Database,
  ref: AttemptRef,
): Promise<{ taken: CashTaken; order: Standing }> {
  const { orderId, shareId, attemptId } = ref;
  let obstacle: Exclude<CashTaken, 'recorded'> | undefined;
  const { event, order } = await changeOrder(orders, orderId, `pay:${attemptId}`, async (order, em) => {
    obstacle =
      order.status === 'awaiting_payment' && !order.closing ? await findOpenCard(em, shareId) : 'refused';
    if (obstacle) return undefined;
    const attempt = await selectOne(
      em,
      PaymentAttemptEntity,
      sql`id = ${attemptId} and share_id = ${shareId}`,
    );
    // What was taken was another amount.
    if (order.billVersion > 1 && (await isOutdated(em, attemptId))) {
      obstacle = 'refused';
      return undefined;
    }
    const { actorId } = attempt;
    if (!actorId) throw new Error(`payment attempt ${attemptId} is of a card, not of cash`);
    const payment = await writeCashPayment(em, order, attempt);
    const data = { shareId, paymentId: payment.id, amount: payment.amount, method: 'cash' as const };
    return { type: 'cash_recorded', actor: 'agent', actorId, data };
  });
  return { taken: event ? 'recorded' : obstacle!, order };
}

/** Writes a payment in cash, in the ledger too, and links share and attempt to it. */
export async function writeCashPayment(
  em: OrdersManager,
  order: OrderRow,
  { id, shareId, tipAmount }: PaymentAttemptRow,
): Promise<PaymentRow> {
  const paymentId = deriveId('payment', 'cash', id);
  const step = { action: 'record_cash', by: 'agent' } as const;
  const row = await runMove(em, order.id, step, [
    ...insertPayment(step, {
      id: paymentId,
      shareId,
      attemptId: id,
      tipAmount,
      method: 'cash',
      stripeCustomerId: null,
    }),
    sql`attempt as (
        update payment_attempts set status = 'authorized', payment_id = payment.id from payment
        where payment_attempts.id = ${id})`,
    bookEarned('cash', [paymentId]),
  ]);
  return mapRows(em, PaymentEntity, [row])[0]!;
}
