/** What of a tab somebody is about to pay, as she fills it in. Pure functions. */

import type { OwedLine } from '#domain/contract/tab-payments.ts';
import type { Tab } from '#domain/contract/tabs.ts';
import { takeOwed } from '#domain/owed.ts';
import type { SettlementWish } from '#domain/settlement.ts';
import { parseAmount } from '../../ui/amount-text.ts';

/** The ways to pay, in the order in which they are offered. */
export const WAYS = [
  'mine',
  'lines',
  'even',
  'amount',
  'rest',
] as const satisfies readonly SettlementWish['kind'][];
export type Way = (typeof WAYS)[number];

export interface PayDraft {
  way: Way;
  /** How many units of a line, by line: see `unitsIn`. */
  units: Record<string, number>;
  /** Into how many equal parts the bill is divided. */
  of: number;
  /** As typed, in major units. */
  amount: string;
}

/**
 * Returns into how many steps what is open of a line is divided: its open units, the last of which may be the rest of one.
 * A line of one unit has one.
 */
export function unitsIn({ openAmount, unitAmount, quantity }: OwedLine): number {
  if (openAmount <= 0) return 0;
  return quantity > 1 && unitAmount > 0 ? Math.ceil(openAmount / unitAmount) : 1;
}

/** Returns what so many units of a line cost; all of them what is open. */
export function amountOfUnits(line: OwedLine, units: number): number {
  return units >= unitsIn(line) ? line.openAmount : units * line.unitAmount;
}

/** Returns how many units of a line are chosen, of those that are still open. */
export function chosenUnits(draft: PayDraft, line: OwedLine): number {
  return Math.min(draft.units[line.lineId] ?? 0, unitsIn(line));
}

export interface Wanted {
  readonly what: SettlementWish;
  /** What it costs as the tab is now. */
  readonly amount: number;
}

/** Returns what the draft asks for and what it costs; undefined while it is nothing that can be paid. */
export function wantedOf(draft: PayDraft, tab: Tab, selfId: string | null): Wanted | undefined {
  const what = wishOf(draft, tab);
  const taken = what && takeOwed(tab, what, selfId ?? '');
  return taken && !('refused' in taken) ? { what, amount: taken.amount } : undefined;
}

function wishOf(draft: PayDraft, tab: Tab): SettlementWish | undefined {
  switch (draft.way) {
    case 'mine':
    case 'rest':
      return { kind: draft.way };
    case 'even':
      return { kind: 'even', of: draft.of };
    case 'amount': {
      const amount = parseAmount(draft.amount, tab.currency);
      return amount === undefined ? undefined : { kind: 'amount', amount };
    }
    case 'lines': {
      const lines = tab.owed.flatMap((line) => {
        const units = chosenUnits(draft, line);
        if (units === 0) return [];
        // All that is open needs no quantity: it may be less than a unit.
        return [{ lineId: line.lineId, ...(units < unitsIn(line) && { quantity: units }) }];
      });
      return lines.length > 0 ? { kind: 'lines', lines } : undefined;
    }
  }
}

/** Returns why a typed amount cannot be paid: it is none, or more than is open. */
export function amountProblem(
  { amount }: PayDraft,
  currency: string,
  openAmount: number,
): 'unreadable' | 'too_much' | undefined {
  if (amount.trim() === '') return undefined;
  const typed = parseAmount(amount, currency);
  if (typed === undefined || typed === 0) return 'unreadable';
  return typed > openAmount ? 'too_much' : undefined;
}
