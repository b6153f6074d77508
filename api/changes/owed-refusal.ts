/** The errors for changes of what is not paid yet: rounds that are paid after, and orders that await their payment. */

import { OwedTooMuch } from '../../db/orders/changes/bound-change.ts';
import { TabRefused } from '../../db/orders/tabs/tab-refused.ts';
import type { Order } from '../../domain/contract/orders.ts';
import type { RefusalReason } from '../../domain/failures.ts';
import { ApiError } from '../http/api-error.ts';
import { payBeforeRound } from '../orders/pay-first.ts';
import { tabRefusal } from '../tabs/tab-refusal.ts';

/** What is true of what cannot be changed, and who pays it; nothing, if it became so only while the change was on its way. */
interface PaidLine {
  readonly lineId?: string | undefined;
  readonly by?: string | undefined;
  readonly leastQuantity?: number | undefined;
}

/** Returns the error for lines and shares that are paid, or being paid, and for a tab that takes nothing more. */
export function owedRefusal(
  reason: 'already_paid' | 'being_paid' | 'already_claimed' | 'tab_ended',
  { lineId, by, leastQuantity }: PaidLine,
  { status }: Order,
): ApiError {
  switch (reason) {
    case 'tab_ended':
      return tabRefusal(new TabRefused('tab_ended'));
    case 'already_claimed':
      return new ApiError('already_claimed', 'Somebody is paying for this at the moment.', { by, lineId });
    case 'being_paid':
      return new ApiError(
        'illegal_transition',
        'A share that this would change is paid, or being paid at this moment.',
        { from: status, action: 'change', reason: reason satisfies RefusalReason, by },
      );
    case 'already_paid':
      return new ApiError('illegal_transition', 'Some of this is paid: please ask the staff.', {
        ...{ from: status, action: 'change', reason: reason satisfies RefusalReason },
        ...{ lineId, leastQuantity, by },
      });
  }
}

/** Returns the error for a limit of what may be owed; any other error as it is. */
export function boundRefusal(error: unknown): unknown {
  if (error instanceof OwedTooMuch) return payBeforeRound(error.bound);
  return error instanceof TabRefused ? tabRefusal(error) : error;
}
