import type { Product } from '#domain/contract/catalog.ts';
import { catalog } from './catalog.svelte.ts';
import type { createMenuIndex } from './menu-index.ts';

/** The menu's search query and results. */
export class MenuSearch {
  query = $state('');
  #create: typeof createMenuIndex | undefined = $state.raw();
  #isLoading = false;
  readonly #find = $derived(this.#create?.(catalog.products));

  readonly isSearching: boolean = $derived(this.query.trim() !== '');
  /** Undefined until the search code is loaded. */
  readonly found: readonly Product[] | undefined = $derived(
    this.isSearching ? this.#find?.(this.query) : undefined,
  );

  /** Loads the search code. Called on every letter, so that a lost connection is retried. */
  prepare(): void {
    if (this.#create || this.#isLoading) return;
    this.#isLoading = true;
    void import('./menu-index.ts')
      .then(
        (module) => (this.#create = module.createMenuIndex),
        () => undefined,
      )
      .finally(() => (this.#isLoading = false));
  }
}
