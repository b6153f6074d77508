import { isApiError } from '../api/api-error.ts';
import { request } from '../api/request.ts';
import { hasChosenLanguage, keepLanguage, language, pageLanguage } from '../browser/language.ts';
import { session } from './session.svelte.ts';
import type { Language } from '#messages/compiled/languages.ts';

/**
 * Synchronizes the language after signing in: the account stores this page's language if it has none, or if one was
 * chosen in this browser; otherwise the browser takes the account's. Returns whether the next page is in another
 * language and must be loaded anew.
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

/** Loads this page in another language, and uses it for mails from now on. */
export async function chooseLanguage(to: Language): Promise<void> {
  if (session.user) await tellAccount(to);
  keepLanguage(to);
  location.reload();
}

/** Ignores API errors: the page keeps its language, and the next sign-in tries again. */
async function tellAccount(chosen: Language): Promise<void> {
  try {
    await request('PATCH', '/api/me', { body: { language: chosen } });
  } catch (error) {
    if (!isApiError(error)) throw error;
  }
}
