/** Which of our languages somebody reads in. */

import Negotiator from 'negotiator';
import { LANGUAGES, type Language } from './compiled/languages.ts';

export interface Wishes {
  /** What the cookie holds; undefined where nothing was chosen. */
  readonly cookie: string | undefined;
  /** The browser's `Accept-Language`. */
  readonly accepted: string;
}

/**
 * Returns the language that was chosen, else the one of ours that the browser likes best, else the first of ours.
 * `fr-CA` is content with `fr`.
 */
export function chooseLanguage<Tag extends string>(
  languages: readonly Tag[],
  { cookie, accepted }: Wishes,
): Tag {
  const chosen = languages.find((language) => language === cookie);
  const liked = () => new Negotiator({ headers: { 'accept-language': accepted } }).language([...languages]);
  return chosen ?? (liked() as Tag | undefined) ?? languages[0]!;
}

/** A language as it was written down, if we still have it; else English. */
export function knownLanguage(tag: string | null | undefined): Language {
  return LANGUAGES.find((language) => language === tag) ?? LANGUAGES[0];
}
