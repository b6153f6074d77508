/**
 * What may be done to the lines of a tab's basket, as pure functions: the API applies them under the tab's lock, a page
 * before it has an answer. Nothing is changed in place.
 */

import type { AllocatedShare, WeightedPayer } from './allocations.ts';
import { TAB_LIMITS } from './tab.ts';

/** What sharing and changing depend on. What was chosen (variant, options, note) is carried along. */
export interface BasketLine {
  readonly id: string;
  /** Rises with every change; a change names the version on which it is based. */
  readonly version: number;
  /** The owner: whoever chose it, or for whom it was chosen. */
  readonly participantId: string;
  /** Who pays for it, each once; at least one. */
  readonly sharedBetween: readonly WeightedPayer[];
}

export type BasketProblem = 'too_many_lines' | 'not_found' | 'version_conflict' | 'nobody_left';

/** The lines after a change, or why there was none, with the line as it is if somebody else was faster. */
export type BasketResult<Line extends BasketLine> =
  | { readonly ok: true; readonly lines: readonly Line[] }
  | { readonly ok: false; readonly problem: BasketProblem; readonly line?: Line };

export function addLine<Line extends BasketLine>(lines: readonly Line[], line: Line): BasketResult<Line> {
  if (lines.length >= TAB_LIMITS.lines) return { ok: false, problem: 'too_many_lines' };
  return { ok: true, lines: [...lines, line] };
}

/** Changes a line that is still at `ifVersion`, and raises its version. */
export function changeLine<Line extends BasketLine>(
  lines: readonly Line[],
  lineId: string,
  ifVersion: number,
  change: Partial<Omit<Line, 'id' | 'version'>>,
): BasketResult<Line> {
  return replaceLine(lines, lineId, ifVersion, (line) => ({ ...line, ...change, version: line.version + 1 }));
}

export function removeLine<Line extends BasketLine>(
  lines: readonly Line[],
  lineId: string,
  ifVersion: number,
): BasketResult<Line> {
  return replaceLine(lines, lineId, ifVersion, () => undefined);
}

/** Returns the same again, or a copy of a friend's line: chosen alike, and paid by who copies it alone. */
export function copyLine<Line extends BasketLine>(
  line: Line,
  copy: { id: string; participantId: string },
): Line {
  return { ...line, ...copy, version: 1, sharedBetween: sharingOf(copy.participantId) };
}

/** Returns who pays for a line of this owner: she alone, or the given people, each once with all weights given to her. */
export function sharingOf(
  ownerId: string,
  sharers: readonly { readonly participantId: string; readonly weight?: number | undefined }[] = [],
): WeightedPayer[] {
  const weights = new Map<string, number>();
  for (const { participantId, weight = 1 } of sharers)
    weights.set(participantId, (weights.get(participantId) ?? 0) + weight);
  if (weights.size === 0) weights.set(ownerId, 1);
  return [...weights].map(([participantId, weight]) => ({ participantId, weight }));
}

/**
 * Takes somebody out of a shared line: the others divide her part by their weights. The line stays its owner's, also
 * when it was she who stepped out.
 */
export function stepOut<Line extends BasketLine>(
  lines: readonly Line[],
  lineId: string,
  participantId: string,
): BasketResult<Line> {
  const line = lines.find(({ id }) => id === lineId);
  if (!line?.sharedBetween.some((each) => each.participantId === participantId))
    return { ok: false, problem: 'not_found' };
  const sharedBetween = without(line.sharedBetween, participantId);
  if (sharedBetween.length === 0) return { ok: false, problem: 'nobody_left', line };
  return replaceLine(lines, lineId, line.version, () => ({
    ...line,
    sharedBetween,
    version: line.version + 1,
  }));
}

/**
 * Returns the lines after somebody has left or was removed. What she alone pays goes; the others divide her part of
 * shared lines. A line of hers that others pay becomes that of the first of them.
 */
export function removeParticipant<Line extends BasketLine>(
  lines: readonly Line[],
  participantId: string,
): Line[] {
  return lines.flatMap((line) => {
    const isPayer = line.sharedBetween.some((each) => each.participantId === participantId);
    if (!isPayer && line.participantId !== participantId) return [line];
    const [first, ...rest] = without(line.sharedBetween, participantId);
    if (!first) return [];
    const owner = line.participantId === participantId ? first.participantId : line.participantId;
    return [{ ...line, version: line.version + 1, participantId: owner, sharedBetween: [first, ...rest] }];
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

/** Returns those who are still ready after a change: whoever's lines it touched must look at them again. */
export function stillReady(
  ready: readonly string[],
  before: readonly BasketLine[],
  after: readonly BasketLine[],
): string[] {
  const touched = peopleTouched(before, after);
  return ready.filter((participantId) => !touched.has(participantId));
}

/** Returns whose part is above the limit for each person, and by how much. */
export function overSpendingLimit(
  parts: readonly Pick<AllocatedShare, 'participantId' | 'amount'>[],
  limit: number | null,
): { participantId: string; overAmount: number }[] {
  if (limit === null) return [];
  return parts
    .filter(({ amount }) => amount > limit)
    .map(({ participantId, amount }) => ({ participantId, overAmount: amount - limit }));
}

function replaceLine<Line extends BasketLine>(
  lines: readonly Line[],
  lineId: string,
  ifVersion: number,
  replace: (line: Line) => Line | undefined,
): BasketResult<Line> {
  const line = lines.find(({ id }) => id === lineId);
  if (!line) return { ok: false, problem: 'not_found' };
  if (line.version !== ifVersion) return { ok: false, problem: 'version_conflict', line };
  return { ok: true, lines: lines.flatMap((each) => (each === line ? (replace(line) ?? []) : each)) };
}

function without(sharers: readonly WeightedPayer[], participantId: string): WeightedPayer[] {
  return sharers.filter((each) => each.participantId !== participantId);
}
