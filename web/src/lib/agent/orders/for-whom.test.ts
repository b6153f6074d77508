import { expect, it } from 'vitest';
import { forWhom } from './for-whom.ts';

const people = ['Ada', 'Ben', 'Cy', 'Dee'].map((name) => ({ id: name[0]!, name }));

it('names all who share a line, and no more than staff can read at a glance', () => {
  const line = (participantId: string, ...sharedBetween: string[]) => ({ participantId, sharedBetween });
  expect(forWhom(line('A', 'A'), people)).toBe('For Ada');
  expect(forWhom(line('A', 'C', 'A', 'B'), people)).toBe('For Ada, Ben, Cy');
  expect(forWhom(line('A', 'A', 'B', 'C', 'D'), people)).toBe('For everyone');
  // Ordered for somebody else.
  expect(forWhom(line('A', 'B'), people)).toBe('For Ben');
  expect(forWhom(line('A'), people)).toBe('For Ada');
  expect(forWhom(line('A', 'A'), people.slice(0, 1))).toBeUndefined();
});
