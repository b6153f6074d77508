import type { Call } from '../protocol/call.ts';
import { passesLuhn } from './cards.ts';
import { cardError, invalidRequest } from '../protocol/errors.ts';

/** The parts of a typed card, checked as the form at Stripe checks them; throws its 402 or 400. */
export function checkCard(
  call: Call,
  number: string,
  expMonth: string | undefined,
  expYear: string | undefined,
  cvc: string | undefined,
): { month: number; year: number } {
  for (const [param, value] of Object.entries({
    number: number || undefined,
    exp_month: expMonth,
    exp_year: expYear,
  })) {
    if (value === undefined) {
      throw invalidRequest(`Missing required param: card[${param}].`, {
        code: 'parameter_missing',
        param: `card[${param}]`,
      });
    }
  }
  if (!passesLuhn(number)) {
    throw cardError({ code: 'incorrect_number', message: 'Your card number is incorrect.', param: 'number' });
  }
  const expiry = checkExpiry(call, expMonth, expYear);
  if (cvc !== undefined && !/^\d{3,4}$/.test(cvc)) {
    throw cardError({ code: 'invalid_cvc', message: "Your card's security code is invalid.", param: 'cvc' });
  }
  return expiry;
}

/** The month a card ends with, not past yet; throws Stripe's 402. */
export function checkExpiry(
  call: Call,
  expMonth: string | undefined,
  expYear: string | undefined,
): { month: number; year: number } {
  const month = Number(expMonth);
  const year = Number(expYear) < 100 ? 2000 + Number(expYear) : Number(expYear);
  if (!Number.isInteger(month) || month < 1 || month > 12) {
    throw cardError({
      code: 'invalid_expiry_month',
      message: "Your card's expiration month is invalid.",
      param: 'exp_month',
    });
  }
  const now = new Date(call.now * 1000);
  if (!Number.isInteger(year) || year < now.getUTCFullYear() || year > now.getUTCFullYear() + 50) {
    throw cardError({
      code: 'invalid_expiry_year',
      message: "Your card's expiration year is invalid.",
      param: 'exp_year',
    });
  }
  if (year === now.getUTCFullYear() && month < now.getUTCMonth() + 1) {
    throw cardError({
      code: 'invalid_expiry_month',
      message: "Your card's expiration month is invalid.",
      param: 'exp_month',
    });
  }
  return { month, year };
}
