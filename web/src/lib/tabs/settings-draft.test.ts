import { expect, it } from 'vitest';
import { changesIn, draftOf } from './settings-draft.ts';
import { aTab } from './tab-builder.ts';

const tab = aTab({
  ...{ title: '\u2068ארוחה\u2069', deadline: '2026-11-29T12:30:45.000Z', spendingLimit: 500 },
  ...{ place: { kind: 'table', label: '7' }, isLocked: true },
});
const before = draftOf(tab);
const changes = (fields: Partial<typeof before>) => changesIn(before, { ...before, ...fields }, 'eur');

it('sends what she has changed of a tab’s settings, and nothing else', () => {
  expect(changes({})).toEqual({});
  expect(changes({ limit: ' 5 ', title: `${before.title} ` })).toEqual({});
  expect(changes({ limit: '', deadline: '', place: null, title: ' ' })).toEqual({
    ...{ spendingLimit: null, deadline: null, place: null, title: null },
  });
  expect(changes({ limit: '5,50', isLocked: false })).toEqual({ spendingLimit: 550, isLocked: false });
});
