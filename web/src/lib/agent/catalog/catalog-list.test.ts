import { expect, test } from 'vitest';
import { NO_FACTS, type Product } from '#domain/contract/catalog.ts';
import { groupCatalog } from './catalog-list.ts';

const product = (name: string, category: string, available: number, active = true): Product => ({
  id: `0197a000-0000-7000-8000-${String(name.length).padStart(12, '0')}`,
  name,
  description: '',
  category,
  imageUrl: null,
  allergens: [],
  ...NO_FACTS,
  taxRate: 1900,
  taxClass: null,
  active,
  position: 1,
  version: 1,
  variants: [
    {
      id: '0197a000-0000-7000-8000-000000000099',
      name: 'Regular',
      unitAmount: 450,
      currency: 'eur',
      available,
    },
  ],
  optionGroups: [],
});
const catalog = [
  product('Espresso', 'Coffee', 50),
  product('Cheesecake', 'Sweets', 2),
  product('Flat white', 'Coffee', 0),
  product('Mulled wine', 'Drinks', 0, false),
];
const names = (groups: ReturnType<typeof groupCatalog>) =>
  groups.map((group) => [group.category, ...group.products.map(({ name }) => name)]);

test('groups by category in the order in which the menu first names them', () => {
  expect(names(groupCatalog(catalog, '', 'all'))).toEqual([
    ['Coffee', 'Espresso', 'Flat white'],
    ['Sweets', 'Cheesecake'],
    ['Drinks', 'Mulled wine'],
  ]);
});

test('finds by name and by category, case apart', () => {
  expect(names(groupCatalog(catalog, ' ESPR', 'all'))).toEqual([['Coffee', 'Espresso']]);
  expect(names(groupCatalog(catalog, 'coffee', 'all'))).toEqual([['Coffee', 'Espresso', 'Flat white']]);
});

test('low stock is told of what is on the menu only', () => {
  expect(names(groupCatalog(catalog, '', 'low'))).toEqual([
    ['Coffee', 'Flat white'],
    ['Sweets', 'Cheesecake'],
  ]);
  expect(names(groupCatalog(catalog, '', 'inactive'))).toEqual([['Drinks', 'Mulled wine']]);
});
