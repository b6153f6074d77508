/** Texts for staff about cash refunds, which only they can hand out. */

import { staffOrders } from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import type { ListedRefund } from '#domain/contract/payments.ts';
import { formatAmount } from '#lib/ui/money.ts';
import type { PaymentMethod } from '#domain/payment.ts';

/** Returns the text for a refund of this amount: on its way, or to be handed out. */
export function givenBackWords(amount: string, method: PaymentMethod): string {
  return method === 'cash' ? staffOrders.handOut({ amount }) : staffOrders.onItsWay({ amount });
}

/** Returns how much of an ended order is to be handed out, and to whom. */
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
