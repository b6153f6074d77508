import { expect, it } from 'vitest';
import type { Spot } from '#domain/contract/places.ts';
import { draftOfSpot, kindsOf, NO_PLACE, placeInput, placeProblems, settleDraft } from './place.ts';

const spot = (kind: Spot['kind'], label: string): Spot => ({
  id: `${kind}-${label}`,
  kind,
  label,
  area: null,
});
const a4 = spot('table', 'A4');
const bar = spot('pickup', 'Bar');

it('sends a spot by its id, and else what was typed', () => {
  expect(placeInput(draftOfSpot(a4))).toEqual({ spotId: 'table-A4' });
  expect(placeInput({ ...draftOfSpot(bar), name: ' Ada ' })).toEqual({ spotId: 'pickup-Bar', name: 'Ada' });
  expect(placeInput({ ...NO_PLACE, label: ' 7 ' })).toEqual({ kind: 'table', label: '7' });
  expect(placeInput({ ...NO_PLACE, kind: 'pickup', name: 'Ada' })).toEqual({ kind: 'pickup', name: 'Ada' });
});

it('offers what the shop has, and all kinds where it has no spots', () => {
  const spots = [bar, a4, spot('table', 'A5')];
  expect(kindsOf([], true)).toEqual(['table', 'lane', 'pickup']);
  expect(kindsOf(spots, false)).toEqual(['table', 'pickup']);
  // Where the shop accepts typed places, a guest may be elsewhere.
  expect(kindsOf(spots, true)).toEqual(['table', 'pickup', 'other']);
  expect(placeInput({ ...NO_PLACE, kind: 'other', label: ' by the tree ' })).toEqual({
    kind: 'other',
    label: 'by the tree',
  });
});

it('keeps a chosen spot only while it is in use, and chooses the only one of a kind', () => {
  const spots = [a4, spot('table', 'A5'), bar];
  expect(settleDraft(draftOfSpot(a4), spots, false).spot).toBe(a4);
  expect(settleDraft(draftOfSpot(a4), spots.slice(1, 2), false).spot?.label).toBe('A5');
  expect(settleDraft(draftOfSpot(spot('table', 'gone')), spots, false).spot).toBeUndefined();
  expect(settleDraft({ ...NO_PLACE, kind: 'pickup' }, spots, false).spot).toBe(bar);
  expect(settleDraft({ ...NO_PLACE, kind: 'lane' }, [bar], false)).toMatchObject({
    kind: 'pickup',
    spot: bar,
  });
});

it('says what is missing', () => {
  const told = (draft: typeof NO_PLACE, isChosen: boolean) =>
    Object.values(placeProblems(draft, isChosen)).filter(Boolean);
  expect(told(NO_PLACE, false)).toEqual(['Which table are you at?']);
  expect(told(NO_PLACE, true)).toEqual(['Which table are you at?']);
  expect(told({ ...NO_PLACE, kind: 'lane' }, false)).toEqual(['Which lane are you on?']);
  expect(told({ ...NO_PLACE, kind: 'pickup' }, false)).toEqual(['Under which name shall we call you?']);
  expect(told({ ...NO_PLACE, label: '12' }, false)).toEqual([]);
  expect(told(draftOfSpot(a4), true)).toEqual([]);
});
