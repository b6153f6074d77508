import { expect, it } from 'vitest';
import { ApiError } from '../api/api-error.ts';
import { readRefusal } from './refused-fields.ts';

const names = ['place', 'contact.name', 'contact.email', 'variants.0.name'];
const refusal = (details: unknown) =>
  readRefusal(new ApiError('invalid_request', 'Not so.', 400, details), names);

it('finds the field, the first within it, or the one that it is within', () => {
  const told = (path: (string | number)[]) => Object.keys(refusal([{ path, code: 'required' }]).problems);
  expect(told(['contact', 'email'])).toEqual(['contact.email']);
  expect(told(['contact'])).toEqual(['contact.name']);
  expect(told(['place', 'number'])).toEqual(['place']);
  expect(told(['variants', 0])).toEqual(['variants.0.name']);
  expect(told(['contacts'])).toEqual([]);
});

it('says the first of each field in words, and what belongs to no field not at all', () => {
  const two = [
    { path: ['place'], code: 'empty', message: 'must not be empty' },
    { path: ['place'], code: 'too_long', maximum: 60, message: 'is odd' },
    { path: ['contact', 'name'], code: 'too_long', maximum: 80, message: 'is odd' },
  ];
  expect(refusal(two)).toEqual({
    problems: {
      place: 'Please fill this in.',
      'contact.name': 'This is too long. Please use at most 80 characters.',
    },
    isAllTold: true,
  });
  expect(refusal([...two, { path: ['lines', 0, 'note'], code: 'empty' }]).isAllTold).toBe(false);
});

it('tells what belongs to no field of the page, if that says something alone', () => {
  expect(refusal([{ path: ['lines', 0, 'variantId'], code: 'not_on_menu' }]).rest).toMatch(/on the menu/);
  expect(refusal([{ path: ['lines', 0, 'note'], code: 'required' }]).rest).toBeUndefined();
});

it('leaves every other error to its sentence', () => {
  for (const details of [undefined, 'x', [], [null], [{ path: 'place' }], { reason: 'x' }])
    expect(refusal(details)).toEqual({ problems: {}, isAllTold: false });
  expect(readRefusal(new Error('a bug'), names)).toEqual({ problems: {}, isAllTold: false });
});
