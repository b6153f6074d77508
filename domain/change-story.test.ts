import { expect, test } from 'vitest';
import { storyOf } from './change-story.ts';

const line = (id: string, quantity: number, note: string | null = null, options: string[] = []) => ({
  ...{ id, name: `The ${id}`, quantity, note },
  options: options.map((name) => ({ name })),
});
const table = (label: string) => ({ kind: 'table' as const, label });

test('tells what came, what went and what has another note', () => {
  const lines = [line('tea', 2, 'hot'), line('cake', 3), line('soup', 1, null, ['bread'])];
  const story = storyOf(
    {
      set: [
        { lineId: 'tea', quantity: 3, note: 'no sugar' },
        { lineId: 'cake', quantity: 1 },
        { lineId: 'soup', quantity: 0 },
      ],
      add: [line('pie', 1, 'warm', ['cream'])],
      place: table('7'),
    },
    { lines, place: table('4') },
  );
  expect(story).toEqual({
    came: [
      { lineId: 'tea', name: 'The tea', options: [], quantity: 1, note: 'no sugar' },
      { lineId: 'pie', name: 'The pie', options: ['cream'], quantity: 1, note: 'warm' },
    ],
    went: [
      { lineId: 'cake', name: 'The cake', options: [], quantity: 2, note: null },
      { lineId: null, name: 'The soup', options: ['bread'], quantity: 1, note: null },
    ],
    noted: [{ lineId: 'tea', name: 'The tea', options: [], quantity: 3, note: 'no sugar' }],
    place: { from: table('4'), to: table('7') },
  });
});

test('tells nothing of what stays, or was set to what it was', () => {
  const set = [{ lineId: 'tea', quantity: 2, note: 'hot' }];
  expect(storyOf({ set, add: [] }, { lines: [line('tea', 2, 'hot')], place: null })).toEqual({
    ...{ came: [], went: [], noted: [] },
    place: null,
  });
});
