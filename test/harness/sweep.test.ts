import { expect, test } from 'vitest';
import { pickSome } from './sweep.ts';

const CASES = ['a1', 'a2', 'a3', 'b1', 'b2', 'b3', 'c1'];
const marksOf = (name: string) => [`letter ${name[0]}`, `digit ${name[1]}`];

test('some of a sweep have every mark, by a seed; every case of it is among those of some seed, and all can be asked for', () => {
  const every = new Set(CASES.flatMap(marksOf));
  const bySeed = Array.from({ length: 40 }, (_, seed) => pickSome(CASES, String(seed), marksOf));
  for (const picked of bySeed) {
    expect(new Set(picked.flatMap(marksOf))).toEqual(every);
    expect(picked).toEqual(CASES.filter((one) => picked.includes(one)));
  }
  expect(new Set(bySeed.flat())).toEqual(new Set(CASES));
  expect(Math.min(...bySeed.map(({ length }) => length))).toBeLessThan(CASES.length - 2);
  expect(pickSome(CASES, '7', marksOf)).toEqual(pickSome(CASES, '7', marksOf));
  expect(pickSome(CASES, 'all', marksOf)).toEqual(CASES);
});
