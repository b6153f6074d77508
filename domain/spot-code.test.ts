import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { readSpotCode, showSpotCode, SPOT_CODE_LENGTH, spotCodeOf } from './spot-code.ts';
import { JOIN_CODE_ALPHABET } from './tab.ts';

test('a code has 60 bits, is found again however it is typed, and never has characters that are mixed up', () => {
  expect(SPOT_CODE_LENGTH * Math.log2(JOIN_CODE_ALPHABET.length)).toBe(60);
  for (let times = 0; times < 200; times += 1) {
    const code = spotCodeOf(randomBytes(SPOT_CODE_LENGTH));
    expect(code).not.toMatch(/[IO01]/);
    const shown = showSpotCode(code);
    expect(shown).toMatch(/^\w{4}-\w{4}-\w{4}$/);
    for (const typed of [code, shown, shown.toLowerCase(), ` ${shown.replaceAll('-', ' ')} `])
      expect(readSpotCode(typed)).toBe(code);
  }
});

test('each byte counts alike: all characters are equally likely', () => {
  const counts = new Map<string, number>();
  for (let byte = 0; byte < 256; byte += 1) {
    const [first = ''] = spotCodeOf(new Uint8Array(SPOT_CODE_LENGTH).fill(byte));
    counts.set(first, (counts.get(first) ?? 0) + 1);
  }
  expect(new Set(counts.values())).toEqual(new Set([8]));
});

test('codes of earlier versions stay as they were printed, and anything else is none', () => {
  const before = 'aB3_-xYz0O1Il5wQ7rTuVw';
  expect(readSpotCode(before)).toBe(before);
  expect(showSpotCode(before)).toBe(before);
  for (const odd of ['', 'ABCD', 'ABCD-EFGH-JKL0', 'ABCD-EFGH-JKLMN', 'a'.repeat(64), 'ABCD\u0000EFGHJKLM'])
    expect(readSpotCode(odd)).toBeUndefined();
});
