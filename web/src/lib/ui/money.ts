/** Amounts on pages, formatted for the page's language. */

import { formatAmount as format } from '#domain/money.ts';
import { language } from '../browser/language.ts';

/** Formats minor units: `€12.50`, `12,50 €`. */
export function formatAmount(amount: number, currency: string): string {
  return format(amount, currency, language);
}
