import { expect, test } from 'vitest';
import { difference, mergePhases, ratePerSecond, type Phase } from './phase.ts';

const phase = (over: Partial<Phase>): Phase => ({
  design: 'product',
  atATime: 20,
  count: 10,
  refusals: 0,
  elapsedMs: 1000,
  answer: [1],
  confirmed: [2],
  told: [3],
  board: [],
  processorMs: { api: 5, worker: 10 },
  ...over,
});

test('merges rounds: samples, time and processor time of all', () => {
  const merged = mergePhases([
    phase({}),
    phase({ count: 30, elapsedMs: 1000, answer: [9], processorMs: { api: 1, worker: 2 } }),
  ]);
  expect(merged).toMatchObject({ count: 40, elapsedMs: 2000, answer: [1, 9], confirmed: [2, 2] });
  expect(merged.processorMs).toEqual({ api: 6, worker: 12 });
  expect(ratePerSecond(merged)).toBe(20);
});

test('knows no processor time when one round does not', () => {
  expect(mergePhases([phase({}), phase({ processorMs: undefined })]).processorMs).toBeUndefined();
});

test('tells the processor time between two readings', () => {
  expect(difference({ api: 5 }, { api: 7, worker: 3 })).toEqual({ api: 2, worker: 3 });
  expect(difference(undefined, { api: 7 })).toBeUndefined();
});
