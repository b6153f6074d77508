/**
 * Prices the lines of an order from the catalog. The result is the price snapshot that all later amounts are computed
 * from.
 */

import { sql } from 'kysely';
import type { LineInput, OrderLine } from '../../../domain/contract/orders.ts';
import type { FieldIssue, FieldProblem } from '../../../domain/field-problem.ts';
import { LIMITS } from '../../../domain/limits.ts';
import { lineName } from '../../../domain/line.ts';
import type { TaxClass } from '../../../domain/tax-class.ts';
import type { Database } from '../../database.ts';
import { anyOf, mapRows, query } from '../../sql.ts';
import { ProductEntity, VariantEntity, type ProductRow, type VariantRow } from '../entities.ts';

/** A line with its current names and prices. */
export interface PricedLine {
  readonly productId: string;
  readonly category: string;
  readonly variantId: string;
  readonly name: string;
  readonly options: OrderLine['options'];
  readonly quantity: number;
  readonly unitAmount: number;
  readonly amount: number;
  readonly taxRate: number;
  readonly taxClass: TaxClass | null;
  readonly note: string | null;
}

/** All lines priced, or the problems of those that cannot be; never both. */
export type Pricing =
  | { readonly lines: readonly PricedLine[]; readonly currency: string }
  | { readonly problems: readonly FieldIssue[] };

/** Prices `inputs` by the current catalog. Writes nothing. */
export async function priceLines(catalog: Database, inputs: readonly LineInput[]): Promise<Pricing> {
  const onMenu = await readOnMenu(
    catalog,
    inputs.map((input) => input.variantId),
  );
  const problems: FieldIssue[] = [];
  const lines: PricedLine[] = [];
  inputs.forEach((input, index) => {
    const found = onMenu.find(({ variant }) => variant.id === input.variantId);
    if (!found) {
      problems.push({ path: ['lines', index, 'variantId'], code: 'not_on_menu' });
      return;
    }
    const { product, variant } = found;
    const chosen = chooseOptions(product, input.options ?? []);
    if ('code' in chosen) {
      problems.push({ path: ['lines', index, 'options'], ...chosen });
      return;
    }
    lines.push(priceLine(input, product, variant, chosen.options));
  });
  const total = lines.reduce((sum, line) => sum + line.amount, 0);
  if (problems.length > 0) return { problems };
  const { currency } = onMenu[0]!.variant;
  if (total > LIMITS.amount)
    return { problems: [{ path: ['lines'], code: 'total_too_high', maximum: LIMITS.amount, currency }] };
  return { lines, currency };
}

/** Returns how many pieces of these variants are on sale or held unpaid, by variant. */
export async function readOnSale(
  catalog: Database,
  variantIds: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const rows = await query<{ id: string; pieces: number }>(
    catalog.em.fork(),
    sql`select v.id, v.available + coalesce(
         (select sum(quantity) from holds h where h.variant_id = v.id and h.status = 'live'), 0)::int as pieces
     from variants v where v.id = ${anyOf(variantIds)}`,
  );
  return new Map(rows.map(({ id, pieces }) => [id, pieces]));
}

/** Returns a currency other than `currency` in which something on the menu is priced, or undefined. */
export async function findOtherCurrency(catalog: Database, currency: string): Promise<string | undefined> {
  const [row] = await query<{ currency: string }>(
    catalog.em.fork(),
    sql`select currency from variants where active and currency <> ${currency} limit 1`,
  );
  return row?.currency;
}

/** Reads these variants with their products, in one query, since every customer who orders waits for it. */
async function readOnMenu(
  catalog: Database,
  variantIds: readonly string[],
): Promise<{ variant: VariantRow; product: ProductRow }[]> {
  const em = catalog.em.fork();
  const rows = await query<{ variant: object; product: object }>(
    em,
    sql`select to_json(v) as variant, to_json(p) as product from variants v join products p on p.id = v.product_id
     where v.id = ${anyOf(variantIds)} and v.active and p.active`,
  );
  return rows.map(({ variant, product }) => ({
    variant: mapRows(em, VariantEntity, [variant])[0]!,
    product: mapRows(em, ProductEntity, [product])[0]!,
  }));
}

function priceLine(
  input: LineInput,
  product: ProductRow,
  variant: VariantRow,
  options: PricedLine['options'],
): PricedLine {
  const extras = options.reduce((sum, option) => sum + option.amount, 0);
  const unitAmount = Math.max(0, variant.unitAmount + extras);
  return {
    productId: product.id,
    category: product.category,
    variantId: variant.id,
    name: lineName(product.name, variant.name),
    options,
    quantity: input.quantity,
    unitAmount,
    amount: unitAmount * input.quantity,
    taxRate: product.taxRate,
    taxClass: product.taxClass ?? null,
    note: input.note ?? null,
  };
}

function chooseOptions(
  product: ProductRow,
  ids: readonly string[],
): { options: PricedLine['options'] } | FieldProblem {
  if (new Set(ids).size !== ids.length) return { code: 'repeated_option' };
  const options: PricedLine['options'] = [];
  for (const group of product.optionGroups) {
    const chosen = group.options.filter((option) => ids.includes(option.id));
    if (chosen.length < group.minimum) {
      return { code: 'too_few_options', minimum: group.minimum, group: group.name };
    }
    if (chosen.length > group.maximum) {
      return { code: 'too_many_options', maximum: group.maximum, group: group.name };
    }
    for (const { id, name, amount } of chosen) options.push({ id, group: group.name, name, amount });
  }
  if (options.length !== ids.length) return { code: 'unknown_option', product: product.name };
  return { options };
}
