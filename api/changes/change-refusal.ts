/** The errors for changes that are not made, each with what is true now. */

import type { ChangeRefused } from '../../db/orders/changes/change-refused.ts';
import type { ChangeRow } from '../../db/orders/entities/change.ts';
import type { Order } from '../../domain/contract/orders.ts';
import { declineOfChange } from '../../domain/decline-sentence.ts';
import type { RefusalReason } from '../../domain/failures.ts';
import { LIMITS } from '../../domain/limits.ts';
import { formatAmount } from '../../domain/money.ts';
import { TAB_LIMITS } from '../../domain/tab.ts';
import { messagesIn } from '../../messages/compiled/messages.ts';
import { owedRefusal } from './owed-refusal.ts';
import { ApiError, forbidden, illegalTransition, invalidRequest, tryAgain } from '../http/api-error.ts';

const CHANGE = { action: 'change' };

/** Returns the error for a change that was not written; `order` is the order as the caller may see it now. */
export function refusalOfRequest(
  { reason, lineId, differenceAmount, line }: ChangeRefused,
  order: Order,
): Error {
  switch (reason) {
    case 'stale':
      return changedMeanwhile(order);
    case 'difference_changed':
      return new ApiError(
        'version_conflict',
        `This change comes to ${formatAmount(differenceAmount ?? 0, order.currency)} by now.`,
        { differenceAmount, order },
      );
    case 'not_now':
      return illegalTransition(order.status, CHANGE);
    case 'one_is_open':
      return illegalTransition(order.status, CHANGE, {
        reason: 'change_open',
        sentence: 'Another change of this order is being made at this moment.',
      });
    case 'refunded_already':
      return illegalTransition(order.status, CHANGE, {
        reason: 'refunded_already',
        sentence: 'Some of this was given back already. Please ask the staff.',
      });
    case 'already_paid':
    case 'being_paid':
    case 'already_claimed':
    case 'tab_ended':
      return owedRefusal(reason, { ...line, lineId }, order);
    case 'no_share':
      return illegalTransition(order.status, CHANGE, {
        reason,
        sentence: 'Somebody else pays this part of the order: more can be added once it is paid.',
      });
    case 'not_yours':
      return forbidden('You have no part in this.');
    case 'not_open':
      return illegalTransition(order.status, CHANGE, {
        reason: 'change_over',
        sentence: 'This change is over already. Please look again.',
      });
    case 'settle_needed':
      return invalidRequest('Say how the difference is paid.', [{ path: ['settle'], code: 'required' }]);
    case 'nothing_left':
      return invalidRequest('Nothing would be left of this order: cancel it instead.', [
        { path: ['set'], code: 'nothing_left' },
      ]);
    case 'nothing_changed':
      return invalidRequest('Nothing would change.', [{ path: ['set'], code: 'required' }]);
    case 'too_many_lines':
      return invalidRequest('This order would have too many lines.', [
        {
          path: ['add'],
          code: 'too_many',
          maximum: order.tab === null ? LIMITS.linesPerOrder : TAB_LIMITS.lines,
        },
      ]);
    case 'too_dear':
      return invalidRequest('This order would be too large.', [
        { path: ['add'], code: 'total_too_high', maximum: LIMITS.amount, currency: order.currency },
      ]);
    case 'unknown_line':
      return invalidRequest('A line is not one of this order.', [{ path: ['set'], code: 'unknown_line' }]);
  }
}

function changedMeanwhile(order: Order): ApiError {
  return new ApiError('version_conflict', 'This order has changed meanwhile. Please look again.', { order });
}

/** Returns the error for a card that was declined. */
export function cardDeclined(declineCode: string): ApiError {
  const sentence = declineOfChange(messagesIn('en').decline, declineCode);
  return new ApiError('card_declined', sentence, { declineCode });
}

/** Returns the error for a change that was given up: the order is as it was, and nothing is charged. */
export function refusalOfEnd(change: ChangeRow, order: Order, declineCode: string | null): Error {
  switch (change.reason!) {
    case 'out_of_stock':
      return new ApiError(
        'out_of_stock',
        'What you want to add is short. Nothing was changed or charged.',
        change.shortages ?? [],
      );
    case 'payment_declined':
      return cardDeclined(declineCode ?? 'generic_decline');
    case 'withdrawn':
      return illegalTransition(order.status, CHANGE, {
        reason: 'withdrawn',
        sentence: 'The change was taken back: the order stays as it was.',
      });
    case 'not_agreed':
      return illegalTransition(order.status, CHANGE, {
        reason: 'not_agreed',
        sentence: 'Somebody who shares this did not agree: the order stays as it was.',
      });
    case 'payment_deadline':
      return illegalTransition(order.status, CHANGE, {
        reason: 'too_late',
        sentence: 'The difference was not paid in time: the order stays as it was.',
      });
    case 'bill_changed':
      return changedMeanwhile(order);
    case 'already_claimed':
    case 'being_paid':
    case 'tab_ended':
      return owedRefusal(change.reason, {}, order);
    case 'order_moved_on':
    case 'refused':
      return illegalTransition(order.status, CHANGE);
    case 'too_late':
      return tryAgain(
        'The change could not be made in time, and nothing is charged for it. Please try again.',
        {
          reason: 'too_late' satisfies RefusalReason,
        },
      );
  }
}
