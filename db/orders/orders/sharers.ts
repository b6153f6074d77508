import type { WeightedPayer } from '../../../domain/allocations.ts';

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
