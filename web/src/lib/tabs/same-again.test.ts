import { expect, test } from 'vitest';
import type { Product } from '#domain/contract/catalog.ts';
import type { Order } from '#domain/contract/orders.ts';
import { PEOPLE } from './tab-builder.ts';
import { sameAgain } from './same-again.ts';

const [ADA, BEN] = PEOPLE;
const product = (id: string, unitAmount: number, available: number): Product =>
  ({
    ...{ id, name: id, category: 'Kitchen', optionGroups: [] },
    variants: [{ id: `${id}-1`, name: 'Regular', unitAmount, available }],
  }) as unknown as Product;
const line = (id: string, quantity: number, participantId: string = ADA): Order['lines'][number] =>
  ({
    ...{
      id: `${id}-line`,
      variantId: `${id}-1`,
      name: id,
      options: [],
      quantity,
      unitAmount: 100,
      note: null,
    },
    ...{ participantId, sharedBetween: [participantId] },
  }) as unknown as Order['lines'][number];

test('the same again is her own lines at prices of now; what is gone, sold out or short is told', () => {
  const products = [product('Tea', 120, 9), product('Cake', 300, 2), product('Soup', 500, 0)];
  const lines = [
    line('Tea', 2),
    line('Cake', 3),
    line('Soup', 1),
    { ...line('Pie', 1) },
    line('Tea', 1, BEN),
    { ...line('Tea', 1), options: [{ id: 'milk', group: 'Milk', name: 'Oat', amount: 30 }] },
  ];
  const again = sameAgain({ lines }, ADA, products, []);
  expect(again.lines.map(({ choice }) => [choice.name, choice.quantity, choice.unitAmount])).toEqual([
    ['Tea', 2, 120],
    ['Cake', 2, 300],
    ['Tea', 1, 120],
  ]);
  expect(again.missing).toEqual(['Cake', 'Soup', 'Pie', 'Tea']);
  // What lies in the basket already is served first.
  const inBasket = again.lines.filter(({ choice }) => choice.name === 'Cake').map(({ choice }) => choice);
  expect(sameAgain({ lines: [line('Cake', 1)] }, ADA, products, inBasket)).toEqual({
    lines: [],
    missing: ['Cake'],
  });
  expect(sameAgain({ lines }, BEN, products, []).lines).toHaveLength(1);
});
