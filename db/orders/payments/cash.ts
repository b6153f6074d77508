/** Cash: a payment like any other, but that it is in the till the moment it is written down. */

import type { CashTaken, CashTaking } from '../../../domain/payment.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { deriveId } from '../../ids.ts';
import { queryRows, selectOne, selectRows } from '../../rows.ts';
import { changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { ShareEntity, type OrderRow } from '../entities/order.ts';
import { PaymentEntity, PayRequestEntity, type PayRequestRow } from '../entities/payment.ts';
import { bookEarned } from '../ledger/ledger.ts';

/**
 * Books that a share was paid in cash: payment, share, event and ledger, in one transaction. It counts as authorized
 * at once; with the order's confirmation it counts as captured. Safe to repeat. Returns where the order stands with it.
 */
export async function recordCash(
  orders: Database,
  taking: CashTaking,
): Promise<{ taken: CashTaken; order: Standing }> {
  const { orderId, shareId, payRequestId } = taking;
  let obstacle: Exclude<CashTaken, 'recorded'> | undefined;
  const { event, order } = await changeOrder(orders, orderId, `pay:${payRequestId}`, async (order, em) => {
    obstacle =
      order.status === 'awaiting_payment' && !order.closing ? await findObstacle(em, shareId) : 'refused';
    if (obstacle) return undefined;
    const request = await selectOne(em, PayRequestEntity, 'id = ? and share_id = ?', [payRequestId, shareId]);
    const { actorId } = request;
    if (!actorId) throw new Error(`pay request ${payRequestId} is of a card, not of cash`);
    const payment = await insertPayment(em, order, request);
    const data = { shareId, paymentId: payment.id, amount: payment.amount, method: 'cash' as const };
    return { type: 'cash_recorded', actor: 'agent', actorId, data };
  });
  return { taken: event ? 'recorded' : obstacle!, order };
}

async function findObstacle(em: OrdersManager, shareId: string) {
  const payments = await selectRows(
    em,
    PaymentEntity,
    `share_id = ? and status <> 'canceled' for no key update`,
    [shareId],
  );
  const isPaid = payments.some(({ status }) => status === 'authorized' || status === 'captured');
  if (isPaid) return 'refused';
  return payments.length > 0 ? 'card_open' : undefined;
}

/** Writes the payment, in the ledger too, and on share and request that it is there. */
async function insertPayment(em: OrdersManager, order: OrderRow, request: PayRequestRow) {
  const { id, shareId, tipAmount } = request;
  const share = await selectOne(em, ShareEntity, 'id = ? and order_id = ?', [shareId, order.id]);
  const paymentId = deriveId('payment', 'cash', id);
  const booking = bookEarned('cash', [paymentId]);
  const [payment] = await queryRows(
    em,
    PaymentEntity,
    `with share as (
       update shares set status = 'authorized', tip_amount = ?, decline_code = null where id = ?),
     request as (update pay_requests set status = 'authorized', payment_id = ? where id = ?),
     payment as (
       insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, method, status,
         fee_booked)
       values (?, ?, ?, ?, ?, ?, ?, 'cash', 'authorized', true) returning *),
     ${booking.sql}
     select * from payment`,
    [
      ...[tipAmount, shareId],
      ...[paymentId, id],
      ...[
        paymentId,
        order.id,
        shareId,
        share.billVersion,
        share.amount + tipAmount,
        tipAmount,
        order.currency,
      ],
      ...booking.values,
    ],
  );
  return payment!;
}
