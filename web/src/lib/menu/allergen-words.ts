import type { Allergen } from '#domain/allergens.ts';

/** The declared allergens as people say them. */
export const ALLERGEN_WORDS: Readonly<Record<Allergen, string>> = {
  gluten: 'Gluten',
  crustaceans: 'Crustaceans',
  eggs: 'Eggs',
  fish: 'Fish',
  peanuts: 'Peanuts',
  soybeans: 'Soy',
  milk: 'Milk',
  nuts: 'Nuts',
  celery: 'Celery',
  mustard: 'Mustard',
  sesame: 'Sesame',
  sulphites: 'Sulphites',
  lupin: 'Lupin',
  molluscs: 'Molluscs',
};

/** What guests who look for them may call them besides. */
export const ALSO_CALLED: Readonly<Partial<Record<Allergen, string>>> = {
  gluten: 'wheat',
  crustaceans: 'shellfish shrimps prawns',
  milk: 'dairy lactose',
  nuts: 'tree nuts',
  soybeans: 'soya',
  sulphites: 'sulfites',
  molluscs: 'shellfish',
};
