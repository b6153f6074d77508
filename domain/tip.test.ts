import { expect, test } from 'vitest';
import { highestTip, isUnusualTip } from './tip.ts';

test('a tip is at most the bill once more, or what the shop takes on any bill', () => {
  expect(highestTip(290, 10_000)).toBe(10_000);
  expect(highestTip(45_000, 10_000)).toBe(45_000);
  expect(highestTip(0, 0)).toBe(0);
});

test('a tip above half of its bill is asked about, half of it is not', () => {
  expect(isUnusualTip(145, 290)).toBe(false);
  expect(isUnusualTip(146, 290)).toBe(true);
  expect(isUnusualTip(0, 0)).toBe(false);
  expect(isUnusualTip(1, 0)).toBe(true);
});
