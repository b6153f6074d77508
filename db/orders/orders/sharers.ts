import type { WeightedPayer } from '../../../domain/allocations.ts';
import type { LineRow } from '../entities/order.ts';

/** Returns who pays a line, and her weight. */
export function sharersOf(line: {
  readonly sharedBetween: readonly string[];
  readonly weights?: readonly number[] | null | undefined;
}): WeightedPayer[] {
  return line.sharedBetween.map((participantId, index) => ({
    participantId,
    weight: line.weights?.[index] ?? 1,
  }));
}

/** A line with who pays it in the form of the domain. */
export type SharedLine = Omit<LineRow, 'sharedBetween'> & {
  readonly sharedBetween: readonly WeightedPayer[];
};

export function withSharers(line: LineRow): SharedLine {
  return { ...line, sharedBetween: sharersOf(line) };
}
