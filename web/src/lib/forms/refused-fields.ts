/** Maps the details of a refusal to the fields of a form. */

import { isApiError } from '../api/api-error.ts';
import { shop } from '../shop/shop.svelte.ts';
import { fieldWords, wordsWithoutField } from './field-words.ts';

/** Problems in words, by field name: the path in the request, such as `contact.email`. */
export type Problems = Readonly<Record<string, string | undefined>>;

/** Returns whether there is any problem. */
export function hasProblems(problems: Problems): boolean {
  return Object.values(problems).some((problem) => problem !== undefined);
}

/**
 * Returns the problems of the named fields, in page order. `isAllTold` is false if an issue belongs to none of them,
 * and for every other error: then show `rest`, if there is one, or the error's sentence.
 */
export function readRefusal(
  error: unknown,
  names: readonly string[],
): { readonly problems: Problems; readonly isAllTold: boolean; readonly rest?: string | undefined } {
  const issues = isApiError(error) ? issuesOf(error.details) : [];
  const problems: Record<string, string> = {};
  let isAllTold = issues.length > 0;
  let rest: string | undefined;
  for (const issue of issues) {
    const name = fieldAt(issue.path.join('.'), names);
    if (name === undefined) {
      isAllTold = false;
      rest ??= wordsWithoutField(issue, { currency: shop.currency });
    } else problems[name] ??= fieldWords(issue, { currency: shop.currency });
  }
  return { problems, isAllTold, ...(rest !== undefined && { rest }) };
}

/** Returns the issues of a refusal that name a field. */
function issuesOf(details: unknown): { readonly path: readonly unknown[] }[] {
  if (!Array.isArray(details)) return [];
  return (details as { path?: unknown }[]).filter((issue): issue is { path: unknown[] } =>
    Array.isArray(issue?.path),
  );
}

/** Returns the field for a path: an exact match, the first one inside it, or the one that contains it. */
function fieldAt(path: string, names: readonly string[]): string | undefined {
  return (
    names.find((name) => name === path) ??
    names.find((name) => name.startsWith(`${path}.`)) ??
    names.find((name) => path.startsWith(`${name}.`))
  );
}
