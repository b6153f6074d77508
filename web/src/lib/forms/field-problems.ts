/** What is wrong with what is typed into a field, in words; undefined where nothing is. The contract judges the same. */

import { readMailAddress } from '#domain/mail-address.ts';
import { cleanLine, hasControls, isWellFormed, showsSomething } from '#domain/text.ts';

export function nameProblem(name: string): string | undefined {
  return lineProblem(name, 'What shall we call you?');
}

/** A line that must not be empty, with the words for when it is. */
export function lineProblem(typed: string, empty: string): string | undefined {
  if (!showsSomething(cleanLine(typed))) return empty;
  return hasControls(typed.trim()) || !isWellFormed(typed)
    ? 'It holds a character that cannot be kept. Type it anew, please.'
    : undefined;
}

export function emailProblem(email: string, empty = 'Please give your mail address.'): string | undefined {
  if (!showsSomething(cleanLine(email))) return empty;
  return readMailAddress(email) === undefined
    ? 'Mail cannot be sent to this address. Write it like ada@example.com.'
    : undefined;
}

export function passwordProblem(password: string): string | undefined {
  return password.length >= 8 ? undefined : 'At least 8 characters, please.';
}
