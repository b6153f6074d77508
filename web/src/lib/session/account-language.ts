import { isApiError } from '../api/api-error.ts';
import { request } from '../api/request.ts';
import { hasChosenLanguage, keepLanguage, language, pageLanguage } from '../browser/language.ts';
import { session } from './session.svelte.ts';
import type { Language } from '#messages/compiled/languages.ts';

/**
 * After signing in: the account learns the language that was chosen in this browser, or that it has none yet; else
 * the browser takes the account's. Returns whether the next page is in another language, and so to be loaded anew.
 */
export async function agreeOnLanguage(): Promise<boolean> {
  const theirs = session.user?.language;
  if (theirs === undefined || theirs === language) return false;
  if (theirs !== null && !hasChosenLanguage()) {
    keepLanguage(theirs);
    return true;
  }
  if (pageLanguage) await tellAccount(pageLanguage);
  return false;
}

/** Loads this page in another language, in which mails come, too, from now on. */
export async function chooseLanguage(to: Language): Promise<void> {
  if (session.user) await tellAccount(to);
  keepLanguage(to);
  location.reload();
}

/** Without an answer the page is in the language all the same, and the account learns it at the next sign-in. */
async function tellAccount(chosen: Language): Promise<void> {
  try {
    await request('PATCH', '/api/me', { body: { language: chosen } });
  } catch (error) {
    if (!isApiError(error)) throw error;
  }
}
