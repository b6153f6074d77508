/** Changes that staff make to the catalog, as its history stores them. */
export const CATALOG_CHANGE_TYPES = ['created', 'changed', 'priced', 'counted', 'pictured'] as const;
export type CatalogChangeType = (typeof CATALOG_CHANGE_TYPES)[number];

/** The parts of a product that `changed` may name; prices and counts have change types of their own. */
export const CHANGED_PARTS = [
  'name',
  'description',
  'category',
  'allergens',
  'taxRate',
  'taxClass',
  /** Any of the facts. */
  'facts',
  'active',
  'variants',
  'optionGroups',
] as const;
export type ChangedPart = (typeof CHANGED_PARTS)[number];

export interface CatalogChangeData {
  /** For `changed`. */
  readonly parts?: readonly ChangedPart[];
  /** For `priced` and `counted`: minor units, or pieces. */
  readonly from?: number;
  readonly to?: number;
  /** The variant's name at the time of the change. */
  readonly variant?: string;
}
