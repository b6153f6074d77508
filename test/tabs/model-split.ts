/** The lines of a basket and how a split shares them out, computed by exact fractions: a part of the model of a tab. */

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
  const exact = new Map<string, Fraction>();
  const pays = (id: string, amount: number, weight: number, of: number) =>
    exact.set(id, plus(exact.get(id) ?? ZERO, [BigInt(amount) * BigInt(weight), BigInt(of)]));
  if ('percents' in split) {
    if (sum(split.percents.map(({ basisPoints }) => basisPoints)) !== 10_000) return undefined;
    for (const { participantId, basisPoints } of split.percents)
      pays(participantId, total, basisPoints, 10_000);
    return rounded(exact, total);
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
    const of = sum([...sharers.values()]);
    for (const [id, weight] of sharers) pays(payerOf(id), amountOf(line), weight, of);
  }
  return rounded(exact, total);
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

type Fraction = readonly [numerator: bigint, denominator: bigint];
const ZERO: Fraction = [0n, 1n];

function plus([a, b]: Fraction, [c, d]: Fraction): Fraction {
  return [a * d + c * b, b * d];
}

/** Rounds by the largest remainder; ties go by id. */
function rounded(exact: ReadonlyMap<string, Fraction>, total: number): Map<string, number> {
  const floors = new Map([...exact].map(([id, [n, d]]) => [id, Number(n / d)]));
  const ranked = [...exact].toSorted(([left, [a, b]], [right, [c, d]]) => {
    const difference = (c % d) * b - (a % b) * d;
    return difference > 0n ? 1 : difference < 0n ? -1 : left < right ? -1 : 1;
  });
  const rest = total - sum([...floors.values()]);
  for (const [id] of ranked.slice(0, rest)) floors.set(id, floors.get(id)! + 1);
  return floors;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, each) => all + each, 0);
}
