import { isApiError, sentenceFor } from '../../api/api-error.ts';
import type { Product } from '#domain/contract/catalog.ts';
import { CommandKey } from '../../api/idempotency-key.ts';
import { createProduct, readProduct, setPicture, updateProduct } from './product-calls.ts';
import { differingFields, draftOf, newDraft, sameDraft, type ProductDraft } from './product-draft.ts';
import { changesOf, readDraft, type Problems } from './product-input.ts';

/** What somebody else made of the product while it was edited here. */
export interface EditConflict {
  readonly theirs: Product;
  /** What they changed, in words. */
  readonly fields: readonly string[];
}

/**
 * One product while it is edited: what was typed, what is wrong about it, and saving it. A save changes only the
 * version that was seen; otherwise it ends in a `conflict`, which `takeTheirs` or `keepMine` resolves.
 */
export class ProductEditor {
  draft: ProductDraft = $state()!;
  /** As it was last read or saved; null while it does not exist. */
  product: Product | null = $state.raw(null);
  /** A chosen picture that is not sent yet. */
  picture: File | null = $state.raw(null);
  isSaving: boolean = $state(false);
  /** Why the picture was not taken, when all else is saved. */
  pictureProblem: string | null = $state(null);
  conflict: EditConflict | null = $state.raw(null);

  readonly currency: string;
  readonly #key = new CommandKey();
  #saved: ProductDraft = $state.raw()!;

  readonly #read = $derived.by(() => readDraft(this.draft, this.currency));
  /** What is wrong with what is typed, by the field's path in the request. */
  readonly problems: Problems = $derived(this.#read.problems ?? {});
  readonly isDirty: boolean = $derived.by(
    () => this.picture !== null || !sameDraft($state.snapshot(this.draft), this.#saved),
  );

  constructor(product: Product | null, currency: string) {
    this.currency = currency;
    this.#show(product);
  }

  /**
   * Saves what is typed and sends the picture. Returns the product, or null when there is a conflict or a problem with the
   * picture. Throws the ApiError of everything else.
   */
  async save(): Promise<Product | null> {
    this.pictureProblem = null;
    const { input } = this.#read;
    if (!input || this.isSaving) return null;
    this.isSaving = true;
    try {
      const isChanged = !sameDraft($state.snapshot(this.draft), this.#saved);
      if (this.product === null) this.#show(await createProduct(input, this.#key.for(input)));
      else if (isChanged) {
        const changes = changesOf(this.#saved, input, this.currency);
        this.#show(await updateProduct(this.product.id, { ...changes, ifVersion: this.product.version }));
      }
      this.#key.settle();
      return (await this.#sendPicture()) ? this.product : null;
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (!isApiError(error, 'offline', 'try_again')) this.#key.settle();
      if (!isApiError(error, 'version_conflict') || !this.product) throw error;
      const theirs = await readProduct(this.product.id);
      this.conflict = { theirs, fields: differingFields(this.product, theirs) };
      return null;
    } finally {
      this.isSaving = false;
    }
  }

  /** Takes a product that was changed apart from the draft: by counting its stock. */
  accept(product: Product): void {
    this.product = product;
  }

  /** Drops what was typed. */
  discard(): void {
    this.picture = null;
    this.#show(this.product);
  }

  /** Resolves a conflict: what was typed here is dropped. */
  takeTheirs(): void {
    if (!this.conflict) return;
    this.picture = null;
    this.#show(this.conflict.theirs);
  }

  /** Resolves a conflict: what was typed here stays, and the next save writes over what they changed. */
  keepMine(): void {
    if (!this.conflict) return;
    this.product = this.conflict.theirs;
    this.#saved = draftOf(this.conflict.theirs, this.currency);
    this.conflict = null;
  }

  #show(product: Product | null): void {
    this.product = product;
    this.#saved = product ? draftOf(product, this.currency) : newDraft();
    this.draft = structuredClone(this.#saved);
    this.pictureProblem = null;
    this.conflict = null;
  }

  /** The rest is saved already: only the picture is told of, and may be sent again. */
  async #sendPicture(): Promise<boolean> {
    if (!this.picture || !this.product) return true;
    try {
      this.product = await setPicture(this.product.id, this.picture);
      this.picture = null;
      return true;
    } catch (error) {
      if (!isApiError(error)) throw error;
      this.pictureProblem = sentenceFor(error);
      return false;
    }
  }
}
