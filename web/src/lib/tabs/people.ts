/** The people of a tab, as its page shows them. */

import type { Tab, TabParticipant, TabViewer } from '#domain/contract/tabs.ts';
import { withoutIsolates } from '#domain/isolate.ts';

export interface Person extends TabParticipant {
  readonly initials: string;
  /** Hers in the list of all who ever joined: it gives her color. */
  readonly place: number;
  readonly isSelf: boolean;
  readonly isHost: boolean;
  readonly isChoosing: boolean;
}

/** Returns the people who are in a tab now, in the order in which they came. */
export function peopleIn(
  tab: Tab,
  viewer: TabViewer | null,
  { here, choosing }: { readonly here: ReadonlySet<string>; readonly choosing: ReadonlySet<string> },
): Person[] {
  return tab.participants.flatMap((one, place): Person[] =>
    one.hasLeft
      ? []
      : [
          {
            ...one,
            initials: initialsOf(one.name),
            place,
            isSelf: one.id === viewer?.participantId,
            isHost: one.id === tab.host,
            isHere: here.has(one.id),
            isChoosing: choosing.has(one.id),
          },
        ],
  );
}

/** Returns one or two letters for a name: `AL` for Ada Lovelace, `M2` for the second Mia. */
export function initialsOf(name: string): string {
  const words = withoutIsolates(name).trim().split(/\s+/);
  const first = firstLetter(words[0] ?? '');
  const last = words.length > 1 ? firstLetter(words.at(-1) ?? '') : '';
  return (first + last).toLocaleUpperCase();
}

/** The first character as people count them: an emoji of several code points is one. */
function firstLetter(word: string): string {
  const Segmenter: typeof Intl.Segmenter | undefined = Intl.Segmenter;
  if (!Segmenter) return Array.from(word)[0] ?? '';
  const [first] = new Segmenter(undefined, { granularity: 'grapheme' }).segment(word);
  return first?.segment ?? '';
}
