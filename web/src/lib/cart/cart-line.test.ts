import { expect, it } from 'vitest';
import { aProduct } from '../menu/builders.ts';
import { createCartLine, toLineInput, withoutOrdered } from './cart-line.ts';

const tea = aProduct({ name: 'Tea' });
const cake = aProduct({ name: 'Cake' });
const lineOf = (product: typeof tea, quantity: number, note = '') =>
  createCartLine({ product, variant: product.variants[0]!, options: [], quantity, note });

it('leaves in the cart what was added after it was ordered', () => {
  const ordered = [lineOf(tea, 2), lineOf(cake, 1)].map(toLineInput);
  const now = [lineOf(tea, 3), lineOf(cake, 1), lineOf(cake, 1, 'no cream')];
  expect(withoutOrdered(now, ordered).map(({ name, quantity, note }) => [name, quantity, note])).toEqual([
    ['Tea', 1, ''],
    ['Cake', 1, 'no cream'],
  ]);
});

it('takes the same order out of a cart once, however it is split into lines', () => {
  expect(withoutOrdered([lineOf(tea, 1), lineOf(tea, 2)], [toLineInput(lineOf(tea, 2))])).toMatchObject([
    { quantity: 1 },
  ]);
});
