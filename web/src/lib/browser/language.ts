/** The language of the page. It is built in, and another one is another page: choosing it loads that. */

import { LANGUAGE_COOKIE } from '#messages/language-cookie.ts';
import { LANGUAGES, STAFF_LANGUAGES, type Language } from '#messages/compiled/languages.ts';

declare const __LANGUAGE__: string;

/** What the page is written in, for Intl. */
export const language = __LANGUAGE__;

/** Languages that a page can be had in, each by its own name: `français`. */
export function languagesOf(path: string): { readonly tag: Language; readonly name: string }[] {
  const tags = /^\/agent(\/|$)/.test(path) ? STAFF_LANGUAGES : LANGUAGES;
  return tags.map((tag) => ({ tag, name: new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag }));
}

/** Remembers the choice for a year, and loads this page in that language. */
export function switchLanguage(to: Language): void {
  document.cookie = `${LANGUAGE_COOKIE}=${to}; path=/; max-age=31536000; samesite=lax`;
  location.reload();
}
