import { describe, expect, it } from 'vitest';
import { aGroup, aProduct, aVariant } from '../menu/builders.ts';
import { createCartLine, isSameChoice, toLineInput } from './cart-line.ts';
import { fitToStock, priceCart, refreshCart } from './price-cart.ts';

const milk = aGroup({ 'Whole milk': 0, 'Oat milk': 50 }, { name: 'Milk', minimum: 1, maximum: 1 });
const [whole, oat] = milk.options.map((option) => option.id) as [string, string];
const coffee = aProduct({ name: 'Flat white', variants: [aVariant({ available: 5 })], optionGroups: [milk] });
const cake = aProduct({ name: 'Cheesecake', variants: [aVariant({ unitAmount: 490, available: 2 })] });
const menu = [coffee, cake];

const lineOf = (product: typeof coffee, quantity = 1, options: string[] = []) =>
  createCartLine({ product, variant: product.variants[0]!, options, quantity, note: '' });

describe('pricing a cart', () => {
  it('adds up lines with their options', () => {
    const cart = priceCart([lineOf(coffee, 2, [oat]), lineOf(cake)], menu);
    expect(cart.lines.map((line) => line.amount)).toEqual([800, 490]);
    expect(cart).toMatchObject({ totalAmount: 1290, itemCount: 3, canCheckOut: true });
    expect(cart.lines[0]?.optionNames).toBe('Oat milk');
  });

  it('cannot be checked out empty', () => {
    expect(priceCart([], menu).canCheckOut).toBe(false);
  });

  it('says when fewer are left than wanted, counting all lines of one variant', () => {
    const cart = priceCart([lineOf(coffee, 3, [oat]), lineOf(coffee, 3, [whole])], menu);
    expect(cart.lines.map((line) => line.problem)).toEqual([null, { kind: 'short', available: 2 }]);
    expect(cart.canCheckOut).toBe(false);
  });

  it('says when it is sold out', () => {
    const gone = { ...cake, variants: cake.variants.map((variant) => ({ ...variant, available: 0 })) };
    expect(priceCart([lineOf(cake)], [gone]).lines[0]?.problem).toEqual({ kind: 'sold_out' });
  });

  it('asks for a choice that has become necessary', () => {
    expect(priceCart([lineOf(coffee)], menu).lines[0]?.problem).toEqual({ kind: 'choice_needed' });
  });
});

describe('bringing a cart up to the catalog', () => {
  it('changes nothing when nothing changed', () => {
    const lines = [lineOf(coffee, 1, [whole]), lineOf(cake)];
    expect(refreshCart(lines, menu)).toEqual({ lines, changes: [] });
  });

  it('takes today’s price and says so', () => {
    const dearer = { ...cake, variants: cake.variants.map((variant) => ({ ...variant, unitAmount: 520 })) };
    const { lines, changes } = refreshCart([lineOf(cake)], [dearer]);
    expect(lines[0]?.unitAmount).toBe(520);
    expect(changes).toEqual([{ kind: 'price', name: 'Cheesecake', from: 490, to: 520 }]);
  });

  it('lets go of what left the menu and says so', () => {
    expect(refreshCart([lineOf(cake)], [coffee])).toEqual({
      lines: [],
      changes: [{ kind: 'gone', name: 'Cheesecake' }],
    });
  });

  it('drops an option that is gone, with its price', () => {
    const plain = { ...coffee, optionGroups: [] };
    const { lines, changes } = refreshCart([lineOf(coffee, 1, [oat])], [plain]);
    expect(lines[0]).toMatchObject({ options: [], unitAmount: 350 });
    expect(changes.map((change) => change.kind)).toEqual(['option_gone', 'price']);
  });
});

describe('fitting a cart to the stock', () => {
  it('lowers quantities in the order of the lines and removes what is left with none', () => {
    const first = lineOf(coffee, 3, [oat]);
    const second = lineOf(coffee, 2, [whole]);
    const stock = new Map([[first.variantId, 3]]);
    expect(fitToStock([first, second, lineOf(cake)], stock).map((line) => line.quantity)).toEqual([3, 1]);
  });
});

describe('a line', () => {
  it('is the same choice whatever the order of its options', () => {
    const extras = aGroup({ a: 0, b: 0 }, { maximum: 2 });
    const product = aProduct({ optionGroups: [extras] });
    const [a, b] = extras.options.map((option) => option.id) as [string, string];
    expect(isSameChoice(lineOf(product, 1, [a, b]), lineOf(product, 4, [b, a]))).toBe(true);
    expect(isSameChoice(lineOf(product, 1, [a]), lineOf(product, 1, [b]))).toBe(false);
  });

  it('is sent without what was not given', () => {
    expect(toLineInput(lineOf(cake, 2))).toEqual({ variantId: cake.variants[0]!.id, quantity: 2 });
  });
});
