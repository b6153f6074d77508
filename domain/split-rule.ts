/** The splits among which a host chooses: the rule by which a round's bill becomes shares. */

import type { AllocatedLine } from './allocations.ts';

/** Somebody pays for others: for everybody, or for the chosen ones. */
export interface Treat {
  readonly kind: 'treat';
  readonly payerId: string;
  readonly participantIds?: readonly string[] | undefined;
}

/** Everybody pays her own lines and her part of shared ones. With `treats`, some pay for others ("mixed by person"). */
export interface OwnSplit {
  readonly kind: 'own';
  readonly treats?: readonly Treat[] | undefined;
}

/** All pay alike, or the chosen ones do; the lines of `except` stay with those they belong to. */
export interface EvenSplit {
  readonly kind: 'even';
  readonly except?: readonly string[] | undefined;
  readonly participantIds?: readonly string[] | undefined;
  readonly treats?: readonly Treat[] | undefined;
}

/** Agreed amounts that sum to the bill; whoever is not listed pays nothing. */
export interface AmountsSplit {
  readonly kind: 'custom';
  readonly amounts: readonly { readonly participantId: string; readonly amount: number }[];
}

/** Agreed parts in basis points, which sum to 10,000. */
export interface PercentsSplit {
  readonly kind: 'custom';
  readonly percents: readonly { readonly participantId: string; readonly basisPoints: number }[];
}

export type Split = OwnSplit | EvenSplit | Treat | AmountsSplit | PercentsSplit;

/** A fee or discount of a bill. It goes to the payers in proportion to their goods, or evenly, as the shop says. */
export interface BillFee {
  readonly id: string;
  readonly amount: number;
  readonly spread: 'goods' | 'evenly';
}

/** A bill, the people who may be asked to pay it, and how. */
export interface BillToSplit {
  readonly currency: string;
  readonly lines: readonly AllocatedLine[];
  readonly fees?: readonly BillFee[] | undefined;
  readonly participantIds: readonly string[];
  readonly split: Split;
}

/** Returns the treats of a split. */
export function treatsOf(split: Split): readonly Treat[] {
  if (split.kind === 'treat') return [split];
  return split.kind === 'custom' ? [] : (split.treats ?? []);
}
