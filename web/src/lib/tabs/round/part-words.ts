import { sendRound } from '#messages';
import type { RoundPreview } from '../../api/rounds.ts';

export type ExplainedPart = RoundPreview['shares'][number]['parts'][number];

/** The largest whole of which people think in parts: `3 of 20`. Beyond it, a percentage says more. */
const MOST_PARTS = 100;

/** Says what a part of a share is for: `Pizza`, `2 of 3 of Pizza`, `21 % of Pizza`; and for whom, if not for the payer. */
export function partWords(
  { weight, of }: Pick<ExplainedPart, 'weight' | 'of'>,
  what: string,
  forName: string | undefined,
): string {
  const text =
    weight === of
      ? what
      : of <= MOST_PARTS
        ? sendRound.part({ weight, of, what })
        : sendRound.percentOf({ part: Math.round((weight / of) * 1000) / 1000, what });
  return forName === undefined ? text : sendRound.forPerson({ what: text, name: forName });
}
