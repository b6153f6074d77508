/** The columns of a line that are priced from the catalog, for statements that write them. */

import { sql } from 'kysely';
import type { PricedLine } from '../../catalog/products/pricing.ts';
import { list, type Sql } from '../../sql.ts';

/** Every field with its column and type: a field that is added to a priced line is missed here. */
const COLUMNS = {
  productId: ['product_id', 'uuid'],
  category: ['category', 'text'],
  variantId: ['variant_id', 'uuid'],
  name: ['name', 'text'],
  options: ['options', 'jsonb'],
  quantity: ['quantity', 'int'],
  unitAmount: ['unit_amount', 'int'],
  amount: ['amount', 'int'],
  taxRate: ['tax_rate', 'int'],
  taxClass: ['tax_class', 'text'],
  note: ['note', 'text'],
} as const satisfies Record<keyof PricedLine, readonly [column: string, type: string]>;

const ENTRIES = Object.entries(COLUMNS);

/** `product_id, category, …` */
export const PRICED_COLUMNS: Sql = list(ENTRIES.map(([, [column]]) => sql.id(column)));

/** `"productId" uuid, category text, …`, for `json_to_recordset`. */
export const PRICED_FIELDS: Sql = list(
  ENTRIES.map(([field, [, type]]) => sql`${sql.id(field)} ${sql.raw(type)}`),
);

/** The fields of a relation `given`, in the order of the columns. */
export const PRICED_VALUES: Sql = list(ENTRIES.map(([field]) => sql`given.${sql.id(field)}`));

/** Assigns all fields of a relation `given`, except what the customer chose: quantity and note. */
export const PRICED_ANEW: Sql = list(
  ENTRIES.filter(([field]) => field !== 'quantity' && field !== 'note').map(
    ([field, [column]]) => sql`${sql.id(column)} = given.${sql.id(field)}`,
  ),
);
