import type { CatalogChange, CreateProduct, UpdateProduct } from '#domain/contract/catalog.ts';
import type { Page, Product, ProductAnswer } from '../../api/answers.ts';
import { request } from '../../api/request.ts';

export async function readProduct(productId: string): Promise<Product> {
  return (await request<ProductAnswer>('GET', `/api/products/${productId}`)).product;
}

/** Adds a product; the same key makes it once. */
export async function createProduct(input: CreateProduct, idempotencyKey: string): Promise<Product> {
  const answer = await request<ProductAnswer>('POST', '/api/products', { body: input, idempotencyKey });
  return answer.product;
}

/** Changes what is given; with `ifVersion` only what was seen, else `version_conflict`. */
export async function updateProduct(productId: string, input: UpdateProduct): Promise<Product> {
  return (await request<ProductAnswer>('PATCH', `/api/products/${productId}`, { body: input })).product;
}

/** Sets what is available of a variant from now on. */
export async function setStock(variantId: string, available: number): Promise<Product> {
  const path = `/api/variants/${variantId}/stock`;
  return (await request<ProductAnswer>('PUT', path, { body: { available } })).product;
}

/** Sets the picture; the answer has its new address and the product's new version. */
export async function setPicture(productId: string, picture: Blob): Promise<Product> {
  return (await request<ProductAnswer>('PUT', `/api/products/${productId}/image`, { body: picture })).product;
}

/** Who changed what of a product, newest first. */
export async function listCatalogChanges(productId: string): Promise<CatalogChange[]> {
  return (await request<Page<CatalogChange>>('GET', `/api/products/${productId}/changes`)).items;
}
