/** Searching the menu. Loaded when somebody is about to search, since most guests never do. */

import * as m from '#messages';
import MiniSearch from 'minisearch';
import type { Product } from '#domain/contract/catalog.ts';
import { wordsOf } from '#domain/fold.ts';
import { alsoCalled } from './allergen-words.ts';

/** What a product is found by, in the order of what counts more. */
const BOOST = { name: 8, options: 4, category: 3, allergens: 2, description: 1, within: 1 };
const FIELDS = Object.keys(BOOST);

/** The parts of a word that it is found by from within: `kuchen` of a Käsekuchen, never the `oat` of a coat. */
const SHORTEST_PART = 5;

/** Who eats one thing eats the other: what is vegan is vegetarian. */
const MEANS_TOO: Readonly<Record<string, string>> = { vegan: 'vegetarian' };

/** Finds products of this menu by words, the best match first; where nothing has them, by words that are nearly so. */
export function createMenuIndex(products: readonly Product[]): (query: string) => Product[] {
  const byId = new Map(products.map((product) => [product.id, product]));
  const index = new MiniSearch<Product>({
    fields: FIELDS,
    extractField: (product, field) => (field === 'id' ? product.id : textOf(product, field)),
    tokenize,
    processTerm: (word, field) => (field === 'within' ? partsOf(word) : meaningsOf(word)),
    searchOptions: { processTerm: (word) => word, combineWith: 'AND', boost: BOOST },
  });
  index.addAll(products);
  return (query) => {
    const exactly = index.search(query, { prefix: true });
    const found = exactly.length > 0 ? exactly : index.search(query, { prefix: true, fuzzy: mistakesIn });
    return found.flatMap(({ id }) => byId.get(id as string) ?? []);
  };
}

/** Part of the letters of a word that may be wrong; a short one would be another word then. */
function mistakesIn(word: string): number | false {
  return word.length > 3 ? 0.25 : false;
}

/** Words, of which `gluten-free` is one: nobody who asks for it is shown what is full of gluten. */
function tokenize(text: string): string[] {
  return wordsOf(text)
    .join(' ')
    .replace(/(\S+) (free|less)(?=$| )/g, '$1$2')
    .split(' ')
    .filter(Boolean);
}

function textOf(product: Product, field: string): string {
  switch (field) {
    case 'name':
      return product.name;
    case 'category':
      return product.category;
    case 'description':
      return product.description;
    case 'options':
      return [...product.variants, ...product.optionGroups.flatMap(({ options }) => options)]
        .map(({ name }) => name)
        .join(' ');
    case 'allergens':
      return product.allergens
        .map((allergen) => `${m.allergen[allergen]()} ${allergen} ${alsoCalled(allergen)}`)
        .join(' ');
    default:
      return `${product.name} ${product.category}`;
  }
}

function meaningsOf(word: string): string[] {
  const other = MEANS_TOO[word];
  return other === undefined ? [word] : [word, other];
}

function partsOf(word: string): string[] {
  const letters = Array.from(word);
  const count = Math.max(0, letters.length - SHORTEST_PART);
  return Array.from({ length: count }, (_, index) => letters.slice(index + 1).join(''));
}
