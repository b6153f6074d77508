import type { Product } from '#domain/contract/catalog.ts';
import { isApiError, type ApiError } from '../api/api-error.ts';
import { listProducts } from '../api/catalog.ts';
import { cart } from '../cart/cart.svelte.ts';

/** What is older than this is asked again when the menu is looked at. */
const FRESH_FOR = 15_000;

/** What is on sale, with its stock as it was when last asked. */
class Catalog {
  products: readonly Product[] = $state.raw([]);
  /** True from the first answer on. */
  known = $state(false);
  /** Why the last try failed; the products of an earlier one stay. */
  failure: ApiError | null = $state.raw(null);

  #loadedAt = 0;
  #loading: Promise<void> | null = null;

  /** Asks for the menu and brings the cart up to it. One call at a time; never throws an ApiError. */
  load(): Promise<void> {
    this.#loading ??= this.#ask().finally(() => (this.#loading = null));
    return this.#loading;
  }

  /** Loads unless that was done a moment ago. */
  async loadIfStale(): Promise<void> {
    if (!this.known || performance.now() - this.#loadedAt > FRESH_FOR) await this.load();
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

/** The one catalog of this page: the menu and the checkout share it. */
export const catalog = new Catalog();
