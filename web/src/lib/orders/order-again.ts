import type { Product } from '#domain/contract/catalog.ts';
import type { Order } from '#domain/contract/orders.ts';
import { createCartLine, type CartLine } from '../cart/cart-line.ts';

/** Returns the lines of an earlier order as new cart lines, as far as the menu still has them. */
export function linesAgain(order: Pick<Order, 'lines'>, products: readonly Product[]): CartLine[] {
  return order.lines.flatMap((line): CartLine[] => {
    for (const product of products) {
      const variant = product.variants.find((candidate) => candidate.id === line.variantId);
      if (!variant) continue;
      const onSale = product.optionGroups.flatMap((group) => group.options.map((option) => option.id));
      const options = line.options.map((option) => option.id).filter((option) => onSale.includes(option));
      return [createCartLine({ product, variant, options, quantity: line.quantity, note: line.note ?? '' })];
    }
    return [];
  });
}
