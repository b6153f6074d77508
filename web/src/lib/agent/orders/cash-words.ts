/** Texts for staff about cash refunds, which only they can hand out. */

import { staffOrders } from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import type { ListedRefund } from '#domain/contract/payments.ts';
import { formatAmount } from '#lib/ui/money.ts';
import { GIVEN_UP_STATUSES } from '#domain/order.ts';
import type { PaymentMethod } from '#domain/payment.ts';
import type { HistoryEvent } from '../../api/orders.ts';

/** Returns the text for a refund of this amount: on its way, or to be handed out. */
export function givenBackWords(amount: string, method: PaymentMethod): string {
  return method === 'cash' ? staffOrders.handOut({ amount }) : staffOrders.onItsWay({ amount });
}

/**
 * Returns how much cash of an order is to be handed out, and to whom: what has come up since staff last said that they have
 * handed it out. Undefined while the history is not there.
 */
export function cashToReturnWords(
  order: Order,
  refunds: readonly ListedRefund[],
  history: readonly Pick<HistoryEvent, 'type' | 'reason' | 'at'>[],
): string | undefined {
  if (history.length === 0) return undefined;
  const handedOut = history.findLast(
    ({ type, reason }) => type === 'attention_cleared' && reason === 'cash_to_return',
  );
  const cash = refunds.filter(
    ({ method, origin, status, createdAt }) =>
      method === 'cash' &&
      origin === 'order' &&
      status !== 'failed' &&
      (!handedOut || Date.parse(createdAt) > Date.parse(handedOut.at)),
  );
  if (cash.length === 0) return undefined;
  const parts = cash.map(({ shareId, amount }) => {
    const payer = order.shares.find(({ id }) => id === shareId)?.participantId;
    const name = order.participants.find(({ id }) => id === payer)?.name ?? staffOrders.theCustomer();
    return staffOrders.amountToName({ amount: formatAmount(amount, order.currency), name });
  });
  const why = GIVEN_UP_STATUSES.some((status) => status === order.status) ? 'ended' : 'changed';
  return staffOrders.handOutNow({ parts: parts.join(', '), why });
}
