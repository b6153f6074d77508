import { product } from '#messages';
import type { FactName, Product } from '#domain/contract/catalog.ts';

const WORDS: Readonly<Record<FactName, (value: number) => string>> = {
  calories: (count) => product.calories({ count }),
};

/** Returns the product's known facts as texts: `250 kcal`. */
export function factWords(of: Product): string[] {
  // Not the contract's list, which would add its schemas to the bundle: the compiler requires every fact here.
  return (Object.keys(WORDS) as FactName[]).flatMap((name) => {
    const value = of[name];
    return value === null ? [] : [WORDS[name](value)];
  });
}
