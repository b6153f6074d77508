/** From the details of a refusal to the fields of a form. */

import * as m from '#messages';
import { isRefusedSentence } from '#domain/contract/refused.ts';
import { isApiError, sentenceFor } from '../api/api-error.ts';
import { isEnglish } from '../browser/language.ts';

/** What is wrong, in words, by the name of the field: its path in the request, such as `contact.email`. */
export type Problems = Readonly<Record<string, string | undefined>>;

interface Issue {
  readonly path: string;
  readonly message: string;
}

/** Whether anything is wrong. */
export function hasProblems(problems: Problems): boolean {
  return Object.values(problems).some((problem) => problem !== undefined);
}

/**
 * What a refusal says of the fields with these names, in their order on the page. What belongs to none of them is not
 * told here: then, and for every other error, `isAllTold` is false and the error's sentence is to be shown.
 */
export function readRefusal(
  error: unknown,
  names: readonly string[],
): { readonly problems: Problems; readonly isAllTold: boolean } {
  const issues = isApiError(error)
    ? issuesOf(error.details, isRefusedSentence(error.message) ? error.message : sentenceFor(error))
    : [];
  const problems: Record<string, string> = {};
  let isAllTold = issues.length > 0;
  for (const { path, message } of issues) {
    const name = fieldAt(path, names);
    if (name === undefined) isAllTold = false;
    else problems[name] ??= message;
  }
  return { problems, isAllTold };
}

/** The issues of a refusal; a sentence that was written for the only one takes the place of its few words. */
function issuesOf(details: unknown, sentence: string): Issue[] {
  const given: unknown[] = Array.isArray(details) ? details : [details];
  const issues = given.flatMap((issue) => {
    if (typeof issue !== 'object' || issue === null) return [];
    const { path, message } = issue as { path?: unknown; message?: unknown };
    if (!Array.isArray(path)) return [];
    return [{ path: path.join('.'), message: typeof message === 'string' ? fieldWords(message) : sentence }];
  });
  const [only, another] = issues;
  return only && !another && !isRefusedSentence(sentence) ? [{ ...only, message: sentence }] : issues;
}

/** The field that a path means: its own, the first within it, or the one that it is within. */
function fieldAt(path: string, names: readonly string[]): string | undefined {
  return (
    names.find((name) => name === path) ??
    names.find((name) => name.startsWith(`${path}.`)) ??
    names.find((name) => path.startsWith(`${name}.`))
  );
}

/** What the API says of a field, which it says in English. */
function fieldWords(message: string): string {
  return isEnglish ? asSentence(message) : m.field.refused();
}

/** `must not be empty` as it stands under a field. */
export function asSentence(words: string): string {
  const capital = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?…]$/.test(capital) ? capital : `${capital}.`;
}
