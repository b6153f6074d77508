import { expect, it } from 'vitest';
import { refusedSentence } from '#domain/contract/refused.ts';
import { ApiError } from '../api/api-error.ts';
import { readRefusal } from './refused-fields.ts';

const names = ['place', 'contact.name', 'contact.email', 'variants.0.name'];
const refusal = (details: unknown, sentence = refusedSentence('body')) =>
  readRefusal(new ApiError('invalid_request', sentence, 400, details), names);

it('finds the field, the first within it, or the one that it is within', () => {
  const told = (path: (string | number)[]) => Object.keys(refusal([{ path, message: 'is wrong' }]).problems);
  expect(told(['contact', 'email'])).toEqual(['contact.email']);
  expect(told(['contact'])).toEqual(['contact.name']);
  expect(told(['place', 'number'])).toEqual(['place']);
  expect(told(['variants', 0])).toEqual(['variants.0.name']);
  expect(told(['contacts'])).toEqual([]);
});

it('says the first of each field in words, and what belongs to no field not at all', () => {
  const two = [
    { path: ['place'], message: 'must not be empty' },
    { path: ['place'], message: 'is odd' },
    { path: ['contact', 'name'], message: 'is odd' },
  ];
  expect(refusal(two)).toEqual({
    problems: { place: 'Must not be empty.', 'contact.name': 'Is odd.' },
    isAllTold: true,
  });
  expect(refusal([...two, { path: ['lines', 0, 'note'], message: 'is odd' }]).isAllTold).toBe(false);
});

it('takes the sentence that was written for the only field', () => {
  const sentence = 'There is an account with this mail address already: sign in instead.';
  const details = { reason: 'USER_ALREADY_EXISTS', path: ['contact', 'email'] };
  expect(refusal(details, sentence).problems).toEqual({ 'contact.email': sentence });
});

it('leaves every other error to its sentence', () => {
  for (const details of [undefined, 'x', [], [null], [{ path: 'place' }], { reason: 'x' }])
    expect(refusal(details)).toEqual({ problems: {}, isAllTold: false });
  expect(readRefusal(new Error('a bug'), names)).toEqual({ problems: {}, isAllTold: false });
});
