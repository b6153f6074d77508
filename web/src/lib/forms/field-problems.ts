/** Problems of typed input, in words; undefined if valid. The contract has the same rules. */

import * as m from '#messages';
import { readMailAddress } from '#domain/mail-address.ts';
import { cleanLine, hasControls, isWellFormed, showsSomething } from '#domain/text.ts';

export function nameProblem(name: string): string | undefined {
  return lineProblem(name, m.field.nameEmpty());
}

/** A required line, with its message. */
export function lineProblem(typed: string, empty: string): string | undefined {
  if (!showsSomething(cleanLine(typed))) return empty;
  return hasControls(typed.trim()) || !isWellFormed(typed) ? m.field.oddCharacter() : undefined;
}

export function emailProblem(email: string, empty = m.field.emailEmpty()): string | undefined {
  if (!showsSomething(cleanLine(email))) return empty;
  return readMailAddress(email) === undefined ? m.field.emailOdd() : undefined;
}

export function passwordProblem(password: string): string | undefined {
  return password.length >= 8 ? undefined : m.field.passwordShort();
}
