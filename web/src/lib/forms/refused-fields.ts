/** Maps the details of a refusal to the fields of a form. */

import * as m from '#messages';
import { isRefusedSentence } from '#domain/contract/refused.ts';
import { isApiError, sentenceFor } from '../api/api-error.ts';
import { isEnglish } from '../browser/language.ts';

/** Problems in words, by field name: the path in the request, such as `contact.email`. */
export type Problems = Readonly<Record<string, string | undefined>>;

interface Issue {
  readonly path: string;
  readonly message: string;
}

/** Returns whether there is any problem. */
export function hasProblems(problems: Problems): boolean {
  return Object.values(problems).some((problem) => problem !== undefined);
}

/**
 * Returns the problems of the named fields, in page order. `isAllTold` is false if an issue belongs to none of them,
 * and for every other error: then show the error's sentence.
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

/** Returns the issues of a refusal; for a single issue, the error's longer sentence replaces its text. */
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

/** Returns the field for a path: an exact match, the first one inside it, or the one that contains it. */
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
