/**
 * Turns a round's bill into shares by the split that its host chose. The preview on her page, the shares of the order
 * and the explanation of each amount come from the same functions.
 */

import {
  allocateBill,
  type AllocatedFee,
  type AllocatedLine,
  type AllocatedShare,
  type WeightedPayer,
} from './allocations.ts';
import { findProblem, type SplitProblem } from './split-problem.ts';
import { treatsOf, type BillToSplit, type Split } from './split-rule.ts';

/** Whose part of an item somebody pays: her own, or that of a person whom she treats. */
export interface PaidPart {
  readonly payerId: string;
  readonly participantId: string;
  readonly weight: number;
}

/** An item of a bill with everybody's part of it. A fee without `parts` goes by what each pays of the lines. */
export interface SharedItem {
  readonly id: string;
  readonly amount: number;
  readonly isFee: boolean;
  readonly parts?: readonly PaidPart[] | undefined;
  /** The sum of the weights of `parts`. */
  readonly weight?: number | undefined;
}

export type SplitResult =
  | {
      readonly ok: true;
      readonly totalAmount: number;
      /** One for everybody who pays for something, sorted by participant id; 0 included, which needs no card. */
      readonly shares: readonly AllocatedShare[];
      readonly items: readonly SharedItem[];
    }
  | { readonly ok: false; readonly totalAmount: number; readonly problem: SplitProblem };

/**
 * Splits a bill. Whatever people chose, it throws nothing: it returns the shares, which sum to the bill, or what is
 * wrong with the split. The parts of people who are treated are in the share of who treats them.
 */
export function splitBill(bill: BillToSplit): SplitResult {
  const totalAmount = [...bill.lines, ...(bill.fees ?? [])].reduce((sum, { amount }) => sum + amount, 0);
  const problem = findProblem(bill, totalAmount);
  if (problem) return { ok: false, totalAmount, problem };
  const items = shareItems(bill);
  const sharedBetween = ({ parts }: SharedItem) =>
    parts?.map(({ payerId, weight }): WeightedPayer => ({ participantId: payerId, weight }));
  const shares = allocateBill({
    currency: bill.currency,
    lines: items
      .filter(({ isFee }) => !isFee)
      .map((item) => ({ ...item, sharedBetween: sharedBetween(item)! })),
    fees: items
      .filter(({ isFee }) => isFee)
      .map((item): AllocatedFee => ({ ...item, sharedBetween: sharedBetween(item) })),
  });
  return { ok: true, totalAmount, shares, items };
}

/** Returns everybody's part of each item, as the split says; for a split without problems. */
function shareItems({ lines, fees = [], participantIds, split }: BillToSplit): SharedItem[] {
  const payerOf = payersOf(split);
  const paid = (sharers: readonly WeightedPayer[]): PaidPart[] =>
    sharers.map(({ participantId, weight }) => ({ payerId: payerOf(participantId), participantId, weight }));
  const agreed = agreedWeights(split);
  const alike = (ids: readonly string[]) => ids.map((participantId) => ({ participantId, weight: 1 }));

  const sharersOf = (line: AllocatedLine): readonly WeightedPayer[] => {
    if (agreed) return agreed;
    if (split.kind !== 'even' || split.except?.includes(line.id)) return line.sharedBetween;
    return alike(split.participantIds ?? participantIds);
  };
  const sharers = lines.map(sharersOf);
  const everybody = new Set(
    sharers.flatMap((each) => each.flatMap(({ participantId, weight }) => (weight > 0 ? participantId : []))),
  );
  const share = (weights: readonly WeightedPayer[]) => ({
    parts: paid(weights),
    weight: weights.reduce((sum, { weight }) => sum + weight, 0),
  });
  return [
    ...lines.map(({ id, amount }, index) => ({ id, amount, isFee: false, ...share(sharers[index]!) })),
    ...fees.map(({ id, amount, spread }) => {
      const weights = agreed ?? (spread === 'evenly' ? alike([...everybody]) : undefined);
      return { id, amount, isFee: true, ...(weights && share(weights)) };
    }),
  ];
}

/** Returns who pays somebody's part. A treat covers what a person has herself, not what she pays for others. */
function payersOf(split: Split): (participantId: string) => string {
  const payers = new Map<string, string>();
  let ofAll: string | undefined;
  for (const { payerId, participantIds } of treatsOf(split)) {
    if (!participantIds) ofAll = payerId;
    for (const participantId of participantIds ?? []) payers.set(participantId, payerId);
  }
  return (participantId) => payers.get(participantId) ?? ofAll ?? participantId;
}

/** Returns the weights of custom amounts or percents, which are those of every item; undefined for other splits. */
function agreedWeights(split: Split): readonly WeightedPayer[] | undefined {
  if (split.kind !== 'custom') return undefined;
  const weights =
    'amounts' in split
      ? split.amounts.map(({ participantId, amount }) => ({ participantId, weight: amount }))
      : split.percents.map(({ participantId, basisPoints }) => ({ participantId, weight: basisPoints }));
  // A bill of 0 has only amounts of 0.
  return weights.every(({ weight }) => weight === 0)
    ? weights.map((each) => ({ ...each, weight: 1 }))
    : weights;
}
