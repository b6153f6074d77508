import { isApiError, sentenceFor } from '../../api/api-error.ts';
import type { Product } from '#domain/contract/catalog.ts';
import { CommandKey } from '../../api/idempotency-key.ts';
import { createProduct, readProduct, setPicture, updateProduct } from './product-calls.ts';
import { differingFields, draftOf, newDraft, sameDraft, type ProductDraft } from './product-draft.ts';
import { changesOf, readDraft, type Problems } from './product-input.ts';

/** A concurrent change of the product by somebody else. */
export interface EditConflict {
  readonly theirs: Product;
  /** The changes in words. */
  readonly fields: readonly string[];
}

/**
 * The editor of one product: input, problems and saving. A save requires the version that was read; otherwise it ends
 * in a `conflict`, which `takeTheirs` or `keepMine` resolves.
 */
export class ProductEditor {
  draft: ProductDraft = $state()!;
  /** As last read or saved; null for a new product. */
  product: Product | null = $state.raw(null);
  /** A chosen picture that is not uploaded yet. */
  picture: File | null = $state.raw(null);
  isSaving: boolean = $state(false);
  /** Why the picture was refused after all else was saved. */
  pictureProblem: string | null = $state(null);
  conflict: EditConflict | null = $state.raw(null);

  readonly currency: string;
  readonly #key = new CommandKey();
  #saved: ProductDraft = $state.raw()!;

  readonly #read = $derived.by(() => readDraft(this.draft, this.currency));
  /** Problems of the input, by the field's path in the request. */
  readonly problems: Problems = $derived(this.#read.problems ?? {});
  readonly isDirty: boolean = $derived.by(
    () => this.picture !== null || !sameDraft($state.snapshot(this.draft), this.#saved),
  );

  constructor(product: Product | null, currency: string) {
    this.currency = currency;
    this.#show(product);
  }

  /**
   * Saves the input and uploads the picture. Returns the product, or null on a conflict or a problem with the picture.
   * Throws ApiError otherwise.
   */
  async save(): Promise<Product | null> {
    this.pictureProblem = null;
    const { input } = this.#read;
    if (!input || this.isSaving) return null;
    this.isSaving = true;
    try {
      const isChanged = !sameDraft($state.snapshot(this.draft), this.#saved);
      if (this.product === null) {
        this.#show(await this.#key.run(input, (key) => createProduct(input, key)));
      } else if (isChanged) {
        const changes = changesOf(this.#saved, input, this.currency);
        this.#show(await updateProduct(this.product.id, { ...changes, ifVersion: this.product.version }));
      }
      return (await this.#sendPicture()) ? this.product : null;
    } catch (error) {
      if (!isApiError(error)) throw error;
      if (!isApiError(error, 'version_conflict') || !this.product) throw error;
      const theirs = await readProduct(this.product.id);
      this.conflict = { theirs, fields: differingFields(this.product, theirs) };
      return null;
    } finally {
      this.isSaving = false;
    }
  }

  /** Adopts a version that was changed apart from the draft, by setting its stock. */
  accept(product: Product): void {
    this.product = product;
  }

  /** Discards the input. */
  discard(): void {
    this.picture = null;
    this.#show(this.product);
  }

  /** Resolves a conflict in favor of the other version: discards the input. */
  takeTheirs(): void {
    if (!this.conflict) return;
    this.picture = null;
    this.#show(this.conflict.theirs);
  }

  /** Resolves a conflict in favor of the input: the next save overwrites the other changes. */
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

  /** The rest is saved: only the picture is reported and may be uploaded again. */
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
