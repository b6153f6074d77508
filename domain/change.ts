/**
 * What a payer's change makes of an order's bill: lines, allocations, and what is to pay or goes back. Preview, request
 * and application decide by this one function (ADR 28). Pure.
 */

import type { Allocation } from './allocations.ts';
import { chargeStep } from './currency.ts';
import { amountOfUnits, spreadDiscount, type DiscountedLine } from './discount.ts';

/** A line of the bill as it is. Amounts in minor units. */
export interface ChangeableLine extends DiscountedLine {
  readonly id: string;
  /** Who ordered it. */
  readonly participantId: string;
  readonly sharedBetween: readonly string[];
  /** Units that were refunded: they stay on the bill. */
  readonly returnedQuantity: number;
}

/** A share that is paid, with what it pays of each line. */
export interface PaidShare {
  readonly id: string;
  readonly participantId: string;
  /** Whose it was, if its payer has taken it over: then it is no part of her own bill. */
  readonly ownerId: string | null;
  readonly amount: number;
  readonly tipAmount: number;
  /** What was refunded of it, apart from changes. */
  readonly refundedAmount: number;
  readonly allocations: readonly Allocation[];
}

/** The bill, with its shares in the order in which they were paid. */
export interface ChangeableBill<Line extends ChangeableLine = ChangeableLine> {
  readonly currency: string;
  readonly lines: readonly Line[];
  readonly shares: readonly PaidShare[];
}

/** The lines to change, each with its new quantity, and the lines to add, whose amounts are today's. */
export interface LineChanges {
  readonly set: readonly { readonly lineId: string; readonly quantity: number }[];
  readonly add: readonly { readonly id: string; readonly amount: number }[];
  /** Whether staff give up what it costs more. */
  readonly isWaived?: boolean | undefined;
}

/** What follows from a change, for its payer alone: nobody else's share is in it. */
export interface ChangePlan {
  /** What she pays more, or, if it is negative, gets back. */
  readonly differenceAmount: number;
  /** Lines whose quantity changes, or that are discounted, as they are afterwards; quantity 0: the line is gone. */
  readonly quantities: readonly {
    readonly lineId: string;
    readonly quantity: number;
    readonly discountAmount: number;
  }[];
  /** What is waived, on the lines that cost more, those to add included; it is not in the difference. */
  readonly discounts: readonly Allocation[];
  /** Her shares whose allocations change, with all that each pays afterwards. */
  readonly shares: readonly {
    readonly id: string;
    readonly amount: number;
    readonly allocations: readonly Allocation[];
    /** What of it goes back. */
    readonly returnedAmount: number;
  }[];
  /** What is to pay in addition, as a further share. */
  readonly toPay: { readonly amount: number; readonly allocations: readonly Allocation[] } | null;
}

export type ChangeRefusal =
  | 'unknown_line'
  /** Somebody else ordered it. */
  | 'not_yours'
  | 'shared_line'
  | 'paid_by_another'
  /** Fewer than were refunded of the line, or less than was refunded of the share. */
  | 'refunded_already'
  /** Fewer than are paid of the line, of a round that is paid after. */
  | 'already_paid'
  /** Fewer than somebody is paying for at this moment. */
  | 'already_claimed'
  /** She pays her share at this moment. */
  | 'being_paid'
  /** No piece would be left: that is a cancellation. */
  | 'nothing_left';

export type PlannedChange =
  | ChangePlan
  | {
      readonly refused: ChangeRefusal;
      readonly lineId?: string;
      /** Who is paying the line at this moment. */
      readonly by?: string;
      /** The fewest units that the line may have. */
      readonly leastQuantity?: number;
    };

/**
 * Plans a change by `payerId`. What is taken off pays for what is added first; the rest is to pay, or goes back, from her
 * newest share on, and from none more than is left of it. Her shares keep what they pay as far as that is possible.
 */
