/** Whose the lines of a tab's basket are when somebody leaves, and whom a change of them concerns. */

import type { WeightedPayer } from './allocations.ts';

/** What sharing depends on. What was chosen (variant, options, note) is carried along. */
export interface BasketLine {
  readonly id: string;
  /** Rises with every change. */
  readonly version: number;
  /** The owner: whoever chose it, or for whom it was chosen. */
  readonly participantId: string;
  /** Who pays for it, each once; at least one. */
  readonly sharedBetween: readonly WeightedPayer[];
}

/**
 * Returns the lines after people have left or were removed. What they alone pay goes; the others divide their part of
 * shared lines. A line of theirs that others pay becomes that of the first of them.
 */
export function removePeople<Line extends BasketLine>(
  lines: readonly Line[],
  isGone: (participantId: string) => boolean,
): Line[] {
  return lines.flatMap((line) => {
    const sharedBetween = line.sharedBetween.filter((each) => !isGone(each.participantId));
    const isOwnerGone = isGone(line.participantId);
    if (!isOwnerGone && sharedBetween.length === line.sharedBetween.length) return [line];
    const [first] = sharedBetween;
    if (!first) return [];
    const participantId = isOwnerGone ? first.participantId : line.participantId;
    return [{ ...line, version: line.version + 1, participantId, sharedBetween }];
  });
}

/** Returns everybody whose own lines, or whose shared ones, differ between two states of the basket. */
export function peopleTouched(before: readonly BasketLine[], after: readonly BasketLine[]): Set<string> {
  const then = new Map(before.map((line) => [line.id, line]));
  const now = new Map(after.map((line) => [line.id, line]));
  const changed = [...before, ...after].filter(({ id }) => then.get(id)?.version !== now.get(id)?.version);
  return new Set(
    changed.flatMap((line) => [line.participantId, ...line.sharedBetween.map((each) => each.participantId)]),
  );
}
