/** The language of the page. It is built in: another language is another page. */

import { LANGUAGE_COOKIE } from '#messages/language-cookie.ts';
import { LANGUAGES, STAFF_LANGUAGES, type Language } from '#messages/compiled/languages.ts';

declare const __LANGUAGE__: string;

/** The locale of the page, for Intl. */
export const language = __LANGUAGE__;

/** The same as one of ours; undefined for the pseudo-locale. */
export const pageLanguage = LANGUAGES.find((tag) => tag === language);

/** Languages that a page can be had in, each by its own name: `français`. */
export function languagesOf(path: string): { readonly tag: Language; readonly name: string }[] {
  return tagsOf(path).map((tag) => ({
    tag,
    name: new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag,
  }));
}

const isForStaff = (path: string): boolean => /^\/agent(\/|$)/.test(path);
const tagsOf = (path: string): readonly Language[] => (isForStaff(path) ? STAFF_LANGUAGES : LANGUAGES);

/**
 * Whether the way from one page to another leads between guests' and staff pages, and to another language: staff pages
 * come in fewer. Such a page must be loaded from the server, which chooses its language.
 */
export function isInAnotherLanguage(from: string, to: string): boolean {
  if (isForStaff(from) === isForStaff(to) || pageLanguage === undefined) return false;
  const tags = tagsOf(to);
  const liked = [chosenLanguage(), ...navigator.languages.map((tag) => tag.split('-')[0])];
  const next = liked.find((wish) => tags.some((tag) => tag === wish)) ?? tags[0];
  return next !== pageLanguage;
}

/** Whether somebody chose a language in this browser. */
export function hasChosenLanguage(): boolean {
  return chosenLanguage() !== undefined;
}

function chosenLanguage(): string | undefined {
  const cookies = document.cookie.split('; ').map((cookie) => cookie.split('='));
  return cookies.find(([name]) => name === LANGUAGE_COOKIE)?.[1];
}

/** Remembers the choice for a year. */
export function keepLanguage(to: Language): void {
  document.cookie = `${LANGUAGE_COOKIE}=${to}; path=/; max-age=31536000; samesite=lax`;
}
