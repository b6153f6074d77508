import { expect, test } from 'vitest';
import { figure, ratio, writeTable } from './table.ts';

test('aligns names to the left and figures to the right, also as Markdown', () => {
  const table = writeTable(
    ['measure', 'orders/s', 'p50'],
    [
      ['product', '21.4', '8'],
      ['floor', '43.0', '1240'],
    ],
  );
  expect(table.split('\n')).toEqual([
    '| measure | orders/s |  p50 |',
    '| ------- | -------: | ---: |',
    '| product |     21.4 |    8 |',
    '| floor   |     43.0 | 1240 |',
  ]);
});

test('fills rows that are shorter than the head', () => {
  expect(writeTable(['a', 'b'], [['x']]).split('\n')[2]).toBe('| x   |     |');
});

test('gives small figures digits, and large ones none', () => {
  expect([0.426, 8.66, 154.4, 0].map(figure)).toEqual(['0.43', '8.7', '154', '0.00']);
});

test('shows a dash where there is no figure', () => {
  expect([figure(undefined), figure(Number.NaN), ratio(3, undefined), ratio(1, 0)]).toEqual([
    '–',
    '–',
    '–',
    '–',
  ]);
});

test('shows one figure as a multiple of another', () => {
  expect(ratio(21.4, 10)).toBe('×2.14');
});
