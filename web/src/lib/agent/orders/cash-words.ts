/** What staff read of cash that goes back: nobody but them can hand it out. */

import { staffOrders } from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import type { ListedRefund } from '#domain/contract/payments.ts';
import { formatAmount } from '#lib/ui/money.ts';
import type { PaymentMethod } from '#domain/payment.ts';

/** What to say when this much goes back: that it is on its way, or that it is to be handed out. */
export function givenBackWords(amount: string, method: PaymentMethod): string {
  return method === 'cash' ? staffOrders.handOut({ amount }) : staffOrders.onItsWay({ amount });
}

/** How much is to be handed out to whom of an order that has ended. */
export function cashToReturnWords(order: Order, refunds: readonly ListedRefund[]): string | undefined {
  const cash = refunds.filter(
    ({ method, origin, status }) => method === 'cash' && origin === 'order' && status !== 'failed',
  );
  if (cash.length === 0) return undefined;
  const parts = cash.map(({ shareId, amount }) => {
    const payer = order.shares.find(({ id }) => id === shareId)?.participantId;
    const name = order.participants.find(({ id }) => id === payer)?.name ?? staffOrders.theCustomer();
    return staffOrders.amountToName({ amount: formatAmount(amount, order.currency), name });
  });
  return staffOrders.handOutEnded({ parts: parts.join(', ') });
}
