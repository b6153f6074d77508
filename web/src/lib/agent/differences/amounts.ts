/** Pairs of amounts in a difference. */

import { staffDifferences } from '#messages';
import type { Difference } from '#domain/contract/reconciliation.ts';
import { formatAmount } from '#lib/ui/money.ts';
import type { LedgerPart } from '#domain/reconciliation.ts';

/** Amounts of two sides to compare. */
export interface Amounts {
  /** Names of the sides, as column heads. */
  readonly sides: readonly [string, string];
  readonly pairs: readonly AmountPair[];
}

/** One amount per side; null if that side has none. */
export interface AmountPair {
  readonly label: string;
  readonly amounts: readonly [string | null, string | null];
  readonly differs: boolean;
}

/**
 * Returns the amounts of our payment and Stripe, the ledger and its source, or an order and its payments, in reading
 * order.
 */
export function amountsOf({ details, currency }: Difference): Amounts | undefined {
  if (currency === null) return undefined;
  const pair = (label: string, one?: number, other?: number): AmountPair[] => {
    if (one === undefined && other === undefined) return [];
    const text = (amount?: number) => (amount === undefined ? null : formatAmount(amount, currency));
    return [{ label, amounts: [text(one), text(other)], differs: one !== other }];
  };
  if (details.ledgerPart !== undefined) {
    const { ledgerPart, ledgerAmount, ourAmount, stripeAmount } = details;
    return {
      sides: [
        staffDifferences.inLedger(),
        stripeAmount === undefined ? staffDifferences.byRecord() : staffDifferences.atStripe(),
      ],
      pairs: pair(LEDGER_LABELS[ledgerPart], ledgerAmount, ourAmount ?? stripeAmount),
    };
  }
  if (details.paidAmount !== undefined)
    return {
      sides: [staffDifferences.theOrder(), staffDifferences.itsPayments()],
      pairs: pair(staffDifferences.total(), details.orderAmount, details.paidAmount),
    };
  const nothingBack = !details.ourRefundedAmount && !details.stripeRefundedAmount;
  const pairs = [
    ...pair(staffDifferences.taken(), details.ourAmount, details.stripeAmount),
    ...(nothingBack
      ? []
      : pair(staffDifferences.givenBack(), details.ourRefundedAmount, details.stripeRefundedAmount)),
  ];
  return pairs.length > 0
    ? { sides: [staffDifferences.inOurBooks(), staffDifferences.atStripe()], pairs }
    : undefined;
}

const LEDGER_LABELS: Readonly<Record<LedgerPart, string>> = {
  money: staffDifferences.labelMoney(),
  memo: staffDifferences.labelMemo(),
  fee: staffDifferences.labelFee(),
  dispute: staffDifferences.labelDispute(),
  booking: staffDifferences.labelBooking(),
};
