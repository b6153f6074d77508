/**
 * What a change makes of an order's bill: lines, allocations, and what each payer pays or gets back. Preview, request and
 * application decide by this one function (ADR 28). Pure.
 */

import { allocateBill, type Allocation, type WeightedPayer } from './allocations.ts';
import { distribute, giveBack, isSame } from './change-shares.ts';
import { chargeStep } from './currency.ts';
import { amountOfUnits, spreadDiscount, type DiscountedLine } from './discount.ts';
import { payerKeyOf } from './payer-shares.ts';
import type { FixedParts } from './round-parts.ts';

/** A line of the bill as it is. Amounts in minor units. */
export interface ChangeableLine extends DiscountedLine {
  readonly id: string;
  /** Who ordered it. */
  readonly participantId: string;
  readonly sharedBetween: readonly string[];
  /** The weight of each of `sharedBetween`; absent: they pay alike. */
  readonly weights?: readonly number[] | null | undefined;
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

/** A line to add, whose amount is today's, and who pays it. */
export interface NewLine {
  readonly id: string;
  readonly amount: number;
  readonly sharedBetween: readonly WeightedPayer[];
}

/** The lines to change, each with its new quantity, and the lines to add. */
export interface LineChanges {
  readonly set: readonly { readonly lineId: string; readonly quantity: number }[];
  readonly add: readonly NewLine[];
  /** Whether staff give up what it costs each payer more. */
  readonly isWaived?: boolean | undefined;
}

/** Who wants it: a guest changes only lines in which she has a part; null: staff, or the shop. */
export type ChangeAsker = string | null;

/** What follows for one payer: each frees and pays only her own. */
export interface PayerPlan {
  readonly participantId: string;
  /** What she pays more, or, if it is negative, gets back. */
  readonly differenceAmount: number;
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

export interface ChangePlan {
  /** What all pay more, or, if it is negative, get back. */
  readonly differenceAmount: number;
  /** Lines whose quantity changes, or that are discounted, as they are afterwards; quantity 0: the line is gone. */
  readonly quantities: readonly {
    readonly lineId: string;
    readonly quantity: number;
    readonly discountAmount: number;
  }[];
  /** What is waived, on the lines that cost more, those to add included; it is not in the difference. */
  readonly discounts: readonly Allocation[];
  /** Of a round that is paid after: what each pays from now on of the lines that are shared; absent: what she paid. */
  readonly parts?: readonly FixedParts[];
  /** Everybody who has a part in what changes, by id; nobody else's share is touched. */
  readonly byPayer: readonly PayerPlan[];
}

export type ChangeRefusal =
  | 'unknown_line'
  /** She has no part in it. */
  | 'not_yours'
  /** It costs her more who pays nothing of the order, since somebody else pays for her, before it is paid. */
  | 'no_share'
  /** Fewer than were refunded of the line, or less than was refunded of the share. */
  | 'refunded_already'
  /** Fewer than are paid of the line, of a round that is paid after. */
  | 'already_paid'
  /** Fewer than somebody is paying for at this moment. */
  | 'already_claimed'
  /** A share that it would move is being paid at this moment. */
  | 'being_paid'
  /** No piece would be left: that is a cancellation. */
  | 'nothing_left';

export type PlannedChange =
  | ChangePlan
  | {
      readonly refused: ChangeRefusal;
      readonly lineId?: string;
      /** Who has paid, or is paying, at this moment. */
      readonly by?: string;
      /** The fewest units that the line may have. */
      readonly leastQuantity?: number;
    };

/**
 * Plans a change. What is taken off is freed for its payers in proportion to what each has paid of it; what is added, and
 * more of a line, is paid by those who share it. For each payer, what is freed pays for what is added first; the rest is to
 * pay, or goes back, from her newest share on, and from none more than is left of it. Her shares keep what they pay as far
 * as that is possible. A share that somebody has taken over only ever gives back: what is added is its owner's to pay.
 */
export function planChange(
  bill: ChangeableBill,
  asker: ChangeAsker,
  { set, add, isWaived = false }: LineChanges,
): PlannedChange {
  const accounts = new Accounts(bill);
  const quantities = new Map<string, number>();
  if (asker !== null) accounts.touch(asker);
  for (const { lineId, quantity } of set) {
    const line = bill.lines.find(({ id }) => id === lineId);
    if (!line) return { refused: 'unknown_line', lineId };
    if (asker !== null && line.participantId !== asker && !accounts.hasPart(asker, line))
      return { refused: 'not_yours', lineId };
    if (quantity < line.returnedQuantity) return { refused: 'refunded_already', lineId };
    accounts.touchLine(line);
    if (quantity === line.quantity) continue;
    quantities.set(lineId, quantity);
    accounts.resize(line, quantity);
  }
  for (const line of add) accounts.pay(line.id, line.amount, line.sharedBetween);
  if (!isSomethingLeft(bill.lines, quantities, add.length)) return { refused: 'nothing_left' };
  const discounts = isWaived ? accounts.waive() : [];
  const byPayer = accounts.settle();
  if (!byPayer) return { refused: 'refunded_already' };
  return {
    differenceAmount: sumOf(byPayer.map((payer) => payer.differenceAmount)),
    quantities: linesAfter(bill, quantities, discounts),
    discounts,
    byPayer,
  };
}

/** Shares that are one payer's for good: her own, or one that she has taken over. */
interface Account {
  readonly participantId: string;
  readonly shares: PaidShare[];
  /** What they pay of each line. */
  readonly before: Map<string, number>;
  /** The same as it is to be. */
  readonly parts: Map<string, number>;
  isTouched: boolean;
}

/** What each account pays of each line, while a change is planned. */
class Accounts {
  readonly #bill: ChangeableBill;
  readonly #accounts = new Map<string, Account>();
  readonly #step: number;

