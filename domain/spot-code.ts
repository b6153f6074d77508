/** The permanent code of a spot: printed as a QR, and typed by whoever cannot scan it. */

import { JOIN_CODE_ALPHABET } from './tab.ts';

/** 60 random bits: nobody guesses one, and the QR stays coarse enough for a bad camera. */
export const SPOT_CODE_LENGTH = 12;

const SPOT_CODE = new RegExp(`^[${JOIN_CODE_ALPHABET}]{${SPOT_CODE_LENGTH}}$`);
/** Codes that were printed before had 22 characters of any case, and stay valid. */
const PRINTED_BEFORE = /^[\w-]{22}$/;
const BETWEEN = /[\s\p{Pd}._]+/gu;

/** Makes a code out of random bytes, at least one for each character. All codes are equally likely. */
export function spotCodeOf(random: Uint8Array): string {
  if (random.length < SPOT_CODE_LENGTH) throw new RangeError(`a code needs ${SPOT_CODE_LENGTH} bytes`);
  return Array.from(
    random.subarray(0, SPOT_CODE_LENGTH),
    (byte) => JOIN_CODE_ALPHABET[byte % JOIN_CODE_ALPHABET.length],
  ).join('');
}

/** Returns the code that somebody scanned or typed, with or without dashes; undefined if it cannot be one. */
export function readSpotCode(typed: string): string | undefined {
  if (PRINTED_BEFORE.test(typed)) return typed;
  const code = typed
    .normalize('NFKC')
    .replace(BETWEEN, '')
    .replace(/[a-z]/g, (letter) => letter.toUpperCase());
  return SPOT_CODE.test(code) ? code : undefined;
}

/** Returns the code as it is printed: `ABCD-EFGH-JKLM`. */
export function showSpotCode(code: string): string {
  return code.length === SPOT_CODE_LENGTH ? (code.match(/.{4}/g) ?? []).join('-') : code;
}
