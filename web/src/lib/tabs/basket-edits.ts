/** A tab's basket as its viewer has changed it, before the API has answered. Pure functions. */

import type { TabLine } from '#domain/contract/basket.ts';
import type { NewLine } from '../api/tabs.ts';
import { findSame, isSameChoice, isSameNote, joinWishes, type LineWish } from './line-wish.ts';

/**
 * What the viewer wants of one line. `sending`: on its way. `unsent`: without an answer, to be sent again. `conflict`:
 * somebody else was faster, and she decides.
 */
export interface LineEdit {
  /** The key of the line on the page. */
  readonly key: string;
  /** The line's id; undefined until a new line was answered. */
  readonly lineId: string | undefined;
  readonly state: 'sending' | 'unsent' | 'conflict';
  /** The version that she has seen. */
  readonly ifVersion: number;
  /** A new line that was not answered yet. */
  readonly added?:
    | {
        readonly body: NewLine;
        readonly idempotencyKey: string;
        readonly line: TabLine;
        readonly onRefused?: (() => void) | undefined;
      }
    | undefined;
  /** Lines that were there when she added hers. */
  readonly before: ReadonlySet<string>;
  /** What is being sent, and what she wished afterwards. */
  readonly inFlight?: LineWish | undefined;
  readonly next?: LineWish | undefined;
  readonly isRemoved: boolean;
  /** A try had no answer: it may have been carried out. */
  readonly isInDoubt?: boolean;
  /** The line as somebody else has left it. */
  readonly theirs?: TabLine | undefined;
}

/** A line as the page shows it. */
export interface ShownLine extends TabLine {
  /** Stays the same from the press of a button on. */
  readonly key: string;
  readonly edit: LineEdit | undefined;
}

/** Returns the edit's whole wish. */
export function wishOf({ inFlight, next }: LineEdit): LineWish | undefined {
  return next ? joinWishes(inFlight, next) : inFlight;
}

/** Whether a wish only adds to a line, which is then right at any quantity of it. */
export function onlyAdds(edit: LineEdit, now: TabLine): boolean {
  const wish = wishOf(edit);
  return (
    wish?.more !== undefined &&
    wish.seen !== undefined &&
    Object.keys(wish.body).join() === 'quantity' &&
    !edit.isInDoubt &&
    !edit.isRemoved &&
    findSame([now], { ...wish.seen, quantity: wish.more }) !== undefined
  );
}

/** Returns the lines with the viewer's edits. `keys` has the keys of lines that she added before. */
export function showLines(
  lines: readonly TabLine[],
  edits: readonly LineEdit[],
  keys: ReadonlyMap<string, string>,
): ShownLine[] {
  const byLine = new Map<string, LineEdit>();
  const waiting: LineEdit[] = [];
  for (const edit of edits) {
    const lineId = edit.lineId ?? findAdded(lines, edit, keys)?.id;
    if (lineId === undefined) waiting.push(edit);
    else byLine.set(lineId, edit);
  }
  return [
    ...lines.flatMap((line): ShownLine[] => {
      const edit = byLine.get(line.id);
      if (edit?.isRemoved && edit.state !== 'conflict') return [];
      return [withEdit(line, edit?.key ?? keys.get(line.id) ?? line.id, edit)];
    }),
    ...waiting.flatMap((edit) =>
      edit.added && !edit.isRemoved ? [withEdit(edit.added.line, edit.key, edit)] : [],
    ),
  ];
}

/** Returns the line that came of an addition: it may be told before the addition is answered. */
export function findAdded(
  lines: readonly TabLine[],
  { added, before }: LineEdit,
  keys: ReadonlyMap<string, string>,
): TabLine | undefined {
  if (!added) return undefined;
  const { line } = added;
  return lines.find(
    (one) =>
      !before.has(one.id) &&
      !keys.has(one.id) &&
      one.participantId === line.participantId &&
      isSameChoice(one, line),
  );
}

/** Whether a line is already as wished: an answer that was lost had carried it out. */
export function isFulfilled(line: TabLine, { body }: LineWish): boolean {
  const { quantity, note, variantId, options, participantId, sharedBetween } = body;
  return (
    (quantity === undefined || quantity === line.quantity) &&
    (note === undefined || isSameNote(note, line.note)) &&
    (variantId === undefined || variantId === line.variantId) &&
    (participantId === undefined || participantId === line.participantId) &&
    (options === undefined ||
      (options.length === line.options.length && line.options.every(({ id }) => options.includes(id)))) &&
    (sharedBetween === undefined || isSameSharing(sharedBetween, line.sharedBetween))
  );
}

function isSameSharing(
  left: readonly { readonly participantId: string; readonly weight?: number | undefined }[],
  right: TabLine['sharedBetween'],
): boolean {
  return (
    left.length === right.length &&
    left.every(({ participantId, weight = 1 }) =>
      right.some((other) => other.participantId === participantId && other.weight === weight),
    )
  );
}

function withEdit(line: TabLine, key: string, edit: LineEdit | undefined): ShownLine {
  if (edit?.state === 'conflict') {
    const { theirs } = edit;
    return { ...(theirs && theirs.version > line.version ? theirs : line), key, edit };
  }
  if (!edit) return { ...line, key, edit };
  const shown = { ...line, ...wishOf(edit)?.shown };
  return { ...shown, amount: shown.unitAmount * shown.quantity, key, edit };
}
