/**
 * Why a product has its tax rate. Rates change over the years and two classes may share one, so reports group what was
 * sold by class. Amounts are computed from the rate alone.
 */
export const TAX_CLASSES = ['standard', 'reduced', 'super_reduced', 'zero', 'exempt'] as const;
export type TaxClass = (typeof TAX_CLASSES)[number];
