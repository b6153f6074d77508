import { expect, it } from 'vitest';
import { aGroup, aProduct } from './builders.ts';
import { createMenuIndex } from './menu-index.ts';

const find = createMenuIndex([
  aProduct({
    name: 'Flat white',
    category: 'Coffee & tea',
    description: 'Silky.',
    allergens: ['milk'],
    optionGroups: [aGroup({ 'Oat milk': 50 })],
  }),
  aProduct({ name: 'Coat check', category: 'House', description: 'For a goat.' }),
  aProduct({ name: 'Nachos', category: 'Sharing plates', description: 'With jalapeños and cheddar.' }),
  aProduct({ name: 'Cheddar burger', category: 'Burgers', description: 'Beef.', allergens: ['gluten'] }),
  aProduct({
    name: 'Wheat beer, alcohol-free',
    category: 'Drinks',
    description: '',
    allergens: ['gluten'],
  }),
  aProduct({
    name: 'Pizza Funghi',
    category: 'Pizza',
    description: 'Mushrooms.',
    allergens: ['gluten', 'milk'],
    optionGroups: [aGroup({ 'Gluten-free base': 250 })],
  }),
  aProduct({ name: 'Garden burger', category: 'Burgers', description: 'Beans and beetroot. Vegan.' }),
  aProduct({ name: 'Käsekuchen', category: 'Kuchen', description: '', allergens: ['eggs'] }),
  aProduct({ name: 'Ｃａｆé crème', category: 'Coffee & tea', description: '' }),
]);
const names = (query: string) => find(query).map(({ name }) => name);

it.each([
  ['what is named so first', 'cheddar', ['Cheddar burger', 'Nachos']],
  ['whatever case and accents', 'JALAPENOS', ['Nachos']],
  ['whatever width, form and spaces', '  cafe\u0301   CRE\u0300ME ', ['Ｃａｆé crème']],
  ['options', 'oat', ['Flat white']],
  ['no part of a short word', 'at', []],
  ['a long part of a word', 'ekuchen', ['Käsekuchen']],
  ['the beginning of a word', 'mush', ['Pizza Funghi']],
  ['categories', 'burgers beef', ['Cheddar burger']],
  ['every word', 'coffee silky', ['Flat white']],
  ['an allergen, by another name', 'dairy', ['Flat white', 'Pizza Funghi']],
  ['a diet', 'vegan', ['Garden burger']],
  ['a diet that contains another', 'vegetarian', ['Garden burger']],
  ['what is free of something, and nothing that is full of it', 'gluten free', ['Pizza Funghi']],
  ['the same with a hyphen', 'Gluten-free', ['Pizza Funghi']],
  ['alcohol-free', 'alcohol free', ['Wheat beer, alcohol-free']],
  ['a typo', 'jalapenjos', ['Nachos']],
  ['another', 'chedar burgre', ['Cheddar burger']],
  ['nothing', 'sushi', []],
  ['nothing by punctuation', '%', []],
])('finds %s: %s', (_what, query, found) => {
  expect(names(query).toSorted()).toEqual(found.toSorted());
});

it('puts what is named so before what is described so', () => {
  expect(names('cheddar')[0]).toBe('Cheddar burger');
  expect(names('gluten').length).toBe(3);
});
