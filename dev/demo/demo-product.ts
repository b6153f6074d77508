import type { CreateProduct } from '../../domain/contract/catalog.ts';
import { PLAIN_VARIANT } from '../../domain/line.ts';

/** A small thing beside or behind the main one. Coordinates and sizes are parts of the picture's side. */
export interface Garnish {
  readonly emoji: string;
  /** Its center: 0, 0 is the upper left corner. */
  readonly x: number;
  readonly y: number;
  readonly size: number;
  /** Degrees, clockwise. */
  readonly turn?: number;
  /** Degrees its colors are turned by. */
  readonly hue?: number;
  readonly behind?: boolean;
}

/** What a product's picture is composed of. */
export interface Picture {
  readonly emoji: string;
  readonly size?: number;
  readonly turn?: number;
  /** Degrees the main thing's colors are turned by, so that the same emoji can be another drink. */
  readonly hue?: number;
  readonly garnish?: readonly Garnish[];
}

/** A product of the demo catalog. Its slug makes its ids, so it is loaded once and stays the agents' from then on. */
export interface DemoProduct extends CreateProduct {
  readonly slug: string;
  readonly picture: Picture;
}

interface Dish {
  readonly slug: string;
  readonly name: string;
  readonly description: string;
  readonly allergens?: CreateProduct['allergens'];
  /** Price by size, tax included, in cents; or one price where there is one size. */
  readonly prices: number | Readonly<Record<string, number>>;
  /** Units in stock, of each size. */
  readonly available: number;
  readonly optionGroups?: CreateProduct['optionGroups'];
  readonly picture: Picture;
}

/** The products of one category, which all carry the same tax. */
export function menuOf(category: string, taxRate: number, dishes: readonly Dish[]): DemoProduct[] {
  return dishes.map(({ prices, available, allergens = [], optionGroups = [], ...dish }) => ({
    ...dish,
    category,
    taxRate,
    allergens,
    optionGroups,
    active: true,
    variants: Object.entries(typeof prices === 'number' ? { [PLAIN_VARIANT]: prices } : prices).map(
      ([name, unitAmount]) => ({ name, unitAmount, available }),
    ),
  }));
}

/** Tax rates in basis points. */
export const TAX = { food: 700, drinks: 1900, leisure: 1900 } as const;
