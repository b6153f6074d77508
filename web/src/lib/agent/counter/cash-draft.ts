/** A cash payment in the form: received amount, tip, and change. */

import { staff, staffCounter } from '#messages';
import { minorDigits } from '#domain/currency.ts';
import { LIMITS } from '#domain/limits.ts';
import { formatAmount } from '#lib/ui/money.ts';
import { highestTip } from '#domain/tip.ts';
import { amountText, parseAmount } from '../../ui/amount-text.ts';

export interface CashDraft {
  tip: string;
  received: string;
}

export interface ReadCash {
  /** Undefined while the input is not an amount. */
  readonly tipAmount: number | undefined;
  /** Share and tip together, in minor units. */
  readonly amount: number;
  /** The change to hand back; undefined while the received amount is unknown or too small. */
  readonly changeAmount: number | undefined;
  readonly problems: { readonly tip?: string; readonly received?: string };
}

/**
 * Reads a draft for a share over `owedAmount`. The received amount is optional: without it no change is computed.
 * Without the shop's `tipLimitAmount`, only the API limits the tip.
 */
export function readCash(
  draft: CashDraft,
  owedAmount: number,
  currency: string,
  tipLimitAmount: number = LIMITS.amount,
): ReadCash {
  const noAmount = staff.notAnAmount({ example: amountText(450, 'eur') });
  const tipAmount = draft.tip.trim() === '' ? 0 : parseAmount(draft.tip, currency);
  const amount = owedAmount + (tipAmount ?? 0);
  const isGiven = draft.received.trim() !== '';
  const received = isGiven ? parseAmount(draft.received, currency) : undefined;
  const missing = received === undefined ? 0 : amount - received;
  const problem =
    isGiven && received === undefined
      ? noAmount
      : missing > 0
        ? staffCounter.missing({ amount: formatAmount(missing, currency) })
        : undefined;
  const highest = highestTip(owedAmount, tipLimitAmount);
  return {
    tipAmount,
    amount,
    changeAmount: received !== undefined && missing <= 0 ? received - amount : undefined,
    problems: {
      ...(tipAmount === undefined && { tip: noAmount }),
      ...(tipAmount !== undefined &&
        tipAmount > highest && { tip: staffCounter.atMost({ amount: formatAmount(highest, currency) }) }),
      ...(problem !== undefined && { received: problem }),
    },
  };
}

/** Round sums that people pay with, in whole units of the currency; in hundreds for one without decimals. */
const NOTES = [5, 10, 20, 50, 100, 200];

/** Returns likely sums to receive for this amount, ascending: the next round sums above it. */
export function likelyReceived(amount: number, currency: string): number[] {
  const digits = minorDigits(currency);
  const unit = digits === 0 ? 100 : 10 ** digits;
  const sums = NOTES.map((note) => Math.ceil((amount + 1) / (note * unit)) * note * unit);
  return [...new Set(sums)].toSorted((left, right) => left - right).slice(0, 3);
}
