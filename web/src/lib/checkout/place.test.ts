import { expect, it } from 'vitest';
import { placeProblem, placeInput } from './place.ts';

it('writes the place as an order takes it', () => {
  expect(placeInput({ kind: 'table', detail: ' 7 ' })).toEqual({ kind: 'table', label: '7' });
  expect(placeInput({ kind: 'pickup', detail: 'Ada' })).toEqual({ kind: 'pickup', name: 'Ada' });
});

it('says what is missing', () => {
  expect(placeProblem({ kind: 'table', detail: '' })).toBe('Which table are you at?');
  expect(placeProblem({ kind: 'lane', detail: 'seven' })).toBe('A lane has a number from 1 to 999.');
  expect(placeProblem({ kind: 'pickup', detail: ' ' })).toBe('Under which name shall we call you?');
  expect(placeProblem({ kind: 'table', detail: '12' })).toBeUndefined();
});
