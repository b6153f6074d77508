/** Which of our languages somebody reads in. */

import Negotiator from 'negotiator';

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
export function chooseLanguage<Language extends string>(
  languages: readonly Language[],
  { cookie, accepted }: Wishes,
): Language {
  const chosen = languages.find((language) => language === cookie);
  const liked = () => new Negotiator({ headers: { 'accept-language': accepted } }).language([...languages]);
  return chosen ?? (liked() as Language | undefined) ?? languages[0]!;
}
