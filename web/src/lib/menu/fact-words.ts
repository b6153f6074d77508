import { product } from '#messages';
import { FACT_NAMES, type FactName, type Product } from '#domain/contract/catalog.ts';

const WORDS: Readonly<Record<FactName, (value: number) => string>> = {
  calories: (count) => product.calories({ count }),
};

/** Returns the product's known facts as texts: `250 kcal`. */
export function factWords(of: Product): string[] {
  return FACT_NAMES.flatMap((name) => {
    const value = of[name];
    return value === null ? [] : [WORDS[name](value)];
  });
}
