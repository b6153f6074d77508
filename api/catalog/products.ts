/** `GET/POST /api/products`, `GET/PATCH /api/products/:id`. */

import { z } from 'zod';
import { type CreateProduct, type UpdateProduct } from '../../domain/contract/catalog.ts';
import { mayRole } from '../../domain/permissions.ts';
import {
  createProduct,
  listProducts,
  readProduct,
  updateProduct,
  wasMadeOf,
} from '../../db/catalog/products/products.ts';
import type { Settings } from '../../db/catalog/shop/settings.ts';
import type { Databases } from '../../db/databases.ts';
import { assertChargeable, type GivenAmount } from '../http/amounts.ts';
import type { FieldIssue } from '../../domain/field-problem.ts';
import { ApiError, idempotencyConflict, invalidRequest, notFound } from '../http/api-error.ts';
import { cutPage, readCursor } from '../http/cursor.ts';
import { hashBody, requestIdFor } from '../http/idempotency.ts';
import type { Reads } from '../http/reads.ts';
import type { Handlers } from '../http/route.ts';
import { assertMay } from '../people/permit.ts';

const PAGE_SIZE = 100;
const cursorSchema = z.strictObject({ position: z.int32(), id: z.uuid() });

export function productRoutes({
  settings,
  databases,
  reads,
}: {
  settings: Settings;
  databases: Databases;
  reads: Reads;
}) {
  const { catalog } = databases;
  return {
    'GET /api/products': async ({ query, person, ctx }) => {
      const includeInactive = query.all === 'true';
      if (includeInactive) await assertMay('menu.read_hidden', person);
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
    'GET /api/products/:id': async ({ params, person }) => {
      const product = await readProduct(reads.catalog, params.id);
      const maySee = async () => mayRole((await person()).user?.role ?? null, 'menu.read_hidden');
      if (!product || !(product.active || (await maySee()))) throw notFound('This product');
      return { status: 200, body: { product } };
    },
    'POST /api/products': async ({ body, user, idempotencyKey }) => {
      refuseGivenIds(body);
      const { currency } = await settings.read();
      assertChargeable(currency, amountsOf(body));
      const id = requestIdFor('product', user.id, idempotencyKey);
      const requestHash = hashBody(body);
      const created = await createProduct(catalog, body, {
        currency,
        id,
        requestHash,
        actorId: user.id,
      });
      if (!created && !(await wasMadeOf(catalog, id, requestHash))) throw idempotencyConflict();
      // A repeated key: responds with the existing product as it is now.
      const product = created ?? (await readProduct(catalog, id));
      if (!product) throw new Error(`product ${id} is neither new nor known`);
      return { status: 201, body: { product } };
    },
    'PATCH /api/products/:id': async ({ params, body, user }) => {
      const { currency } = await settings.read();
      assertChargeable(currency, amountsOf(body));
      const product = await updateProduct(catalog, params.id, body, {
        currency,
        actorId: user.id,
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
          { path: ['variants'], code: 'unknown_variant' },
        ]);
      }
      return { status: 200, body: { product } };
    },
  } satisfies Partial<Handlers>;
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

/** The server assigns ids to new entries. */
function refuseGivenIds(body: CreateProduct): void {
  const issues: FieldIssue[] = [];
  const check = (thing: { id?: string | undefined }, path: FieldIssue['path']) => {
    if (thing.id !== undefined) issues.push({ path: [...path, 'id'], code: 'id_not_allowed' });
  };
  body.variants.forEach((variant, index) => check(variant, ['variants', index]));
  body.optionGroups.forEach((group, index) => {
    check(group, ['optionGroups', index]);
    group.options.forEach((option, at) => check(option, ['optionGroups', index, 'options', at]));
  });
  if (issues.length > 0) throw invalidRequest('Ids of new variants and options are made here.', issues);
}
