/** How much of a tip is taken, and from where on a page asks whether it is meant. */

/** A tip above so many percent of its bill is asked about. */
export const ASK_ABOVE_PERCENT = 50;

/** The highest tip on a bill: the bill once more, or what the shop takes on any bill (`TIP_LIMIT`), if that is more. */
export function highestTip(billAmount: number, tipLimitAmount: number): number {
  return Math.max(billAmount, tipLimitAmount);
}

/** Whether a tip is so high for its bill that a page asks before it is charged. */
export function isUnusualTip(tipAmount: number, billAmount: number): boolean {
  return tipAmount * 100 > billAmount * ASK_ABOVE_PERCENT;
}
