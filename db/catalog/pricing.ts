/** Prices the lines of an order from the catalog: the price snapshot that everything later is computed from. */

import type { LineInput, OrderLine } from '../../domain/contract.ts';
import { LIMITS } from '../../domain/contract.ts';
import { lineName } from '../../domain/line.ts';
import type { Database } from '../database.ts';
import { ProductEntity, VariantEntity, type ProductRow, type VariantRow } from './entities.ts';

/** A line with the names and prices of this moment. */
export interface PricedLine {
  readonly variantId: string;
  readonly name: string;
  readonly options: OrderLine['options'];
  readonly quantity: number;
  readonly unitAmount: number;
  readonly amount: number;
  readonly taxRate: number;
  readonly note: string | null;
}

/** Why a line cannot be priced. `path` is where in the request. */
export interface LineProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** All lines priced, or the problems of those that cannot be; never some of each. */
export type Pricing =
  | { readonly lines: readonly PricedLine[]; readonly currency: string }
  | { readonly problems: readonly LineProblem[] };

/** Prices `inputs` as the catalog stands now. Writes nothing. */
export async function priceLines(catalog: Database, inputs: readonly LineInput[]): Promise<Pricing> {
  const em = catalog.em.fork();
  const variants = await em.find(VariantEntity, {
    id: { $in: [...new Set(inputs.map((input) => input.variantId))] },
    active: true,
  });
  const products = await em.find(ProductEntity, {
    id: { $in: [...new Set(variants.map((variant) => variant.productId))] },
    active: true,
  });
  const problems: LineProblem[] = [];
  const lines: PricedLine[] = [];
  inputs.forEach((input, index) => {
    const variant = variants.find((candidate) => candidate.id === input.variantId);
    const product = products.find((candidate) => candidate.id === variant?.productId);
    if (!variant || !product) {
      problems.push({ path: ['lines', index, 'variantId'], message: 'is not on the menu' });
      return;
    }
    const chosen = chooseOptions(product, input.options ?? []);
    if ('message' in chosen) {
      problems.push({ path: ['lines', index, 'options'], message: chosen.message });
      return;
    }
    lines.push(priceLine(input, product, variant, chosen.options));
  });
  const total = lines.reduce((sum, line) => sum + line.amount, 0);
  if (total > LIMITS.amount) problems.push({ path: ['lines'], message: 'the order is too large' });
  if (problems.length > 0) return { problems };
  return { lines, currency: variants[0]!.currency };
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
    variantId: variant.id,
    name: lineName(product.name, variant.name),
    options,
    quantity: input.quantity,
    unitAmount,
    amount: unitAmount * input.quantity,
    taxRate: product.taxRate,
    note: input.note ?? null,
  };
}

function chooseOptions(
  product: ProductRow,
  ids: readonly string[],
): { options: PricedLine['options'] } | { message: string } {
  if (new Set(ids).size !== ids.length) return { message: 'names an option twice' };
  const options: PricedLine['options'] = [];
  for (const group of product.optionGroups) {
    const chosen = group.options.filter((option) => ids.includes(option.id));
    if (chosen.length < group.minimum) {
      return { message: `choose at least ${group.minimum} of “${group.name}”` };
    }
    if (chosen.length > group.maximum) {
      return { message: `choose at most ${group.maximum} of “${group.name}”` };
    }
    for (const { id, name, amount } of chosen) options.push({ id, group: group.name, name, amount });
  }
  if (options.length !== ids.length)
    return { message: `names an option that “${product.name}” does not have` };
  return { options };
}
