/** A refund of lines that several people paid: each gets back what she paid of them. */

import type { Order } from '#domain/contract/orders.ts';
import type { ListedRefund } from '#domain/contract/payments.ts';
import { priceRefund } from '#domain/refund.ts';
import type { RefundRequest } from './order-calls.ts';
import { chosenUnits, type RefundDraft } from './refund-draft.ts';
import { capturedShares, refundGround } from './refundable.ts';

/** What one payer gets back. `amount` is in minor units. */
export interface PayerRefund {
  readonly shareId: string;
  readonly participantId: string;
  readonly amount: number;
  readonly body: RefundRequest;
}

/** Returns a refund for everybody who paid for the chosen lines, in the order of the people. The goods go back on sale with the first alone. */
export function refundsOfLines(
  { quantities, reason, restock }: Pick<RefundDraft, 'quantities' | 'reason' | 'restock'>,
  order: Order,
  refunds: readonly ListedRefund[],
): PayerRefund[] {
  const wanted = chosenUnits(quantities);
  const places = order.participants.map(({ id }) => id);
  const payers = capturedShares(order).toSorted(
    (left, right) => places.indexOf(left.participantId) - places.indexOf(right.participantId),
  );
  const priced = payers.flatMap((share) => {
    const paid = new Set(share.allocations.flatMap(({ lineId, amount }) => (amount > 0 ? [lineId] : [])));
    const lines = wanted.filter(({ lineId }) => paid.has(lineId));
    const price = lines.length > 0 ? priceRefund({ lines }, refundGround(order, share, refunds)) : undefined;
    return price && 'amount' in price
      ? [{ shareId: share.id, participantId: share.participantId, amount: price.amount, lines }]
      : [];
  });
  return priced.map(({ lines, ...refund }, index) => ({
    ...refund,
    body: { shareId: refund.shareId, lines, reason: reason.trim(), restock: restock && index === 0 },
  }));
}
