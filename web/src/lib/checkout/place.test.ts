import { expect, it } from 'vitest';
import { placeProblem, placeText } from './place.ts';

it('writes the place as the staff reads it', () => {
  expect(placeText({ kind: 'table', detail: ' 7 ' })).toBe('Table 7');
  expect(placeText({ kind: 'lane', detail: '3' })).toBe('Lane 3');
  expect(placeText({ kind: 'pick-up', detail: 'Ada' })).toBe('Pick-up: Ada');
});

it('keeps within what an order takes', () => {
  expect(placeText({ kind: 'pick-up', detail: 'x'.repeat(200) })).toHaveLength(60);
});

it('says what is missing', () => {
  expect(placeProblem({ kind: 'table', detail: '' })).toBe('Which table are you at?');
  expect(placeProblem({ kind: 'lane', detail: 'seven' })).toBe('A lane has a number from 1 to 999.');
  expect(placeProblem({ kind: 'pick-up', detail: ' ' })).toBe('Under which name shall we call you?');
  expect(placeProblem({ kind: 'table', detail: '12' })).toBeUndefined();
});
