/** Amounts on pages, as the page's language writes them. */

import { formatAmount as format } from '#domain/money.ts';
import { language } from '../browser/language.ts';

/** An amount in minor units as people write it: `€12.50`, `12,50 €`. */
export function formatAmount(amount: number, currency: string): string {
  return format(amount, currency, language);
}
