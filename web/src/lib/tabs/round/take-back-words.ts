import { round as m } from '#messages';
import type { Order } from '#domain/contract/orders.ts';
import type { CancelWords } from '../../orders/cancel-words.ts';

/**
 * Returns the words for the host of a round: she takes it back while nobody is charged; afterwards she cancels it, and
 * everybody's money goes back.
 */
export function takeBackWords({ status, paidAfter }: Pick<Order, 'status' | 'paidAfter'>): CancelWords {
  const late = { impossible: m.tooLate(), movedOn: m.tooLate() };
  return status === 'awaiting_payment'
    ? {
        ...{ action: m.takeBack(), title: m.takeBackTitle(), text: m.takeBackText() },
        ...{ confirm: m.takeBackConfirm(), ...late },
      }
    : {
        ...{ action: m.cancelAll(), title: m.cancelAllTitle() },
        text: paidAfter ? m.cancelLaterText() : m.cancelAllText(),
        ...{ confirm: m.cancelAll(), ...late },
      };
}
