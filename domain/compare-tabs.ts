/** Compares what tabs that are paid after owe with the ledger, and finds claims that do not end. Pure. */

import type { FoundDifference } from './compare-payment.ts';
import type { OrderStatus } from './order.ts';
import { hasTabEnded, type TabStatus } from './tab.ts';

/** What a tab owes by its record and by the ledger, in minor units. */
export interface TabDebt {
  readonly tabId: string;
  readonly tabStatus: TabStatus;
  readonly currency: string;
  /** Its first round; null for a tab that has ordered nothing. */
  readonly orderId: string | null;
  /** Its confirmed rounds less what was canceled, written off or paid. */
  readonly owedAmount: number;
  readonly bookedAmount: number;
}

/**
 * Returns the difference between a tab's record and the ledger or, where both say that a tab owes something that has
 * ended, that one; or undefined.
 */
export function compareTabDebt(debt: TabDebt): FoundDifference | undefined {
  const { tabId, tabStatus, orderId, currency, owedAmount, bookedAmount } = debt;
  const isOwedForEver = hasTabEnded(tabStatus) && owedAmount > 0;
  if (owedAmount === bookedAmount && !isOwedForEver) return undefined;
  const isBooked = owedAmount === bookedAmount;
  return {
    kind: isBooked ? 'ended_tab_owes' : 'receivable_differs',
    subject: tabId,
    ...{ orderId, paymentId: null, intentId: null, currency },
    amount: isBooked ? owedAmount : Math.abs(owedAmount - bookedAmount),
    details: { tabId, ourAmount: owedAmount, ledgerAmount: bookedAmount },
  };
}

/** A payment of a tab that waits for its payer beyond its time. */
export interface ClaimPastEnd {
  readonly orderId: string;
  readonly tabId: string;
  readonly orderStatus: OrderStatus;
  readonly amount: number;
  readonly currency: string;
}

/** Returns the difference for a claim that does not end. */
export function describeClaimPastEnd({
  orderId,
  orderStatus,
  amount,
  currency,
}: ClaimPastEnd): FoundDifference {
  return {
    kind: 'endless_claim',
    subject: orderId,
    ...{ orderId, paymentId: null, intentId: null, amount, currency },
    details: { orderStatus },
  };
}
