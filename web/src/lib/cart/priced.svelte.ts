import { catalog } from '../menu/catalog.svelte.ts';
import { cart } from './cart.svelte.ts';
import { priceCart } from './price-cart.ts';

/** The cart priced by the catalog. Until the catalog is loaded, only the last seen total and count. */
class Priced {
  readonly cart = $derived(priceCart(cart.lines, catalog.products));
  readonly totalAmount = $derived(
    catalog.known
      ? this.cart.totalAmount
      : cart.lines.reduce((sum, line) => sum + line.quantity * line.unitAmount, 0),
  );
  readonly currency = $derived(catalog.products[0]?.variants[0]?.currency ?? 'eur');
}

/** The one priced cart of this page. */
export const priced = new Priced();
