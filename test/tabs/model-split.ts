/** The lines of a basket and how a split shares them out, computed by exact fractions: a part of the model of a tab. */

import { plus, roundParts, ZERO, type Fraction } from './model-rounding.ts';

export interface ModelLine {
  id: string;
  version: number;
  owner: string;
  sharers: Map<string, number>;
  variant: string;
  quantity: number;
  unitAmount: number;
  note: string | null;
}

/** What a split asks for. The people are ids, lines are ids of the basket. */
export type ModelSplit =
  | { kind: 'own'; treats?: { kind: 'treat'; payerId: string; participantIds?: string[] }[] }
  | { kind: 'even'; except?: string[]; participantIds?: string[] }
  | { kind: 'treat'; payerId: string; participantIds?: string[] }
  | { kind: 'custom'; amounts: { participantId: string; amount: number }[] }
  | { kind: 'custom'; percents: { participantId: string; basisPoints: number }[] };

/** Returns what everybody pays by this split; undefined if it cannot be sent. `everybody` are those who are there. */
export function splitBetween(
  everybody: readonly string[],
  lines: readonly ModelLine[],
  split: ModelSplit,
): Map<string, number> | undefined {
  const total = sum(lines.map(amountOf));
  if ('amounts' in split) {
    if (sum(split.amounts.map(({ amount }) => amount)) !== total) return undefined;
    return new Map(split.amounts.map(({ participantId, amount }) => [participantId, amount]));
  }
  // Of each line, what each pays of it.
  const parts: Map<string, Fraction>[] = [];
  const share = (
    line: ModelLine,
    weights: Iterable<readonly [payer: string, weight: number]>,
    of: number,
  ) => {
    const part = new Map<string, Fraction>();
    for (const [id, weight] of weights)
      part.set(id, plus(part.get(id) ?? ZERO, [BigInt(amountOf(line)) * BigInt(weight), BigInt(of)]));
    parts.push(part);
  };
  if ('percents' in split) {
    if (sum(split.percents.map(({ basisPoints }) => basisPoints)) !== 10_000) return undefined;
    const weights = split.percents.map(
      ({ participantId, basisPoints }) => [participantId, basisPoints] as const,
    );
    for (const line of lines) share(line, weights, 10_000);
    return roundParts(parts);
  }
  const treats = split.kind === 'treat' ? [split] : split.kind === 'own' ? (split.treats ?? []) : [];
  const payerOf = (id: string) =>
    treats.find(({ participantIds }) => participantIds?.includes(id))?.payerId ??
    treats.find(({ participantIds }) => participantIds === undefined)?.payerId ??
    id;
  for (const line of lines) {
    const isEven = split.kind === 'even' && !split.except?.includes(line.id);
    const sharers: Map<string, number> = isEven
      ? new Map((split.participantIds ?? everybody).map((id) => [id, 1]))
      : line.sharers;
    share(
      line,
      [...sharers].map(([id, weight]) => [payerOf(id), weight]),
      sum([...sharers.values()]),
    );
  }
  return roundParts(parts);
}

export function amountOf({ quantity, unitAmount }: Pick<ModelLine, 'quantity' | 'unitAmount'>): number {
  return quantity * unitAmount;
}

/** What of a line does not change by being moved. Weights that are all the same are 1. */
export function contentOf({
  owner,
  sharers,
  variant,
  quantity,
  note,
}: Omit<ModelLine, 'unitAmount'>): string {
  const isEven = new Set(sharers.values()).size === 1;
  const weights = [...sharers].map(([id, weight]) => `${id} ${isEven ? 1 : weight}`);
  return JSON.stringify([owner, weights.toSorted(), variant, quantity, note]);
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
