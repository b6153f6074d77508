import { defineEntity, p, type InferEntity } from '@mikro-orm/core';
import type { OptionGroup, Product as ProductAnswer, ProductFacts } from '../../domain/contract/catalog.ts';
import { SPOT_KINDS } from '../../domain/place.ts';
import { TAX_CLASSES } from '../../domain/tax-class.ts';

export const ProductEntity = defineEntity({
  name: 'Product',
  tableName: 'products',
  properties: {
    id: p.uuid().primary(),
    name: p.text(),
    description: p.text(),
    category: p.text(),
    /** SHA-256 of the picture in `pictures`, in hex. */
    picture: p.text().nullable(),
    allergens: p.array<ProductAnswer['allergens'][number]>(),
    taxRate: p.integer(),
    /** For reports; null if not stated. */
    taxClass: p.enum(TAX_CLASSES).nullable(),
    active: p.boolean(),
    position: p.integer(),
    version: p.integer().default(1),
    optionGroups: p.json<OptionGroup[]>(),
    /** Further facts for guests; facts that are not stated are left out. */
    facts: p.json<Partial<ProductFacts>>().default('{}'),
    /** SHA-256 of the request body, compared when the idempotency key is reused; null for demo data. */
    requestHash: p.text().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
});
export type ProductRow = InferEntity<typeof ProductEntity>;

export const VariantEntity = defineEntity({
  name: 'Variant',
  tableName: 'variants',
  properties: {
    id: p.uuid().primary(),
    productId: p.uuid(),
    name: p.text(),
    unitAmount: p.integer(),
    currency: p.text(),
    active: p.boolean().default(true),
    position: p.integer(),
    /** Units ever taken into stock: always available + held + sold. */
    received: p.integer(),
    available: p.integer(),
  },
});
export type VariantRow = InferEntity<typeof VariantEntity>;

/** Stock set aside: live until the deadline, committed while the order is charged, then sold or released. */
export const HOLD_STATUSES = ['live', 'committed', 'sold', 'released'] as const;

/** One per order and variant. */
export const HoldEntity = defineEntity({
  name: 'Hold',
  tableName: 'holds',
  properties: {
    orderId: p.uuid().primary(),
    variantId: p.uuid().primary(),
    quantity: p.integer(),
    /** Units of a sold hold that were restocked with a refund. */
    returned: p.integer().default(0),
    status: p.enum(HOLD_STATUSES),
    deadline: p.datetime(),
    createdAt: p.datetime(),
    updatedAt: p.datetime(),
  },
});

/** A table, lane or counter of the shop. Never deleted: old orders and printed codes refer to it. */
export const SpotEntity = defineEntity({
  name: 'Spot',
  tableName: 'spots',
  properties: {
    id: p.uuid().primary(),
    kind: p.enum(SPOT_KINDS),
    label: p.text(),
    area: p.text().nullable(),
    active: p.boolean().default(true),
    /** Random, and printed: it changes only when a manager renews it. */
    code: p.text(),
    /** SHA-256 of the body of the request that added it; null for spots added otherwise. */
    requestHash: p.text().nullable(),
    createdAt: p.datetime().onCreate(() => new Date()),
    updatedAt: p
      .datetime()
      .onCreate(() => new Date())
      .onUpdate(() => new Date()),
  },
});
export type SpotRow = InferEntity<typeof SpotEntity>;

/** A product's picture as served, in WebP, named by its content. */
export const PictureEntity = defineEntity({
  name: 'Picture',
  tableName: 'pictures',
  properties: {
    sha256: p.text().primary(),
    content: p.blob(),
    createdAt: p.datetime().onCreate(() => new Date()),
  },
});
