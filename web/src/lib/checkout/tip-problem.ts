import { formatAmount } from '#lib/ui/money.ts';
import * as m from '#messages';
import { highestTip } from '#domain/tip.ts';
import { shop } from '../shop/shop.svelte.ts';

/** Returns the problem of a tip on this bill, in words; `tipAmount` is undefined while the input is not an amount. */
export function tipProblem(
  tipAmount: number | undefined,
  billAmount: number,
  currency: string,
): string | undefined {
  if (tipAmount === undefined) return m.checkout.tipOdd();
  if (shop.tipLimitAmount === undefined) return undefined;
  const highest = highestTip(billAmount, shop.tipLimitAmount);
  return tipAmount > highest ? m.checkout.tipTooHigh({ amount: formatAmount(highest, currency) }) : undefined;
}
