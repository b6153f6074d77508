/**
 * The rules of what a tab that is paid after owes, as a program for one thread: written from the design of tabs, not from
 * the product, so that the two can be compared.
 */

import { roundParts, type Fraction } from './model-rounding.ts';

/** A part of a line that is paid, being paid, or owed no more (`by` is null), in the order of writing. */
interface Settled {
  readonly by: string | null;
  readonly orderId: string | null;
  readonly amount: number;
}

export interface AfterLine {
  readonly id: string;
  readonly roundId: string;
  readonly unitAmount: number;
  readonly quantity: number;
  readonly sharers: readonly string[];
  readonly settled: Settled[];
  canceled: number;
  /** What goes back of it to whom paid it. */
  returned: number;
}

export interface AfterPayment {
  readonly orderId: string;
  readonly by: string;
  readonly amount: number;
  readonly evenOf: number | undefined;
  isClaim: boolean;
}

/** What somebody asks to pay. */
export type AfterWish =
  | { readonly kind: 'mine' | 'rest' }
  | {
      readonly kind: 'lines';
      readonly lines: readonly { readonly lineId: string; readonly quantity: number }[];
    }
  | { readonly kind: 'amount'; readonly amount: number }
  | { readonly kind: 'even'; readonly of: number };

const sum = (amounts: Iterable<number>) => [...amounts].reduce((total, amount) => total + amount, 0);

export class AfterModel {
  readonly lines: AfterLine[] = [];
  readonly payments: AfterPayment[] = [];

  ordered(line: Omit<AfterLine, 'settled' | 'canceled' | 'returned'>): void {
    this.lines.push({ ...line, settled: [], canceled: 0, returned: 0 });
  }

  /** Whose the open part of a line is. */
  dueOf({ unitAmount, quantity, sharers, settled }: AfterLine): Map<string, number> {
    const part: Fraction = [BigInt(unitAmount * quantity), BigInt(sharers.length)];
    let due = roundParts([new Map(sharers.map((id) => [id, part]))]);
    for (const { by, amount } of settled) {
      const own = Math.min(by === null ? 0 : (due.get(by) ?? 0), amount);
      if (own > 0) due.set(by!, due.get(by!)! - own);
      due = without(due, amount - own);
    }
    return due;
  }

  openOf(line: AfterLine): number {
    return sum(this.dueOf(line).values());
  }

  get open(): number {
    return sum(this.lines.map((line) => this.openOf(line)));
  }

  owedBy(person: string): number {
    return sum(this.lines.map((line) => this.dueOf(line).get(person) ?? 0));
  }

  claimOf(person: string): AfterPayment | undefined {
    return this.payments.find(({ by, isClaim }) => isClaim && by === person);
  }

  isClaimed({ settled }: AfterLine): boolean {
    const claims = this.payments.filter(({ isClaim }) => isClaim).map(({ orderId }) => orderId);
    return settled.some(({ orderId }) => orderId !== null && claims.includes(orderId));
  }

  /** Returns what it costs; undefined if it cannot be had. */
  priceOf(wish: AfterWish, payer: string): number | undefined {
    const price = this.#priceOf(wish, payer);
    return price !== undefined && price > 0 && price <= this.open ? price : undefined;
  }

  #priceOf(wish: AfterWish, payer: string): number | undefined {
    switch (wish.kind) {
      case 'mine':
        return this.owedBy(payer);
      case 'rest':
        return this.open;
      case 'amount':
        return wish.amount;
      case 'even': {
        const before = this.payments.filter(({ evenOf }) => evenOf === wish.of).length;
        return Math.ceil(this.open / (wish.of - (before % wish.of)));
      }
      case 'lines': {
        const prices = wish.lines.map(({ lineId, quantity }) => {
          const line = this.lines.find(({ id }) => id === lineId)!;
          const price = line.unitAmount * quantity;
          return price <= this.openOf(line) ? price : undefined;
        });
        return prices.includes(undefined) ? undefined : sum(prices as number[]);
      }
    }
  }

  /** Sets parts of lines aside. */
  claimed(
    payment: Omit<AfterPayment, 'isClaim'>,
    parts: readonly { readonly lineId: string; readonly amount: number }[],
  ): void {
    this.payments.push({ ...payment, isClaim: true });
    for (const { lineId, amount } of parts)
      this.lines
        .find(({ id }) => id === lineId)!
        .settled.push({ by: payment.by, orderId: payment.orderId, amount });
  }

  ended(orderId: string): void {
    this.payments.splice(
      this.payments.findIndex((payment) => payment.orderId === orderId),
      1,
    );
    for (const { settled } of this.lines)
      for (let index = settled.length - 1; index >= 0; index -= 1)
        if (settled[index]!.orderId === orderId) settled.splice(index, 1);
  }

  /** Takes one unit of a line off; what was paid of it goes back. */
  canceledUnit(line: AfterLine): void {
    const reduced = Math.min(line.unitAmount, this.openOf(line));
    if (reduced > 0) line.settled.push({ by: null, orderId: null, amount: reduced });
    line.canceled += 1;
    line.returned += line.unitAmount - reduced;
  }

  /** What the tab has had, less what was canceled of it. */
  get total(): number {
    return sum(this.lines.map(({ unitAmount, quantity, canceled }) => unitAmount * (quantity - canceled)));
  }

  /** What was paid, and not given back. */
  get paid(): number {
    const taken = this.payments.filter(({ isClaim }) => !isClaim).map(({ amount }) => amount);
    return sum(taken) - sum(this.lines.map(({ returned }) => returned));
  }
}

/** Takes an amount from all in proportion to what they owe: by the largest remainder, ties by id. */
function without(due: ReadonlyMap<string, number>, amount: number): Map<string, number> {
  const whole = sum(due.values());
  const owing = [...due]
    .filter(([, part]) => part > 0)
    .toSorted(([left], [right]) => (left < right ? -1 : 1));
  if (amount === 0) return new Map(owing);
  const exact = owing.map(([id, part]) => ({ id, part, times: part * amount }));
  const taken = new Map(exact.map(({ id, times }) => [id, Math.floor(times / whole)]));
  const cents = amount - sum(taken.values());
  const first = exact.toSorted((left, right) => (right.times % whole) - (left.times % whole)).slice(0, cents);
  for (const { id } of first) taken.set(id, taken.get(id)! + 1);
  return new Map(exact.map(({ id, part }) => [id, part - taken.get(id)!]));
}
