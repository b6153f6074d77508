import { staffCatalog } from '#messages';
import type { TaxClass } from '#domain/tax-class.ts';

/** The name of each tax class. */
export const TAX_CLASS_WORDS: Readonly<Record<TaxClass, string>> = {
  standard: staffCatalog.taxStandard(),
  reduced: staffCatalog.taxReduced(),
  super_reduced: staffCatalog.taxSuperReduced(),
  zero: staffCatalog.taxZero(),
  exempt: staffCatalog.taxExempt(),
};
