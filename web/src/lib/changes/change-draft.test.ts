import { expect, it } from 'vitest';
import type { CartLine } from '../cart/cart-line.ts';
import { aProduct, aVariant } from '../menu/builders.ts';
import { aLine, anOrder } from '../orders/an-order.ts';
import {
  amountOf,
  asCartLine,
  draftedLines,
  draftOfPlace,
  isNothing,
  NO_CHANGE,
  wishOf,
  withAdded,
  withAddedChanged,
  withLine,
  withOwnUnits,
} from './change-draft.ts';

const [small, large] = [aVariant({ unitAmount: 400, available: 1 }), aVariant({ unitAmount: 500 })];
const product = aProduct({ variants: [small, large] });
const line = aLine({
  ...{ productId: product.id, variantId: small.id, quantity: 3, refundedQuantity: 1, unitAmount: 350 },
  options: [{ id: 'oat', group: 'Milk', name: 'Oat', amount: 0 }],
  note: '\u2068חם\u2069',
});
const order = anOrder({ lines: [line], place: { kind: 'table', label: '7' } });
const was = asCartLine(line);
const wish = (wanted: Partial<CartLine>) => wishOf(withLine(NO_CHANGE, { ...was, ...wanted }), order);

it('asks for what differs from the order, and for nothing else', () => {
  expect(isNothing(wish({}))).toBe(true);
  expect(was).toMatchObject({ quantity: 2, note: 'חם' });
  // Units that were given back stay on the line.
  expect(wish({ quantity: 1 })).toEqual({ set: [{ lineId: line.id, quantity: 2 }] });
  expect(wish({ quantity: 0 })).toEqual({ set: [{ lineId: line.id, quantity: 1 }] });
  expect(wish({ note: '' })).toEqual({ set: [{ lineId: line.id, note: null }] });
  expect(wish({ options: [], note: 'hot' })).toEqual({
    set: [{ lineId: line.id, options: [], note: 'hot' }],
  });
  expect(wish({ variantId: large.id })).toEqual({
    set: [{ lineId: line.id, variantId: large.id }],
  });
  expect(wishOf(withLine(NO_CHANGE, { ...was, id: 'gone', quantity: 9 }), order)).toEqual({});
});

it('adds up what is added, and removes it again', () => {
  const once = withAdded(NO_CHANGE, { ...was, id: 'a', quantity: 1 });
  const twice = withAdded(once, { ...was, id: 'b', quantity: 2 });
  expect(twice.added).toMatchObject([{ id: 'a', quantity: 3 }]);
  expect(wishOf(twice, order)).toMatchObject({ add: [{ variantId: small.id, quantity: 3 }] });
  expect(isNothing(wishOf(withAddedChanged(twice, 'a', { ...was, quantity: 0 }), order))).toBe(true);
});

it('sends a place only if it is another one', () => {
  const here = draftOfPlace(order.place)!;
  expect(wishOf({ ...NO_CHANGE, place: here }, order)).toEqual({});
  expect(wishOf({ ...NO_CHANGE, place: { ...here, label: '8' } }, order)).toEqual({
    place: { kind: 'table', label: '8' },
  });
  const atSpot = anOrder({ place: { kind: 'lane', label: '3', spotId: 'spot' } });
  expect(wishOf({ ...NO_CHANGE, place: draftOfPlace(atSpot.place) }, atSpot)).toEqual({});
});

it('keeps the price of what stays; what comes in has that of today', () => {
  const amount = (wanted: Partial<CartLine>) => amountOf({ was, wanted: { ...was, ...wanted } }, [product]);
  expect([amount({}), amount({ quantity: 1 }), amount({ quantity: 3 })]).toEqual([700, 350, 700 + 400]);
  expect([amount({ options: [] }), amount({ variantId: large.id })]).toEqual([800, 1000]);
  expect(withOwnUnits(product, was).variants.map(({ available }) => available)).toEqual([3, 10]);
});

it('lists her own lines and those that she shares, without what was given back whole', () => {
  const self = line.participantId;
  const lines = [
    line,
    aLine({ id: 'theirs', participantId: 'other', sharedBetween: ['other'] }),
    aLine({ id: 'shared', participantId: 'other', sharedBetween: ['other', self] }),
    aLine({ id: 'back', refundedQuantity: 1 }),
  ];
  const drafted = draftedLines(anOrder({ lines }), self, withLine(NO_CHANGE, { ...was, quantity: 0 }));
  expect(drafted.map((one) => [one.line.id, one.isChanged])).toEqual([
    [line.id, true],
    ['shared', false],
  ]);
});
