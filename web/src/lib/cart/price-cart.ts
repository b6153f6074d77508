import type { Product } from '#domain/contract/catalog.ts';
import { problemOf, unitAmountOf } from '../menu/choice.ts';
import { lineName } from '#domain/line.ts';
import type { CartLine, LineProblem, PricedCartLine } from './cart-line.ts';

/** A change of the cart since the customer last saw it. */
export type CartChange =
  | { readonly kind: 'gone'; readonly name: string }
  | { readonly kind: 'option_gone'; readonly name: string }
  | { readonly kind: 'price'; readonly name: string; readonly from: number; readonly to: number };

export interface PricedCart {
  readonly lines: readonly PricedCartLine[];
  readonly totalAmount: number;
  readonly itemCount: number;
  /** False if a line has a problem, or there is none. */
  readonly canCheckOut: boolean;
}

/**
 * Updates the cart to the catalog: removes products that left the menu and options that are gone, and takes over names
 * and prices. Returns the changes for the customer. Stock is not among them: `priceCart` shows it.
 */
export function refreshCart(
  lines: readonly CartLine[],
  products: readonly Product[],
): { lines: CartLine[]; changes: CartChange[] } {
  const changes: CartChange[] = [];
  const kept = lines.flatMap((line): CartLine[] => {
    const found = findInCatalog(line, products);
    if (!found) {
      changes.push({ kind: 'gone', name: line.name });
      return [];
    }
    const { product, variant } = found;
    const onSale = product.optionGroups.flatMap((group) => group.options.map((option) => option.id));
    const options = line.options.filter((option) => onSale.includes(option));
    const name = lineName(product.name, variant.name);
    if (options.length < line.options.length) changes.push({ kind: 'option_gone', name });
    const unitAmount = unitAmountOf(product, variant, options);
    if (unitAmount !== line.unitAmount) {
      changes.push({ kind: 'price', name, from: line.unitAmount, to: unitAmount });
    }
    return [{ ...line, options, name, unitAmount }];
  });
  return { lines: kept, changes };
}

/** Prices a cart from the catalog and finds problems that block checkout. Unknown lines are omitted. */
export function priceCart(lines: readonly CartLine[], products: readonly Product[]): PricedCart {
  const taken = new Map<string, number>();
  const priced = lines.flatMap((line): PricedCartLine[] => {
    const found = findInCatalog(line, products);
    if (!found) return [];
    const { product, variant } = found;
    const left = Math.max(0, variant.available - (taken.get(variant.id) ?? 0));
    taken.set(variant.id, (taken.get(variant.id) ?? 0) + line.quantity);
    const unitAmount = unitAmountOf(product, variant, line.options);
    return [
      {
        ...line,
        product,
        variant,
        unitAmount,
        amount: unitAmount * line.quantity,
        optionNames: product.optionGroups
          .flatMap((group) => group.options)
          .filter((option) => line.options.includes(option.id))
          .map((option) => option.name)
          .join(', '),
        problem: findProblem(line, product, left),
      },
    ];
  });
  return {
    lines: priced,
    totalAmount: priced.reduce((sum, line) => sum + line.amount, 0),
    itemCount: priced.reduce((sum, line) => sum + line.quantity, 0),
    canCheckOut: priced.length > 0 && priced.every((line) => line.problem === null),
  };
}

/** Returns the cart within the available stock: quantities lowered, sold-out lines removed. */
export function fitToStock(lines: readonly CartLine[], available: ReadonlyMap<string, number>): CartLine[] {
  const left = new Map(available);
  return lines.flatMap((line): CartLine[] => {
    const most = left.get(line.variantId);
    if (most === undefined) return [line];
    const quantity = Math.min(line.quantity, most);
    left.set(line.variantId, most - quantity);
    return quantity === 0 ? [] : [{ ...line, quantity }];
  });
}

function findProblem(line: CartLine, product: Product, left: number): LineProblem | null {
  if (left === 0) return { kind: 'sold_out' };
  if (left < line.quantity) return { kind: 'short', available: left };
  const incomplete = product.optionGroups.some((group) => problemOf(group, line.options) !== undefined);
  return incomplete ? { kind: 'choice_needed' } : null;
}

function findInCatalog(line: CartLine, products: readonly Product[]) {
  for (const product of products) {
    const variant = product.variants.find((candidate) => candidate.id === line.variantId);
    if (variant) return { product, variant };
  }
  return undefined;
}
