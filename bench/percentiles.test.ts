import { expect, test } from 'vitest';
import { percentile, spreadOf } from './percentiles.ts';

const hundred = Array.from({ length: 100 }, (_, index) => 100 - index);

test('answers the sample that the given share does not exceed', () => {
  expect(percentile(hundred, 0.5)).toBe(50);
  expect(percentile(hundred, 0.99)).toBe(99);
  expect(percentile(hundred, 1)).toBe(100);
  expect(percentile(hundred, 0)).toBe(1);
});

test('never makes a value up between two samples', () => {
  expect(percentile([10, 20], 0.5)).toBe(10);
  expect(percentile([10, 20], 0.51)).toBe(20);
});

test('takes the only sample for every share, and has none without samples', () => {
  expect(spreadOf([7])).toEqual({ count: 1, p50: 7, p99: 7 });
  expect(spreadOf([])).toEqual({ count: 0, p50: Number.NaN, p99: Number.NaN });
});

test('leaves the samples in their order', () => {
  const samples = [3, 1, 2];
  percentile(samples, 0.5);
  expect(samples).toEqual([3, 1, 2]);
});
