import { chargeStep, isChargeable } from '../../domain/currency.ts';
import { formatAmount } from '../../domain/money.ts';
import { LIMITS } from '../../domain/limits.ts';
import { highestTip } from '../../domain/tip.ts';
import type { FieldIssue } from '../../domain/field-problem.ts';
import { ApiError, invalidRequest } from './api-error.ts';

/** An amount in a request and its path there; undefined amounts are skipped. */
export interface GivenAmount {
  readonly path: FieldIssue['path'];
  readonly amount: number | undefined;
}

/** Throws invalid_request, with every offending path, if an amount is finer than Stripe charges in this currency. */
export function assertChargeable(currency: string, amounts: readonly GivenAmount[]): void {
  const wrong = amounts.filter(({ amount }) => amount !== undefined && !isChargeable(amount, currency));
  if (wrong.length === 0) return;
  const step = formatAmount(chargeStep(currency), currency);
  throw invalidRequest(
    `Amounts in ${currency.toUpperCase()} go in steps of ${step}.`,
    wrong.map(({ path }) => ({ path, code: 'not_a_step', step: chargeStep(currency), currency })),
  );
}

/**
 * Throws tip_too_large for a tip above the shop's limit for this bill, `tipLimitAmount`, and invalid_request for one
 * that cannot be charged with it. `path` is the tip's path in the request.
 */
export function assertTip(
  bill: { readonly amount: number; readonly currency: string },
  tipAmount: number,
  tipLimitAmount: number,
  path: FieldIssue['path'],
): void {
  assertChargeable(bill.currency, [{ path, amount: tipAmount }]);
  if (bill.amount + tipAmount > LIMITS.amount) {
    throw invalidRequest('This tip is too large.', [
      { path, code: 'total_too_high', maximum: LIMITS.amount, currency: bill.currency },
    ]);
  }
  const highest = highestTip(bill.amount, tipLimitAmount);
  if (tipAmount > highest) {
    throw new ApiError(
      'tip_too_large',
      `That is a very generous tip. We take at most ${formatAmount(highest, bill.currency)} on this bill.`,
      { highestAmount: highest, currency: bill.currency },
    );
  }
}
