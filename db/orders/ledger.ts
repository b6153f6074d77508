/** The double-entry ledger: every booking sums to 0 (a constraint holds it to that), nothing is ever changed. */

import { deriveId } from '../ids.ts';
import type { OrdersManager } from './change-order.ts';
import type { PaymentRow, RefundRow } from './entities.ts';

/** Books captured money: Stripe owes it to us; sales and tips earned it. Once per payment. */
export async function bookCapture(em: OrdersManager, payment: PaymentRow): Promise<void> {
  const tips = Math.min(payment.tipAmount, payment.capturedAmount);
  await book(em, 'capture', payment.id, payment, [
    ['stripe', payment.capturedAmount],
    ['sales', -(payment.capturedAmount - tips)],
    ['tips', -tips],
  ]);
}

/** Books refunded money; what exceeds the sale itself comes out of the tip. Once per refund. */
export async function bookRefund(
  em: OrdersManager,
  refund: RefundRow,
  split: { salesAmount: number; tipAmount: number },
): Promise<void> {
  await book(em, 'refund', refund.id, refund, [
    ['stripe', -refund.amount],
    ['sales', split.salesAmount],
    ['tips', split.tipAmount],
  ]);
}

async function book(
  em: OrdersManager,
  kind: 'capture' | 'refund',
  referenceId: string,
  of: { orderId: string; currency: string },
  entries: readonly (readonly ['stripe' | 'sales' | 'tips', number])[],
): Promise<void> {
  const booked = entries.filter(([, amount]) => amount !== 0);
  await em.execute(
    `with transaction as (
       insert into ledger_transactions (id, order_id, kind, reference_id, currency) values (?, ?, ?, ?, ?)
       returning id)
     insert into ledger_entries (transaction_id, account, amount)
     select transaction.id, entry.account, entry.amount
     from transaction, (values ${booked.map(() => '(?, ?::int)').join(', ')}) as entry (account, amount)`,
    [deriveId('ledger', kind, referenceId), of.orderId, kind, referenceId, of.currency, ...booked.flat()],
    'run',
  );
}
