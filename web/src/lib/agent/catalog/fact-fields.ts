import { staffCatalog } from '#messages';
import type { FactName } from '#domain/contract/catalog.ts';

/** The form's fields for a product's facts; each is a whole number or empty. */
export const FACT_FIELDS: Readonly<Record<FactName, { readonly label: string }>> = {
  calories: { label: staffCatalog.calories() },
};
