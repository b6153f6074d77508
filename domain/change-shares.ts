/** How what a payer pays of each line is spread over her shares when a change moves it. Pure. */

import type { Allocation } from './allocations.ts';

/** A share of which something may go back. */
interface RefundableShare {
  readonly amount: number;
  readonly tipAmount: number;
  readonly refundedAmount: number;
}

/** Returns how much goes back of each share, the newest first; undefined if too much was refunded before. */
export function giveBack(shares: readonly RefundableShare[], amount: number): number[] | undefined {
  let left = amount;
  const returned = shares.toReversed().map((share) => {
    const part = Math.min(left, share.amount, share.amount + share.tipAmount - share.refundedAmount);
    left -= part;
    return part;
  });
  return left > 0 ? undefined : returned.toReversed();
}

/** A share to fill: how much it pays, and what it paid before. */
interface Payment {
  readonly amount: number;
  readonly allocations: readonly Allocation[];
}

/**
 * Distributes what is paid of each line among payments that sum to it; the first is filled last. Each keeps what it paid
 * before, as far as there is room. A line that costs nothing stays with who had it, or comes to the oldest.
 */
export function distribute(
  parts: ReadonlyMap<string, number>,
  payments: readonly (Payment | undefined)[],
): (Allocation[] | undefined)[] {
  const left = new Map(parts);
  const drafts = payments.map((payment) => ({
    room: payment?.amount ?? 0,
    parts: new Map<string, number>(),
  }));
  const take = (draft: (typeof drafts)[number], lineId: string, most: number) => {
    const part = Math.min(most, draft.room, left.get(lineId) ?? 0);
    if (part <= 0) return;
    draft.parts.set(lineId, (draft.parts.get(lineId) ?? 0) + part);
    draft.room -= part;
    left.set(lineId, left.get(lineId)! - part);
  };
  payments.forEach((payment, index) => {
    for (const { lineId, amount } of payment?.allocations ?? []) take(drafts[index]!, lineId, amount);
  });
  for (const draft of [...drafts.slice(1), drafts[0]!])
    for (const lineId of parts.keys()) take(draft, lineId, draft.room);
  for (const [lineId, amount] of parts) {
    if (amount > 0) continue;
    const had = payments.findIndex((payment) => payment?.allocations.some((each) => each.lineId === lineId));
    const index = had >= 0 ? had : payments.findLastIndex((payment) => payment !== undefined);
    drafts[Math.max(0, index)]?.parts.set(lineId, 0);
  }
  return payments.map((payment, index) =>
    payment ? [...drafts[index]!.parts].map(([lineId, amount]) => ({ lineId, amount })) : undefined,
  );
}

export function isSame(before: readonly Allocation[], after: readonly Allocation[]): boolean {
  const amounts = new Map(after.map(({ lineId, amount }) => [lineId, amount]));
  return (
    before.length === after.length && before.every(({ lineId, amount }) => amounts.get(lineId) === amount)
  );
}
