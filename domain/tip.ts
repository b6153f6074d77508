/** The limit of a tip, and the threshold above which a page asks for confirmation. */

/** Above this percentage of the bill, the page asks whether the tip is intended. */
export const ASK_ABOVE_PERCENT = 50;

/** Returns the highest tip on a bill: the bill's amount, or the shop's `TIP_LIMIT`, whichever is more. */
export function highestTip(billAmount: number, tipLimitAmount: number): number {
  return Math.max(billAmount, tipLimitAmount);
}

/** Returns whether a tip is so high for its bill that a page asks before it is charged. */
export function isUnusualTip(tipAmount: number, billAmount: number): boolean {
  return tipAmount * 100 > billAmount * ASK_ABOVE_PERCENT;
}
