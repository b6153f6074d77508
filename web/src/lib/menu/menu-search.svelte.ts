import type { Product } from '#domain/contract/catalog.ts';
import { catalog } from './catalog.svelte.ts';
import type { createMenuIndex } from './menu-index.ts';

/** What somebody looks for on the menu, and what is found. */
export class MenuSearch {
  query = $state('');
  #create: typeof createMenuIndex | undefined = $state.raw();
  #isLoading = false;
  readonly #find = $derived(this.#create?.(catalog.products));

  readonly isSearching: boolean = $derived(this.query.trim() !== '');
  /** Undefined for the moment until what searches has come. */
  readonly found: readonly Product[] | undefined = $derived(
    this.isSearching ? this.#find?.(this.query) : undefined,
  );

  /** Fetches what searches. Called again with every letter, so that a connection that was lost is tried again. */
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
