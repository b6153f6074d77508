import type { CatalogChange, CreateProduct, Product, UpdateProduct } from '#domain/contract/catalog.ts';
import type { Page } from '#domain/contract/fields.ts';
import { call } from '../../api/call.ts';

export async function readProduct(productId: string): Promise<Product> {
  return (await call('GET /api/products/:id', { params: { id: productId } })).product;
}

/** Adds a product. Idempotent per key. */
export async function createProduct(input: CreateProduct, idempotencyKey: string): Promise<Product> {
  return (await call('POST /api/products', { body: input, idempotencyKey })).product;
}

/** Changes the given fields; with `ifVersion`, fails with `version_conflict` if the version differs. */
export async function updateProduct(productId: string, input: UpdateProduct): Promise<Product> {
  return (await call('PATCH /api/products/:id', { params: { id: productId }, body: input })).product;
}

/** Sets the available count of a variant. */
export async function setStock(variantId: string, available: number): Promise<Product> {
  const answer = await call('PUT /api/variants/:id/stock', {
    params: { id: variantId },
    body: { available },
  });
  return answer.product;
}

/** Sets the picture; returns its new address and the product's new version. */
export async function setPicture(productId: string, picture: Blob): Promise<Product> {
  return (await call('PUT /api/products/:id/image', { params: { id: productId }, body: picture })).product;
}

/** Reads the change log of a product, newest first. */
export function listCatalogChanges(
  productId: string,
  cursor: string | null,
  signal: AbortSignal,
): Promise<Page<CatalogChange>> {
  return call('GET /api/products/:id/changes', { params: { id: productId }, query: { cursor }, signal });
}
