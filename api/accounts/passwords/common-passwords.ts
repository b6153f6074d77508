/** Which passwords are refused because they are the first ones that are tried. */

import { dictionary } from '@zxcvbn-ts/language-common';

/** The 49,000 that lists of leaked ones have most often; letter case makes none of them better. */
const common = new Set(dictionary['passwords-common']);
/** What somebody tries first here. */
const OURS = ['sharetab', 'password'];

/**
 * Whether a password is one of the common ones, one with a few digits or signs after it, one character or a short
 * piece over and over, a run of neighbors, or made of who signs up and where.
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

/** abcdefgh, 87654321: each character next to the one before it, all the way in one direction. */
function isRun(text: string): boolean {
  const codes = Array.from(text, (character) => character.codePointAt(0)!);
  const steps = codes.slice(1).map((code, index) => code - codes[index]!);
  return [1, -1].some((direction) => steps.every((step) => step === direction));
}

/** Whether nothing is left but a few digits and signs when the names are taken out. */
function isNothingBut(text: string, names: readonly string[]): boolean {
  const rest = names
    .toSorted((left, right) => right.length - left.length)
    .reduce((left, name) => left.replaceAll(name, ''), text);
  return rest.length < text.length && rest.replaceAll(/[^\p{L}]/gu, '') === '' && rest.length <= 4;
}
