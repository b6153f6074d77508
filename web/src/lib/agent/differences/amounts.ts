/** The amounts of a difference, side by side. */

import { staffDifferences } from '#messages';
import type { Difference } from '#domain/contract/reconciliation.ts';
import { formatAmount } from '#lib/ui/money.ts';
import type { LedgerPart } from '#domain/reconciliation.ts';

/** Amounts of two sides to be held against each other. */
export interface Amounts {
  /** Who says so, as the heads of two columns. */
  readonly sides: readonly [string, string];
  readonly pairs: readonly AmountPair[];
}

/** One amount as each side has it; null where that side says nothing. */
export interface AmountPair {
  readonly label: string;
  readonly amounts: readonly [string | null, string | null];
  readonly differs: boolean;
}

/** What our payment and Stripe, the ledger and what it books, or an order and its payments say, in the order it is read. */
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
