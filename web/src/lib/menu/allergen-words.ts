import type { Allergen } from '#domain/allergens.ts';
import * as m from '#messages';

const ALSO: Readonly<Partial<Record<Allergen, () => string>>> = m.allergenSearch;

/** What guests who look for an allergen may call it besides. */
export function alsoCalled(allergen: Allergen): string {
  return ALSO[allergen]?.() ?? '';
}
