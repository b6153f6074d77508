import { staffCatalog } from '#messages';
import type { FactName } from '#domain/contract/catalog.ts';

/** The facts of a product as the form asks for them; each is a whole number, or not told. */
export const FACT_FIELDS: Readonly<Record<FactName, { readonly label: string }>> = {
  calories: { label: staffCatalog.calories() },
};
