import { expect, test } from 'vitest';
import { buildOrder } from '../orders/order-builder.ts';
import { newsOf } from './news.ts';

const nothing = { orders: new Map(), arrived: [], left: [] };

test('one new order is named, several are counted', () => {
  expect(newsOf({ ...nothing, arrived: [buildOrder(42, { place: { kind: 'lane', label: '7' } })] })).toBe(
    'New order 42, Lane 7.',
  );
  expect(newsOf({ ...nothing, arrived: [buildOrder(42, { place: null })] })).toBe('New order 42.');
  expect(newsOf({ ...nothing, arrived: [buildOrder(1), buildOrder(2)] })).toBe('2 new orders.');
});

test('an order that is canceled is told of, one that was handed over is not', () => {
  const left = [buildOrder(1, { status: 'completed' }), buildOrder(2, { status: 'canceled', place: null })];
  expect(newsOf({ ...nothing, left })).toBe('Canceled: order 2.');
  expect(newsOf(nothing)).toBe('');
});