  constructor(bill: ChangeableBill) {
    this.#bill = bill;
    this.#step = chargeStep(bill.currency);
    for (const share of bill.shares) {
      const { before, shares } = this.#account(payerKeyOf(share), share.participantId);
      shares.push(share);
      for (const { lineId, amount } of share.allocations)
        before.set(lineId, (before.get(lineId) ?? 0) + amount);
    }
    for (const { before, parts } of this.#accounts.values())
      for (const [lineId, amount] of before) parts.set(lineId, amount);
  }

  hasPart(participantId: string, line: ChangeableLine): boolean {
    return (
      line.sharedBetween.includes(participantId) ||
      this.#payersOf(line.id).some((account) => account.participantId === participantId)
    );
  }

  touch(participantId: string): void {
    this.#account(participantId, participantId).isTouched = true;
  }

  /** Everybody who pays a line has a part in its change. */
  touchLine(line: ChangeableLine): void {
    for (const account of this.#payersOf(line.id)) account.isTouched = true;
  }

  /** Makes a line one of so many units. */
  resize(line: ChangeableLine, quantity: number): void {
    const amount = amountOfUnits(line, quantity, this.#step);
    const payers = this.#payersOf(line.id);
    const before = sumOf(payers.map(({ parts }) => parts.get(line.id)!));
    if (amount > before) {
      const weights = line.sharedBetween.map((participantId, index) => ({
        participantId,
        weight: line.weights?.[index] ?? 1,
      }));
      this.pay(line.id, amount - before, weights);
    } else if (amount < before) {
      const paid = payers.map(({ parts }, index) => ({
        participantId: String(index).padStart(6, '0'),
        weight: parts.get(line.id)!,
      }));
      for (const part of this.#split(before - amount, paid)) {
        const { parts } = payers[Number(part.participantId)]!;
        parts.set(line.id, parts.get(line.id)! - part.amount);
      }
    }
    if (quantity === 0) for (const { parts } of payers) parts.delete(line.id);
  }

  /** Has people pay more of a line. */
  pay(lineId: string, amount: number, sharedBetween: readonly WeightedPayer[]): void {
    for (const part of this.#split(amount, sharedBetween)) {
      const account = this.#account(part.participantId, part.participantId);
      account.isTouched = true;
      account.parts.set(lineId, (account.parts.get(lineId) ?? 0) + part.amount);
    }
  }

  /** Takes off what each payer would pay more, on the lines that cost her more; returns it by line. */
  waive(): Allocation[] {
    const discounts = new Map<string, number>();
    for (const account of this.#accounts.values()) {
      const { before, parts } = account;
      const costsMore = [...parts].flatMap(([lineId, after]) => {
        const amount = after - (before.get(lineId) ?? 0);
        return amount > 0 ? [{ lineId, amount }] : [];
      });
      for (const off of spreadDiscount(Math.max(0, differenceOf(account)), costsMore, this.#step)) {
        parts.set(off.lineId, parts.get(off.lineId)! - off.amount);
        discounts.set(off.lineId, (discounts.get(off.lineId) ?? 0) + off.amount);
      }
    }
    return [...discounts].map(([lineId, amount]) => ({ lineId, amount }));
  }

  /** Returns what each payer who has a part in it pays or gets back; undefined if too much was refunded before. */
  settle(): PayerPlan[] | undefined {
    const plans = new Map<string, PayerPlan>();
    for (const account of this.#accounts.values()) {
      if (!account.isTouched) continue;
      const plan = settleAccount(account);
      if (!plan) return undefined;
      const other = plans.get(account.participantId);
      plans.set(account.participantId, other ? join(other, plan) : plan);
    }
    return [...plans.values()].toSorted((one, other) => (one.participantId < other.participantId ? -1 : 1));
  }

  #account(key: string, participantId: string): Account {
    const known = this.#accounts.get(key);
    if (known) return known;
    const account: Account = {
      participantId,
      shares: [],
      before: new Map(),
      parts: new Map(),
      isTouched: false,
    };
    this.#accounts.set(key, account);
    return account;
  }

  #payersOf(lineId: string): Account[] {
    return [...this.#accounts.values()].filter(({ parts }) => parts.has(lineId));
  }

  #split(amount: number, between: readonly WeightedPayer[]) {
    const lines = [{ id: 'line', amount, sharedBetween: between }];
    return allocateBill({ currency: this.#bill.currency, lines });
  }
}

/** Settles the parts of an account with what its shares have paid. */
function settleAccount(account: Account): PayerPlan | undefined {
  const { participantId, shares, parts } = account;
  const differenceAmount = differenceOf(account);
  const returned = giveBack(shares, Math.max(0, -differenceAmount));
  if (!returned) return undefined;
  const payAmount = Math.max(0, differenceAmount);
  const [toPay, ...kept] = distribute(parts, [
    ...(payAmount > 0 || shares.length === 0 ? [{ amount: payAmount, allocations: [] }] : [undefined]),
    ...shares.map(({ amount, allocations }, index) => ({ amount: amount - returned[index]!, allocations })),
  ]);
  return {
    participantId,
    differenceAmount,
    shares: shares.flatMap(({ id, amount, allocations: before }, index) => {
      const returnedAmount = returned[index]!;
      const allocations = kept[index]!;
      if (returnedAmount === 0 && isSame(before, allocations)) return [];
      return [{ id, amount: amount - returnedAmount, allocations, returnedAmount }];
    }),
    toPay: payAmount > 0 ? { amount: payAmount, allocations: toPay! } : null,
  };
}

function differenceOf({ parts, shares }: Account): number {
  return sumOf([...parts.values()]) - sumOf(shares.map(({ amount }) => amount));
}

/** Joins the plans of one payer's accounts. Only that of her own pays more. */
function join(one: PayerPlan, other: PayerPlan): PayerPlan {
  return {
    participantId: one.participantId,
    differenceAmount: one.differenceAmount + other.differenceAmount,
    shares: [...one.shares, ...other.shares],
    toPay: one.toPay ?? other.toPay,
  };
}

/** Returns the lines of the bill whose quantity or discount changes. */
function linesAfter(
  { lines, currency }: ChangeableBill,
  quantities: ReadonlyMap<string, number>,
  discounts: readonly Allocation[],
): ChangePlan['quantities'] {
  return lines.flatMap((line) => {
    const quantity = quantities.get(line.id);
    const off = discounts.find(({ lineId }) => lineId === line.id)?.amount ?? 0;
    if (quantity === undefined && off === 0) return [];
    const units = quantity ?? line.quantity;
    const amount = amountOfUnits(line, units, chargeStep(currency)) - off;
    return [{ lineId: line.id, quantity: units, discountAmount: units * line.unitAmount - amount }];
  });
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

/** Returns what a plan gives up. */
export function waivedAmount({ discounts }: Pick<ChangePlan, 'discounts'>): number {
  return discounts.reduce((sum, { amount }) => sum + amount, 0);
}

/** Whether nobody pays more, though others may get something back. */
export function costsNobodyMore({ differenceAmount, byPayer }: ChangePlan): boolean {
  return differenceAmount <= 0 && byPayer.every((payer) => payer.differenceAmount <= 0);
}
