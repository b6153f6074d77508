/** What the viewer wants a line of a tab's basket to become. Pure functions. */

import type { TabLine } from '#domain/contract/basket.ts';
import { LIMITS } from '#domain/limits.ts';
import { cleanLine } from '#domain/text.ts';
import type { LineChange } from '../api/tabs.ts';

/** What a line is to become: for the API, and as the page shows it meanwhile. */
export interface LineWish {
  readonly body: LineChange;
  readonly shown: Partial<TabLine>;
  /** If she added the same once more: how many, so that they can be added to whatever the line is by then. */
  readonly more?: number | undefined;
  /** The line to which she added, as she saw it. */
  readonly seen?: TabLine | undefined;
  /** Called if the API refuses it. */
  readonly onRefused?: (() => void) | undefined;
}

/** Returns one wish that has the effect of both. */
export function joinWishes(first: LineWish | undefined, second: LineWish): LineWish {
  return {
    body: { ...first?.body, ...second.body },
    shown: { ...first?.shown, ...second.shown },
    more: moreOfBoth(first, second),
    seen: first?.seen ?? second.seen,
    onRefused: () => {
      first?.onRefused?.();
      second.onRefused?.();
    },
  };
}

/** A quantity that she typed is what she wants; what she added adds up. */
function moreOfBoth(first: LineWish | undefined, second: LineWish): number | undefined {
  if (second.body.quantity === undefined) return first?.more;
  if (second.more === undefined || first?.body.quantity === undefined) return second.more;
  return first.more === undefined ? undefined : first.more + second.more;
}

/** A line that the API has not named yet. */
export type NewTabLine = Omit<TabLine, 'id' | 'version'>;

/** Returns the line to which `line` adds its quantity, as in a cart: the same, of the same person, for her alone. */
export function findSame<Line extends NewTabLine>(
  lines: readonly Line[],
  line: NewTabLine,
): Line | undefined {
  return lines.find(
    (one) =>
      one.participantId === line.participantId &&
      isSameChoice(one, line) &&
      isForOwnerAlone(one) &&
      isForOwnerAlone(line) &&
      one.quantity + line.quantity <= LIMITS.quantityPerLine,
  );
}

/** Whether nobody but its owner pays a line. */
export function isForOwnerAlone({
  participantId,
  sharedBetween,
}: Pick<TabLine, 'participantId' | 'sharedBetween'>): boolean {
  return sharedBetween.length === 1 && sharedBetween[0]?.participantId === participantId;
}

/** Returns the wish for `count` more of a line. */
export function wishForMore(line: TabLine, count: number, onRefused?: () => void): LineWish {
  const quantity = line.quantity + count;
  return { body: { quantity }, shown: { quantity }, more: count, seen: line, onRefused };
}

type Choice = Pick<TabLine, 'variantId' | 'note' | 'options'>;

/** Whether two lines ask for the same. */
export function isSameChoice(left: Choice, right: Choice): boolean {
  return (
    left.variantId === right.variantId &&
    isSameNote(left.note, right.note) &&
    left.options.length === right.options.length &&
    left.options.every(({ id }) => right.options.some((other) => other.id === id))
  );
}

/** Whether two notes are the same: one as she typed it, the other as the API has stored it and this page isolates it. */
export function isSameNote(left: string | null, right: string | null): boolean {
  return cleanLine(left ?? '') === cleanLine(right ?? '');
}
