import { expect, test } from 'vitest';
import { handoverOf, PLACE_KINDS } from './place.ts';
import { placeName } from './place-name.ts';

test('a place is called by its kind and label, and by its label alone where that is a word', () => {
  expect(placeName({ kind: 'table', label: '7' })).toBe('Table 7');
  expect(placeName({ kind: 'table', label: 'A4' })).toBe('Table A4');
  expect(placeName({ kind: 'table', label: 'Terrace 2' })).toBe('Terrace 2');
  expect(placeName({ kind: 'lane', label: '3' })).toBe('Lane 3');
  expect(placeName({ kind: 'pickup', label: '', name: 'Ada' })).toBe('Pick-up: Ada');
  expect(placeName({ kind: 'pickup', label: 'Bar', name: 'Ada' })).toBe('Bar: Ada');
  expect(placeName({ kind: 'other', label: 'by the 2' })).toBe('by the 2');
});

test('the handover comes from the kind, and from no word', () => {
  const told = (label: string) => PLACE_KINDS.map((kind) => handoverOf({ kind, label } as never));
  expect(told('Pick-up: Ada')).toEqual(told('Table 7'));
  expect(told('7')).toEqual(['brought', 'brought', 'collected', 'untold']);
  expect(handoverOf(null)).toBe('collected');
});
