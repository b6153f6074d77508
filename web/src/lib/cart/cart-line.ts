import * as m from '#messages';
import type { Product, Variant } from '#domain/contract/catalog.ts';
import type { LineInput } from '#domain/contract/orders.ts';
import { lineName } from '#domain/line.ts';
import { unitAmountOf } from '../menu/choice.ts';

/** A line of the cart as stored in the browser. `name` and `unitAmount` are what the customer last saw. */
export interface CartLine {
  /** Unique within this cart. */
  readonly id: string;
  readonly productId: string;
  readonly variantId: string;
  readonly options: readonly string[];
  readonly quantity: number;
  readonly note: string;
  readonly name: string;
  readonly unitAmount: number;
}

/** Returns whether a stored value is a line. */
export function isCartLine(value: unknown): value is CartLine {
  if (typeof value !== 'object' || value === null) return false;
  const line = value as Record<keyof CartLine, unknown>;
  return (
    [line.id, line.productId, line.variantId, line.note, line.name].every(
      (text) => typeof text === 'string',
    ) &&
    [line.quantity, line.unitAmount].every((number) => Number.isSafeInteger(number)) &&
    Array.isArray(line.options) &&
    line.options.every((option) => typeof option === 'string')
  );
}

/** A problem that blocks checkout. `short`: fewer are available than requested. */
export type LineProblem =
  | { readonly kind: 'sold_out' }
  | { readonly kind: 'short'; readonly available: number }
  | { readonly kind: 'choice_needed' };

/** Describes a problem for the customer. */
export function problemWords(problem: LineProblem): string {
  switch (problem.kind) {
    case 'sold_out':
      return m.cart.soldOut();
    case 'short':
      return m.cart.onlyLeft({ count: problem.available });
    case 'choice_needed':
      return m.cart.chooseAgain();
  }
}

/** A line with the catalog's current data. */
export interface PricedCartLine extends CartLine {
  readonly product: Product;
  readonly variant: Variant;
  /** Returns "Oat milk, Extra shot". */
  readonly optionNames: string;
  readonly amount: number;
  readonly problem: LineProblem | null;
}

/** Creates a line for the cart. */
export function createCartLine(choice: {
  product: Product;
  variant: Variant;
  options: readonly string[];
  quantity: number;
  note: string;
}): CartLine {
  const { product, variant, options, quantity, note } = choice;
  return {
    id: crypto.getRandomValues(new Uint32Array(2)).join('-'),
    productId: product.id,
    variantId: variant.id,
    options: options.toSorted(),
    quantity,
    note: note.trim(),
    name: lineName(product.name, variant.name),
    unitAmount: unitAmountOf(product, variant, options),
  };
}

/** Returns whether two lines ask for the same, so that their quantities add up. */
export function isSameChoice(left: CartLine, right: CartLine): boolean {
  return (
    left.variantId === right.variantId &&
    left.note === right.note &&
    left.options.length === right.options.length &&
    left.options.every((option) => right.options.includes(option))
  );
}

/** Returns the cart without the ordered lines; later additions stay. */
export function withoutOrdered(lines: readonly CartLine[], ordered: readonly LineInput[]): CartLine[] {
  const taken = ordered.map((line) => ({ sameAs: identityOf(line), quantity: line.quantity }));
  return lines.flatMap((line): CartLine[] => {
    const order = taken.find(({ sameAs }) => sameAs === identityOf(toLineInput(line)));
    const quantity = line.quantity - (order?.quantity ?? 0);
    if (order) order.quantity = Math.max(0, -quantity);
    return quantity > 0 ? [{ ...line, quantity }] : [];
  });
}

function identityOf({ variantId, options = [], note = '' }: LineInput): string {
  return JSON.stringify([variantId, options.toSorted(), note]);
}

/** Returns the line for POST /api/orders. */
export function toLineInput(line: CartLine): LineInput {
  return {
    variantId: line.variantId,
    quantity: line.quantity,
    ...(line.options.length > 0 ? { options: [...line.options] } : {}),
    ...(line.note === '' ? {} : { note: line.note }),
  };
}
