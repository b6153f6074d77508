import { percentOf } from '#domain/money.ts';
import { parseAmount } from '../ui/amount-text.ts';

/** What the tip buttons offer, in percent of the bill. */
export const TIP_PERCENTAGES = [0, 5, 10, 15] as const;

/** A share of the bill, or what the customer typed. */
export type TipChoice =
  { readonly kind: 'percent'; readonly percent: number } | { readonly kind: 'typed'; readonly text: string };

/** The tip in minor units, rounded to what can be charged; undefined while what is typed is no amount. Nothing typed is none. */
export function tipAmountOf(choice: TipChoice, billAmount: number, currency: string): number | undefined {
  if (choice.kind === 'percent') return percentOf(billAmount, choice.percent, currency);
  return choice.text.trim() === '' ? 0 : parseAmount(choice.text, currency);
}
