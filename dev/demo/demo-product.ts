import type { CreateProduct } from '../../domain/contract/catalog.ts';
import { PLAIN_VARIANT } from '../../domain/line.ts';

/** A smaller object next to or behind the main one. Coordinates and sizes are fractions of the picture's side. */
export interface Garnish {
  readonly emoji: string;
  /** Its center: 0, 0 is the upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
  /** Degrees, clockwise. */
  readonly turn?: number;
  /** Hue rotation in degrees. */
  readonly hue?: number;
  readonly behind?: boolean;
}

/** The composition of a product's picture. */
export interface Picture {
  readonly emoji: string;
  readonly size?: number;
  readonly turn?: number;
  /** Hue rotation of the main object in degrees, so that one emoji can depict several drinks. */
  readonly hue?: number;
  readonly garnish?: readonly Garnish[];
}

/** A product of the demo catalog. Its ids derive from its slug, so it is loaded once and then left to the staff. */
export interface DemoProduct extends CreateProduct {
  readonly slug: string;
  readonly picture: Picture;
}

interface Dish {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly allergens?: CreateProduct['allergens'];
  /** Price by size, tax included, in cents; a single price if there is one size. */
  readonly prices: number | Readonly<Record<string, number>>;
  /** Units in stock, of each size. */
  readonly available: number;
  readonly optionGroups?: CreateProduct['optionGroups'];
  readonly picture: Picture;
}

/** The products of one category, which share a tax. */
export function menuOf(category: string, tax: Tax, dishes: readonly Dish[]): DemoProduct[] {
  return dishes.map(({ prices, available, allergens = [], optionGroups = [], ...dish }) => ({
    ...dish,
    category,
    ...tax,
    allergens,
    optionGroups,
    active: true,
    variants: Object.entries(typeof prices === 'number' ? { [PLAIN_VARIANT]: prices } : prices).map(
      ([name, unitAmount]) => ({ name, unitAmount, available }),
    ),
  }));
}

type Tax = Pick<CreateProduct, 'taxRate' | 'taxClass'>;

const STANDARD: Tax = { taxRate: 1900, taxClass: 'standard' };
export const TAX = {
  food: { taxRate: 700, taxClass: 'reduced' },
  drinks: STANDARD,
  leisure: STANDARD,
} as const satisfies Record<string, Tax>;
