/** Refuses passwords that attackers try first. */

import { dictionary } from '@zxcvbn-ts/language-common';

/** The 49,000 most common passwords of public leaks. Letter case is ignored. */
const common = new Set(dictionary['passwords-common']);
/** Words an attacker would try first on this site. */
const OURS = ['sharetab', 'password'];

/**
 * Returns whether a password is easy to guess: a common one, also with a few digits or signs appended, a repeated
 * character or short piece, a sequence of neighbors, or the name of the person or the shop.
 */
export function isCommonPassword(password: string, about: readonly string[] = []): boolean {
  const plain = password.normalize('NFKC').toLowerCase();
  const stem = plain.replace(/[^\p{L}]+$/u, '');
  const isKnown =
    common.has(plain) || (stem.length >= 4 && plain.length - stem.length <= 4 && common.has(stem));
  const names = [...OURS, ...about.flatMap(wordsOf)];
  return isKnown || isRepetition(plain) || isRun(plain) || isNothingBut(plain, names);
}

function wordsOf(text: string): string[] {
  const plain = text.normalize('NFKC').toLowerCase();
  const [local = ''] = plain.split('@');
  return [plain, local, ...plain.split(/[^\p{L}\p{N}]+/u)].filter((word) => word.length >= 3);
}

function isRepetition(text: string): boolean {
  return /^(.{1,3})\1+.{0,2}$/u.test(text) && new Set(text).size <= 3;
}

/** Each character follows the one before it in one direction, as in abcdefgh or 87654321. */
function isRun(text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0)!);
  const steps = codes.slice(1).map((code, index) => code - codes[index]!);
  return [1, -1].some((direction) => steps.every((step) => step === direction));
}

/** Returns whether only a few digits and signs remain when the names are removed. */
function isNothingBut(text: string, names: readonly string[]): boolean {
  const rest = names
    .toSorted((left, right) => right.length - left.length)
    .reduce((left, name) => left.replaceAll(name, ''), text);
  return rest.length < text.length && rest.replaceAll(/[^\p{L}]/gu, '') === '' && rest.length <= 4;
}
