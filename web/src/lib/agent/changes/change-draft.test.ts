import { expect, test } from 'vitest';
import type { CartLine } from '../../cart/cart-line.ts';
import { aLine, anOrder } from '../../orders/an-order.ts';
import {
  draftOfChoice,
  editedLine,
  isChangeable,
  NO_CHANGE,
  productFor,
  wishOf,
  withQuantity,
  type LineDraft,
} from './change-draft.ts';

const oat = { id: 'oat', group: 'Milk', name: 'Oat milk', amount: 50 };
const latte = aLine({
  ...{ id: 'latte', productId: 'coffee', variantId: 'small', name: 'Latte', options: [oat], quantity: 3 },
  ...{ refundedQuantity: 1, note: 'hot' },
});
const cake = aLine({ id: 'cake', productId: 'sweets', variantId: 'cake', name: 'Cake' });
const order = anOrder({ lines: [latte, cake] });
const wish = (lines: Record<string, LineDraft>) => wishOf(order, { ...NO_CHANGE, lines });
const tea: CartLine = {
  ...{ id: '1', productId: 'tea', variantId: 'tea', options: [], quantity: 1, note: '' },
  ...{ name: 'Tea', unitAmount: 300 },
};

test('a draft that leaves everything as it is asks for nothing', () => {
  expect(wish({})).toBeUndefined();
  expect(wish({ latte: { quantity: 2, options: ['oat'], note: 'hot' } })).toBeUndefined();
  expect(withQuantity(latte, { quantity: 1 }, 2)).toBeUndefined();
  expect(draftOfChoice(latte, editedLine(latte))).toBeUndefined();
});

test('units that were refunded are counted by the request, and not by who changes the rest', () => {
  expect(editedLine(latte).quantity).toBe(2);
  expect(wish({ latte: { quantity: 1 } })).toEqual({ set: [{ lineId: 'latte', quantity: 2 }] });
  expect(wish({ latte: { quantity: 0, note: 'cold' } })).toEqual({ set: [{ lineId: 'latte', quantity: 1 }] });
  expect(wish({ cake: { quantity: 0 } })).toEqual({ set: [{ lineId: 'cake', quantity: 0 }] });
});

test('other options, and another note or none, are what the request says of a line', () => {
  expect(wish({ latte: { options: [] }, cake: { note: 'with cream' } })).toEqual({
    set: [
      { lineId: 'latte', options: [] },
      { lineId: 'cake', note: 'with cream' },
    ],
  });
  expect(wish({ latte: { note: '' } })).toEqual({ set: [{ lineId: 'latte', note: null }] });
});

test('another size takes the place of the line, for whoever had it', () => {
  const large = { ...editedLine(latte), variantId: 'large', name: 'Latte, large' };
  const draft = draftOfChoice(latte, large);
  expect(draft).toEqual({ other: large });
  expect(wish({ latte: draft! })).toEqual({
    set: [{ lineId: 'latte', variantId: 'large', quantity: 3, options: ['oat'], note: 'hot' }],
  });
  expect(withQuantity(latte, draft, 1)).toEqual({ other: { ...large, quantity: 1 } });
  expect(withQuantity(latte, draft, 0)).toEqual({ quantity: 0 });
});

test('lines are added for somebody, and the place is changed', () => {
  const added = [{ line: tea, participantId: 'ada' }];
  expect(wishOf(order, { lines: {}, added, place: { spotId: 'garden' } })).toEqual({
    add: [{ variantId: 'tea', quantity: 1, participantId: 'ada' }],
    place: { spotId: 'garden' },
  });
});

test('what an order has of a product is there for it', () => {
  const variant = (id: string) => ({ id, name: id, unitAmount: 450, currency: 'eur', available: 0 });
  const product = { variants: [variant('small'), variant('large')] } as Parameters<typeof productFor>[0];
  expect(productFor(product, latte).variants.map(({ available }) => available)).toEqual([2, 0]);
});

test('an order is changed until it is completed, a payment of a tab never', () => {
  for (const status of ['awaiting_payment', 'confirmed', 'preparing', 'ready'] as const)
    expect(isChangeable({ kind: 'solo', status }), status).toBe(true);
  for (const status of ['placing', 'capturing', 'completed', 'canceled', 'expired'] as const)
    expect(isChangeable({ kind: 'solo', status }), status).toBe(false);
  expect(isChangeable({ kind: 'settlement', status: 'confirmed' })).toBe(false);
});
