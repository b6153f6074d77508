/** `GET/POST /api/products`, `GET/PATCH /api/products/:id`. */

import { z } from 'zod';
import type { Config } from '../../config.ts';
import {
  createProductSchema,
  productAnswer,
  productSchema,
  productsQuerySchema,
  updateProductSchema,
  type CreateProduct,
  type UpdateProduct,
} from '../../domain/contract/catalog.ts';
import { pageOf } from '../../domain/contract/fields.ts';
import { isStaff } from '../../domain/permissions.ts';
import {
  createProduct,
  listProducts,
  readProduct,
  updateProduct,
  wasMadeOf,
} from '../../db/catalog/products/products.ts';
import type { Databases } from '../../db/databases.ts';
import { assertChargeable, type GivenAmount } from '../http/amounts.ts';
import { ApiError, idempotencyConflict, invalidRequest, notFound, type Issue } from '../http/api-error.ts';
import { cutPage, readCursor } from '../http/cursor.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import type { Reads } from '../http/reads.ts';
import { defineRoute, type Route } from '../http/route.ts';
import { assertStaff } from '../people/people.ts';

const PAGE_SIZE = 100;
const cursorSchema = z.strictObject({ position: z.int32(), id: z.uuid() });
const TAG = 'Catalog';

export function productRoutes({
  config,
  databases,
  reads,
}: {
  config: Config;
  databases: Databases;
  reads: Reads;
}): Route[] {
  const { catalog } = databases;
  return [
    defineRoute({
      method: 'get',
      isRead: true,
      path: '/api/products',
      tag: TAG,
      summary: 'The menu, page by page',
      who: 'anyone; with `all=true` staff',
      query: productsQuerySchema,
      answers: { 200: pageOf(productSchema) },
      errors: ['unauthenticated', 'forbidden'],
      handle: async ({ query, person, ctx }) => {
        const includeInactive = query.all === 'true';
        if (includeInactive) assertStaff(await person());
        const limit = query.limit ?? PAGE_SIZE;
        const found = await listProducts(reads.catalog, {
          category: query.category,
          q: query.q,
          includeInactive,
          after: readCursor(cursorSchema, query.cursor),
          limit: limit + 1,
        });
        ctx.set('Cache-Control', 'no-cache');
        return { status: 200, body: cutPage(found, limit, ({ position, id }) => ({ position, id })) };
      },
    }),
    defineRoute({
      method: 'get',
      isRead: true,
      path: '/api/products/:id',
      tag: TAG,
      summary: 'One product',
      who: 'anyone; one taken off the menu: staff',
      answers: { 200: productAnswer },
      errors: ['not_found'],
      handle: async ({ params, person }) => {
        const product = await readProduct(reads.catalog, params['id']!);
        const { user } = product?.active ? { user: null } : await person();
        if (!product || !(product.active || (user && isStaff(user.role)))) throw notFound('This product');
        return { status: 200, body: { product } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/products',
      tag: TAG,
      summary: 'Add a product at the end of the menu',
      who: 'staff',
      body: createProductSchema,
      answers: { 201: productAnswer },
      errors: ['unauthenticated', 'forbidden', 'idempotency_conflict'],
      handle: async ({ body, person, idempotencyKey }) => {
        const agent = assertStaff(await person());
        refuseGivenIds(body);
        assertChargeable(config.currency, amountsOf(body));
        const id = requestIdFor('product', agent.id, idempotencyKey);
        const requestHash = hashBody(body);
        const created = await createProduct(catalog, body, {
          currency: config.currency,
          id,
          requestHash,
          actorId: agent.id,
        });
        if (!created && !(await wasMadeOf(catalog, id, requestHash))) throw idempotencyConflict();
        // With the same key the product is there already: it is answered as it is now.
        const product = created ?? (await readProduct(catalog, id));
        if (!product) throw new Error(`product ${id} is neither new nor known`);
        return { status: 201, body: { product } };
      },
    }),
    defineRoute({
      method: 'patch',
      path: '/api/products/:id',
      tag: TAG,
      summary: 'Change what is given of a product',
      who: 'staff',
      body: updateProductSchema,
      answers: { 200: productAnswer },
      errors: ['unauthenticated', 'forbidden', 'not_found', 'version_conflict'],
      handle: async ({ params, body, person }) => {
        const agent = assertStaff(await person());
        assertChargeable(config.currency, amountsOf(body));
        const product = await updateProduct(catalog, params['id']!, body, {
          currency: config.currency,
          actorId: agent.id,
        });
        if (product === 'not_found') throw notFound('This product');
        if (product === 'version_conflict') {
          throw new ApiError(
            'version_conflict',
            'Somebody else has changed this product meanwhile. Please look at it again.',
          );
        }
        if (product === 'unknown_variant') {
          throw invalidRequest('A variant is not one of this product.', [
            { path: ['variants'], message: 'names an id that this product does not have' },
          ]);
        }
        return { status: 200, body: { product } };
      },
    }),
  ];
}

function amountsOf({ variants = [], optionGroups = [] }: UpdateProduct): GivenAmount[] {
  return [
    ...variants.map(({ unitAmount }, index) => ({
      path: ['variants', index, 'unitAmount'],
      amount: unitAmount,
    })),
    ...optionGroups.flatMap((group, index) =>
      group.options.map(({ amount }, at) => ({
        path: ['optionGroups', index, 'options', at, 'amount'],
        amount,
      })),
    ),
  ];
}

/** New things get their ids from us. */
function refuseGivenIds(body: CreateProduct): void {
  const issues: Issue[] = [];
  const check = (thing: { id?: string | undefined }, path: Issue['path']) => {
    if (thing.id !== undefined)
      issues.push({ path: [...path, 'id'], message: 'must be left out of something new' });
  };
  body.variants.forEach((variant, index) => check(variant, ['variants', index]));
  body.optionGroups.forEach((group, index) => {
    check(group, ['optionGroups', index]);
    group.options.forEach((option, at) => check(option, ['optionGroups', index, 'options', at]));
  });
  if (issues.length > 0) throw invalidRequest('Ids of new variants and options are made here.', issues);
}
