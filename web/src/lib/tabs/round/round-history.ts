/** A round's history for its people: who did what. */

import { roundHistory } from '#messages';
import type { Order, PublicEvent } from '#domain/contract/orders.ts';
import { formatAmount } from '../../ui/money.ts';
import { ownerOf } from './round-shares.ts';

/** Returns the text for an event of a round; undefined where it is the same as for an order of one person. */
export function tellRoundEvent(
  { type, shareId, amount, method, declineCode }: PublicEvent,
  order: Order,
  viewerId: string | null,
): string | undefined {
  if (type === 'placed') return roundHistory.placed();
  if (type === 'confirmed') return order.paidAfter ? roundHistory.confirmedLater() : roundHistory.confirmed();
  if (type === 'held') return roundHistory.held();
  if (type === 'expired') return roundHistory.expired();
  if (type === 'canceled')
    return order.reason === 'taken_back' ? roundHistory.takenBack() : roundHistory.canceled();
  const share = order.shares.find(({ id }) => id === shareId);
  if (!share) return undefined;
  const nameOf = (id: string): string =>
    order.participants.find((person) => person.id === id)?.name ?? roundHistory.somebody();
  const isMine = share.participantId === viewerId;
  const name = nameOf(share.participantId);
  switch (type) {
    case 'payment_authorized':
      return isMine ? roundHistory.youPaid() : roundHistory.paid({ name });
    case 'cash_recorded':
      return isMine ? undefined : roundHistory.paidCash({ name });
    case 'payment_requires_action':
      return isMine ? undefined : roundHistory.bankAsked({ name });
    case 'payment_declined':
      return isMine || declineCode === undefined ? undefined : roundHistory.declined({ name });
    case 'share_covered':
      return roundHistory.covered({ name, owner: nameOf(ownerOf(share)) });
    case 'share_dropped':
      return roundHistory.dropped({ owner: nameOf(ownerOf(share)) });
    case 'refunded':
      return isMine || amount === undefined
        ? undefined
        : method === 'cash'
          ? roundHistory.refundedCash({ name, amount: formatAmount(amount, order.currency) })
          : roundHistory.refunded({ name, amount: formatAmount(amount, order.currency) });
    default:
      return undefined;
  }
}
