import { expect, test } from 'vitest';
import { filterAddress, readFilter, searchOf } from './order-filters.ts';

test('a filter survives being an address', () => {
  for (const filter of [
    { show: 'board', q: 'lane 7' },
    { show: 'all', q: '' },
    { show: 'attention', q: '#42&x=1' },
  ] as const) {
    const { searchParams } = new URL(filterAddress(filter), 'http://localhost');
    expect(readFilter(searchParams)).toEqual(filter);
  }
});

test('an unknown filter shows all', () => {
  expect(readFilter(new URLSearchParams('show=everything'))).toEqual({ show: 'all', q: '' });
});

test('filters ask for statuses, or for what needs a person or money', () => {
  expect(searchOf({ show: 'to-pay', q: '4F2A' })).toEqual({ q: '4F2A', toPay: true });
  expect(searchOf({ show: 'ended', q: '' })).toEqual({
    q: '',
    statuses: ['canceled', 'expired', 'rejected'],
  });
  expect(searchOf({ show: 'attention', q: 'ada' })).toEqual({ q: 'ada', attention: true });
  expect(searchOf({ show: 'all', q: '' })).toEqual({ q: '' });
});
