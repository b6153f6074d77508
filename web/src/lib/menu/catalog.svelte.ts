import type { Product } from '#domain/contract/catalog.ts';
import type { MenuChanged } from '#domain/socket.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import { listProducts } from '../api/catalog.ts';
import { cart } from '../cart/cart.svelte.ts';
import { Following } from '../live/following.ts';

/** Data older than this is reloaded when the menu is shown. */
const FRESH_FOR = 15_000;
/** Polling interval while the menu is not followed. */
const POLL_WHILE_LOST = 30_000;

/** Products on sale, with their latest known stock. */
class Catalog {
  products: readonly Product[] = $state.raw([]);
  /** True after the first response. */
  known = $state(false);
  /** Why the last try failed; earlier products stay. */
  failure: ApiError | null = $state.raw(null);

  readonly #following = new Following({
    topic: 'menu',
    readEvery: POLL_WHILE_LOST,
    request: () => ({}),
    takeWhole: async (stock) => {
      this.#take(stock);
      await this.loadIfStale();
    },
    takeChange: (change) => this.#take(change),
    // The shown data stays and is polled.
    refused: () => undefined,
    read: () => {
      if (document.visibilityState === 'visible') void this.load();
    },
  });
  #loadedAt = 0;
  #loading: Promise<void> | null = null;

  /** Loads the menu and updates the cart to it. One call at a time; never throws an ApiError. */
  load(): Promise<void> {
    this.#loading ??= this.#ask().finally(() => (this.#loading = null));
    return this.#loading;
  }

  /** Loads unless it was done a moment ago. */
  async loadIfStale(): Promise<void> {
    if (!this.known || performance.now() - this.#loadedAt > FRESH_FOR) await this.load();
  }

  /** Follows stock and menu live. Returns a function that stops it. */
  follow(): () => void {
    this.#following.start();
    return () => this.#following.stop();
  }

  #take({ stock, isOutdated }: MenuChanged): void {
    const available = new Map(stock.map((variant) => [variant.variantId, variant.available]));
    this.products = this.products.map((product) => withStock(product, available));
    if (isOutdated) void this.load();
  }

  async #ask(): Promise<void> {
    try {
      this.products = await listProducts();
      this.#loadedAt = performance.now();
      this.failure = null;
      this.known = true;
      cart.refresh(this.products);
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.failure = error;
    }
  }
}

/** Returns the product with its current stock; the same object if nothing changed. */
function withStock(product: Product, available: ReadonlyMap<string, number>): Product {
  const isSame = product.variants.every(
    (variant) => (available.get(variant.id) ?? variant.available) === variant.available,
  );
  if (isSame) return product;
  return {
    ...product,
    variants: product.variants.map((variant) => ({
      ...variant,
      available: available.get(variant.id) ?? variant.available,
    })),
  };
}

/** The one catalog of this page: the menu and the checkout share it. */
export const catalog = new Catalog();
