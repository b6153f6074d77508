import { expect, test } from 'vitest';
import { readFlags } from './flags.ts';

test('measures both designs, alone and twenty at a time, unless told otherwise', () => {
  expect(readFlags([])).toMatchObject({ alone: 100, together: 600, atATime: 20, rounds: 3 });
  expect([...readFlags([]).designs]).toEqual(['product', 'floor']);
});

test('takes counts and designs', () => {
  const flags = readFlags(['--alone', '10', '--board=0', '--only', 'floor', '--only', 'product']);
  expect(flags).toMatchObject({ alone: 10, board: 0 });
  expect([...flags.designs]).toEqual(['floor', 'product']);
});

test.each([['--rounds=0'], ['--alone=many'], ['--together=1.5'], ['--only=ceiling'], ['--fast']])(
  'refuses %s',
  (flag) => {
    expect(() => readFlags([flag])).toThrow();
  },
);
