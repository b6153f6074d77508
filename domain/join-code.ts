/** The spoken code of a tab: six characters that are easy to say, to hear and to type. */

import { JOIN_CODE_ALPHABET, JOIN_CODE_LENGTH } from './tab.ts';

const JOIN_CODE = new RegExp(`^[${JOIN_CODE_ALPHABET}]{${JOIN_CODE_LENGTH}}$`);
/** What people type between the characters: spaces and any kind of dash, dots and underscores. */
const BETWEEN = /[\s\p{Pd}._]+/gu;

/** Makes a code out of random bytes, at least one for each character. All codes are equally likely. */
export function joinCodeOf(random: Uint8Array): string {
  if (random.length < JOIN_CODE_LENGTH) throw new RangeError(`a code needs ${JOIN_CODE_LENGTH} bytes`);
  return Array.from(
    random.subarray(0, JOIN_CODE_LENGTH),
    (byte) => JOIN_CODE_ALPHABET[byte % JOIN_CODE_ALPHABET.length],
  ).join('');
}

/** Returns the code that somebody typed, in any case and with spaces or dashes; undefined if it cannot be one. */
export function readJoinCode(typed: string): string | undefined {
  const code = typed
    .normalize('NFKC')
    .replace(BETWEEN, '')
    .replace(/[a-z]/g, (letter) => letter.toUpperCase());
  return JOIN_CODE.test(code) ? code : undefined;
}

/** Returns the code as it is shown and read out: `K7M QXA`. */
export function showJoinCode(code: string): string {
  const half = JOIN_CODE_LENGTH / 2;
  return `${code.slice(0, half)} ${code.slice(half)}`;
}
