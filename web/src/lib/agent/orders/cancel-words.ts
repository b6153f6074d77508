/** The effects of a cancellation on money and stock, shown before it is confirmed. */

import { staffOrders, staffTab } from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import { formatAmount } from '#lib/ui/money.ts';
import { isOnBoard } from '../board/columns.ts';
import { authorizedAmount, cashAmount, disputedAmount, refundableAmount } from './refundable.ts';

/** Returns how much money is refunded, as a sentence. */
export function moneyBackWords(order: Order): string {
  // Parts of a round that is paid later are paid with its tab: the order itself does not know of them.
  if (order.paidAfter && order.confirmedAt !== null) return staffTab.cancelLinesText();
  const cash = cashAmount(order);
  const back = refundableAmount({ ...order, shares: order.shares.filter(({ method }) => method !== 'cash') });
  const money = (amount: number) => formatAmount(amount, order.currency);
  const hasTip = order.tipsAmount > 0 && order.refundedAmount === 0 ? 'yes' : 'no';
  if (cash > 0 && back > 0)
    return staffOrders.backCashAndCard({ card: money(back), cash: money(cash), hasTip });
  if (cash > 0) return staffOrders.backCash({ cash: money(cash), hasTip });
  if (back > 0) return staffOrders.backCard({ card: money(back), hasTip });
  const disputed = disputedAmount(order);
  if (disputed > 0) return staffOrders.backDisputed({ amount: money(disputed) });
  const reserved = authorizedAmount(order);
  if (reserved > 0) return staffOrders.backReleased({ amount: money(reserved) });
  if (order.refundedAmount > 0) return staffOrders.backDone();
  return staffOrders.backNothing();
}

/** Returns whether sold items may be restocked; before the sale they always are. */
export function asksForRestock(order: Order): boolean {
  return isOnBoard(order.status) && order.status !== 'confirmed';
}
