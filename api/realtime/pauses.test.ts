import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createPauses } from './pauses.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('what is heard is seen to at once, then once per pause, whole if any of it was; others do not wait for it', () => {
  const seen: [ids: readonly string[], isWhole: boolean][] = [];
  const pauses = createPauses(100, (ids, isWhole) => seen.push([ids, isWhole]));
  const seenSince = () => seen.splice(0);

  pauses.hear(['a'], false);
  expect(seenSince()).toEqual([[['a'], false]]);
  pauses.hear(['a'], true);
  pauses.hear(['a', 'b'], false);
  expect(seenSince()).toEqual([[['b'], false]]);
  vi.advanceTimersByTime(100);
  expect(seenSince()).toEqual([[['a'], true]]);
  vi.advanceTimersByTime(99);
  pauses.hear(['a'], false);
  vi.advanceTimersByTime(1);
  expect(seenSince()).toEqual([[['a'], false]]);
  pauses.hear(['a'], false);
  pauses.forget('a');
  vi.advanceTimersByTime(1_000);
  expect(seenSince()).toEqual([]);
  pauses.hear(['a'], false);
  expect(seenSince()).toEqual([[['a'], false]]);
  vi.advanceTimersByTime(1_000);
  expect(vi.getTimerCount()).toBe(0);
});
