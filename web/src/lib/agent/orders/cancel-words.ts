/** What canceling an order does to its money and its stock, told before it is done. */

import type { Order } from '#domain/contract/orders.ts';
import { formatAmount } from '#domain/money.ts';
import { authorizedAmount, cashAmount, disputedAmount, refundableAmount } from './refundable.ts';

/** How much money goes back, as a sentence. */
export function moneyBackWords(order: Order): string {
  const cash = cashAmount(order);
  const back = refundableAmount({ ...order, shares: order.shares.filter(({ method }) => method !== 'cash') });
  const money = (amount: number) => formatAmount(amount, order.currency);
  const tip = order.tipsAmount > 0 && order.refundedAmount === 0 ? ', tip included' : '';
  if (cash > 0 && back > 0)
    return `${money(back)} goes back to cards, and ${money(cash)} is to be handed out in cash${tip}.`;
  if (cash > 0) return `${money(cash)} was paid in cash: hand it out to the customer${tip}.`;
  if (back > 0) return `${money(back)} goes back to the customer’s card${tip}.`;
  const disputed = disputedAmount(order);
  if (disputed > 0)
    return `The customer’s bank has taken ${money(disputed)} back already: nothing more goes back.`;
  const reserved = authorizedAmount(order);
  if (reserved > 0) return `${formatAmount(reserved, order.currency)} is released on the customer’s card.`;
  if (order.refundedAmount > 0) return 'All the money has already gone back.';
  return 'Nothing has been paid, so no money goes back.';
}

/** True where what was sold can be put back on sale or not; before that it always goes back. */
export function asksForRestock(order: Order): boolean {
  return order.status === 'preparing' || order.status === 'ready';
}
