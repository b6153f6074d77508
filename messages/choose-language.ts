/** Language negotiation between a reader's preferences and the languages we have. */

import Negotiator from 'negotiator';
import { LANGUAGES, type Language } from './compiled/languages.ts';

export interface Wishes {
  /** Value of the language cookie; undefined if the reader has not chosen a language. */
  readonly cookie: string | undefined;
  /** The browser's `Accept-Language`. */
  readonly accepted: string;
}

/**
 * Returns the chosen language, else the browser's most preferred one that we have, else our first.
 * `fr-CA` matches `fr`.
 */
export function chooseLanguage<Tag extends string>(
  languages: readonly Tag[],
  { cookie, accepted }: Wishes,
): Tag {
  const chosen = languages.find((language) => language === cookie);
  const liked = () => new Negotiator({ headers: { 'accept-language': accepted } }).language([...languages]);
  return chosen ?? (liked() as Tag | undefined) ?? languages[0]!;
}

/** Returns the stored language if we still have it, else English. */
export function knownLanguage(tag: string | null | undefined): Language {
  return LANGUAGES.find((language) => language === tag) ?? LANGUAGES[0];
}
