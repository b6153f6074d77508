import { chargeStep, isChargeable } from '../../domain/currency.ts';
import { formatAmount } from '../../domain/money.ts';
import { invalidRequest, type Issue } from './api-error.ts';

/** An amount of a request and where it stands there; one that was not given is fine. */
export interface GivenAmount {
  readonly path: Issue['path'];
  readonly amount: number | undefined;
}

/** Throws invalid_request when an amount is finer than Stripe charges in this currency, naming each. */
export function assertChargeable(currency: string, amounts: readonly GivenAmount[]): void {
  const wrong = amounts.filter(({ amount }) => amount !== undefined && !isChargeable(amount, currency));
  if (wrong.length === 0) return;
  const step = formatAmount(chargeStep(currency), currency);
  throw invalidRequest(
    `Amounts in ${currency.toUpperCase()} go in steps of ${step}.`,
    wrong.map(({ path }) => ({ path, message: `is no multiple of ${chargeStep(currency)}` })),
  );
}
