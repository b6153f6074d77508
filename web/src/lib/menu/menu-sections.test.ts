import { expect, it } from 'vitest';
import { aProduct } from './builders.ts';
import { picturesOf, sectionsOf } from './menu-sections.ts';

const menu = [
  aProduct({ name: 'Flat white', category: 'Coffee & tea', description: 'Silky milk.' }),
  aProduct({ name: 'Nachos', category: 'Sharing plates', description: 'With jalapeños and cheddar.' }),
  aProduct({ name: 'Chai latte', category: 'Coffee & tea', description: 'Spiced.' }),
  aProduct({ name: 'Cheddar burger', category: 'Burgers', description: 'Beef.' }),
];

it('groups the menu by category in the catalog’s order', () => {
  expect(sectionsOf(menu).map(({ category, products }) => [category, products.length])).toEqual([
    ['Coffee & tea', 2],
    ['Sharing plates', 1],
    ['Burgers', 1],
  ]);
  expect(sectionsOf(menu)[0]?.anchor).toBe('menu-coffee-tea');
});

it('gives every section an anchor of its own, however alike the categories are', () => {
  const categories = ['Pizza', 'pizza', 'Pizza!', 'pizza 2', '!', '?', 'Пицца', 'ピザ'];
  const anchors = sectionsOf(categories.map((category) => aProduct({ category }))).map(
    ({ anchor }) => anchor,
  );
  expect(anchors).toHaveLength(categories.length);
  expect(new Set(anchors).size).toBe(categories.length);
});

it('picks pictures from all over the menu, none twice', () => {
  const pictured = (...urls: (string | null)[]) =>
    picturesOf(sectionsOf(urls.map((imageUrl, index) => aProduct({ category: `C${index}`, imageUrl }))), 3);
  expect(pictured()).toEqual([]);
  expect(pictured('a')).toEqual(['a']);
  expect(pictured('a', 'b')).toEqual(['a', 'b']);
  expect(pictured('a', 'a', null, 'a', 'b')).toEqual(['a', 'b']);
  expect(pictured('a', 'b', 'c', 'd', 'e', 'f')).toEqual(['b', 'd', 'f']);
});
