import { expect, test } from 'vitest';
import { parseStat, readProcessorTimes, sumTree } from './processor-time.ts';

test('reads parent and times, whatever the program is called', () => {
  const line = '71 (postgres: io) worker) S 42 71 71 0 -1 4194560 100 0 0 0 12 3 200 50 20 0 11 0 9000 1 1';
  expect(parseStat(line)).toEqual({ parent: 42, own: 150, ended: 2500 });
});

test('adds up a process, its living descendants and those that ended', () => {
  const processes = new Map([
    [1, { parent: 0, own: 1, ended: 10_000 }],
    [2, { parent: 1, own: 10, ended: 100 }],
    [3, { parent: 2, own: 20, ended: 0 }],
    [4, { parent: 3, own: 5, ended: 1 }],
    [5, { parent: 1, own: 999, ended: 0 }],
  ]);
  expect(sumTree(processes, 2)).toBe(136);
  expect(sumTree(processes, 77)).toBe(0);
});

test('sees the time that this process uses, and says so where it cannot', () => {
  const before = readProcessorTimes({ me: process.pid });
  if (process.platform !== 'linux') {
    expect(before).toBeUndefined();
    return;
  }
  const until = performance.now() + 60;
  while (performance.now() < until);
  expect(readProcessorTimes({ me: process.pid })!['me']).toBeGreaterThan(before!['me']!);
});
