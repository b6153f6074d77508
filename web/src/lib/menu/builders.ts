/** Builders of products for tests: every field has a default. */

import { NO_FACTS, type OptionGroup, type Product, type Variant } from '#domain/contract/catalog.ts';

let count = 0;
const nextId = (): string => `00000000-0000-4000-8000-${String((count += 1)).padStart(12, '0')}`;

export function aVariant(fields: Partial<Variant> = {}): Variant {
  return { id: nextId(), name: 'Regular', unitAmount: 350, currency: 'eur', available: 10, ...fields };
}

/** A group with one option per entry: name and surcharge. */
export function aGroup(
  options: Record<string, number>,
  fields: Partial<Omit<OptionGroup, 'options'>> = {},
): OptionGroup {
  return {
    id: nextId(),
    name: 'Extras',
    minimum: 0,
    maximum: 1,
    options: Object.entries(options).map(([name, amount]) => ({ id: nextId(), name, amount })),
    ...fields,
  };
}

export function aProduct(fields: Partial<Product> = {}): Product {
  return {
    id: nextId(),
    name: 'Flat white',
    description: 'Two shots under silky milk.',
    category: 'Coffee & tea',
    imageUrl: null,
    allergens: [],
    ...NO_FACTS,
    taxRate: 1900,
    taxClass: null,
    active: true,
    position: 0,
    version: 1,
    variants: [aVariant()],
    optionGroups: [],
    ...fields,
  };
}
