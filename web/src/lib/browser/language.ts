/** The language of the page. It is built in: another language is another page. */

import { LANGUAGE_COOKIE } from '#messages/language-cookie.ts';
import { LANGUAGES, STAFF_LANGUAGES, type Language } from '#messages/compiled/languages.ts';

declare const __LANGUAGE__: string;

/** The locale of the page, for Intl. */
export const language = __LANGUAGE__;

/** Whether it is English, in which the API writes. */
export const isEnglish = language.startsWith('en');

/** The same as one of ours; undefined for the pseudo-locale. */
export const pageLanguage = LANGUAGES.find((tag) => tag === language);

/** Languages that a page can be had in, each by its own name: `français`. */
export function languagesOf(path: string): { readonly tag: Language; readonly name: string }[] {
  const tags = /^\/agent(\/|$)/.test(path) ? STAFF_LANGUAGES : LANGUAGES;
  return tags.map((tag) => ({ tag, name: new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag }));
}

/** Whether somebody chose a language in this browser. */
export function hasChosenLanguage(): boolean {
  return document.cookie.split('; ').some((cookie) => cookie.startsWith(`${LANGUAGE_COOKIE}=`));
}

/** Remembers the choice for a year. */
export function keepLanguage(to: Language): void {
  document.cookie = `${LANGUAGE_COOKIE}=${to}; path=/; max-age=31536000; samesite=lax`;
}
