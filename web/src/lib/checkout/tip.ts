import { percentOf } from '#domain/money.ts';
import { amountText, parseAmount } from '../ui/amount-text.ts';

/** The tip buttons, in percent of the bill. */
export const TIP_PERCENTAGES = [0, 5, 10, 15] as const;

/** A percentage of the bill, or a typed amount. */
export type TipChoice =
  { readonly kind: 'percent'; readonly percent: number } | { readonly kind: 'typed'; readonly text: string };

/** Returns the choice that is this tip: a percentage if one of the buttons gives it. */
export function tipChoiceOf(tipAmount: number, billAmount: number, currency: string): TipChoice {
  const percent = TIP_PERCENTAGES.find((each) => percentOf(billAmount, each, currency) === tipAmount);
  if (percent !== undefined) return { kind: 'percent', percent };
  return { kind: 'typed', text: amountText(tipAmount, currency) };
}

/**
 * Returns the tip in minor units, rounded to a chargeable amount; undefined while the input is not an amount. An empty
 * input is no tip.
 */
export function tipAmountOf(choice: TipChoice, billAmount: number, currency: string): number | undefined {
  if (choice.kind === 'percent') return percentOf(billAmount, choice.percent, currency);
  return choice.text.trim() === '' ? 0 : parseAmount(choice.text, currency);
}
