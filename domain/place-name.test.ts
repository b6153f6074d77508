import { expect, test } from 'vitest';
import { handoverOf, PLACE_KINDS } from './place.ts';
import { placeName } from './place-name.ts';

test('a place is called by its kind and label, and by its label alone where that is a word', () => {
  expect(placeName({ label: '7' }, 'Table')).toBe('Table 7');
  expect(placeName({ label: 'A4' }, 'Tisch')).toBe('Tisch A4');
  expect(placeName({ label: 'Terrace 2' }, 'Table')).toBe('Terrace 2');
  expect(placeName({ label: '3' }, 'Lane')).toBe('Lane 3');
  expect(placeName({ label: '', name: 'Ada' }, 'Pick-up')).toBe('Pick-up: Ada');
  expect(placeName({ label: 'Bar', name: 'Ada' }, 'Pick-up')).toBe('Bar: Ada');
  expect(placeName({ label: 'by the 2' }, '')).toBe('by the 2');
});

test('the handover comes from the kind, and from no word', () => {
  const told = (label: string) => PLACE_KINDS.map((kind) => handoverOf({ kind, label } as never));
  expect(told('Pick-up: Ada')).toEqual(told('Table 7'));
  expect(told('7')).toEqual(['brought', 'brought', 'collected', 'untold']);
  expect(handoverOf(null)).toBe('collected');
});