export function planChange(bill: ChangeableBill, payerId: string, changes: LineChanges): PlannedChange {
  const shares = bill.shares.filter(
    ({ participantId, ownerId }) => participantId === payerId && ownerId === null,
  );
  /** What she pays of each line afterwards. */
  const parts = new Map<string, number>();
  for (const { lineId, amount } of shares.flatMap(({ allocations }) => allocations))
    parts.set(lineId, (parts.get(lineId) ?? 0) + amount);
  const before = new Map(parts);
  const step = chargeStep(bill.currency);
  const quantities = new Map<string, number>();
  for (const { lineId, quantity } of changes.set) {
    const line = bill.lines.find(({ id }) => id === lineId);
    const refused = line ? refusalOf(line, bill, payerId) : 'unknown_line';
    if (!line || refused) return { refused: refused ?? 'unknown_line', lineId };
    if (quantity < line.returnedQuantity) return { refused: 'refunded_already', lineId };
    if (quantity === line.quantity) continue;
    quantities.set(lineId, quantity);
    if (quantity === 0) parts.delete(lineId);
    else parts.set(lineId, amountOfUnits(line, quantity, step));
  }
  for (const { id, amount } of changes.add) parts.set(id, amount);
  if (!isSomethingLeft(bill.lines, quantities, changes.add.length)) return { refused: 'nothing_left' };

  const costsMore = sumOf([...parts.values()]) - sumOf(shares.map(({ amount }) => amount));
  const discounts = changes.isWaived ? waive(Math.max(0, costsMore), { before, parts, step }) : [];
  const differenceAmount = costsMore - sumOf(discounts.map(({ amount }) => amount));
  const returned = giveBack(shares, Math.max(0, -differenceAmount));
  if (!returned) return { refused: 'refunded_already' };
  const payAmount = Math.max(0, differenceAmount);
  const [toPay, ...kept] = distribute(parts, [
    ...(payAmount > 0 ? [{ amount: payAmount, allocations: [] }] : [undefined]),
    ...shares.map(({ amount, allocations }, index) => ({ amount: amount - returned[index]!, allocations })),
  ]);
  return {
    differenceAmount,
    quantities: linesAfter(bill, quantities, discounts, step),
    discounts,
    shares: shares.flatMap(({ id, amount, allocations: before }, index) => {
      const returnedAmount = returned[index]!;
      const allocations = kept[index]!;
      if (returnedAmount === 0 && isSame(before, allocations)) return [];
      return [{ id, amount: amount - returnedAmount, allocations, returnedAmount }];
    }),
    toPay: payAmount > 0 ? { amount: payAmount, allocations: toPay! } : null,
  };
}

/** Takes `amount` off what lines cost more than before. */
function waive(
  amount: number,
  { before, parts, step }: { before: ReadonlyMap<string, number>; parts: Map<string, number>; step: number },
): readonly Allocation[] {
  const costsMore = [...parts].flatMap(([lineId, after]) => {
    const more = after - (before.get(lineId) ?? 0);
    return more > 0 ? [{ lineId, amount: more }] : [];
  });
  const discounts = spreadDiscount(amount, costsMore, step);
  for (const { lineId, amount: off } of discounts) parts.set(lineId, parts.get(lineId)! - off);
  return discounts;
}

/** Returns the lines of the bill whose quantity or discount changes. */
function linesAfter(
  { lines }: ChangeableBill,
  quantities: ReadonlyMap<string, number>,
  discounts: readonly Allocation[],
  step: number,
): ChangePlan['quantities'] {
  return lines.flatMap((line) => {
    const quantity = quantities.get(line.id);
    const off = discounts.find(({ lineId }) => lineId === line.id)?.amount ?? 0;
    if (quantity === undefined && off === 0) return [];
    const units = quantity ?? line.quantity;
    const amount = amountOfUnits(line, units, step) - off;
    return [{ lineId: line.id, quantity: units, discountAmount: units * line.unitAmount - amount }];
  });
}

/** Who may change a line: the one who ordered it, if nobody else shares it or pays anything of it. */
function refusalOf(line: ChangeableLine, bill: ChangeableBill, payerId: string): ChangeRefusal | undefined {
  const isShared = line.sharedBetween.some((id) => id !== payerId);
  if (isShared && line.sharedBetween.includes(payerId)) return 'shared_line';
  if (line.participantId !== payerId) return 'not_yours';
  // She has ordered it for others.
  if (isShared) return 'shared_line';
  const isPaidByAnother = bill.shares.some(
    ({ participantId, ownerId, allocations }) =>
      (participantId !== payerId || ownerId !== null) && allocations.some(({ lineId }) => lineId === line.id),
  );
  return isPaidByAnother ? 'paid_by_another' : undefined;
}

/** Returns how much goes back of each share, the newest first; undefined if too much was refunded before. */
function giveBack(shares: readonly PaidShare[], amount: number): number[] | undefined {
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
function distribute(
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

function isSame(before: readonly Allocation[], after: readonly Allocation[]): boolean {
  const amounts = new Map(after.map(({ lineId, amount }) => [lineId, amount]));
  return (
    before.length === after.length && before.every(({ lineId, amount }) => amounts.get(lineId) === amount)
  );
}

/** Returns whether any piece is left that was not given back. */
export function isSomethingLeft(
  lines: readonly ChangeableLine[],
  quantities: ReadonlyMap<string, number>,
  addedLines: number,
): boolean {
  return (
    addedLines > 0 ||
    lines.some(({ id, quantity, returnedQuantity }) => (quantities.get(id) ?? quantity) > returnedQuantity)
  );
}

function sumOf(amounts: readonly number[]): number {
  return amounts.reduce((sum, amount) => sum + amount, 0);
}
