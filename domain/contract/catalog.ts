/** The contract of the catalog: products, their variants, options and stock. */

import { z } from 'zod';
import { ALLERGENS } from '../allergens.ts';
import { CATALOG_CHANGE_TYPES, CHANGED_PARTS } from '../catalog-changes.ts';
import { LIMITS } from '../limits.ts';
import { TAX_CLASSES } from '../tax-class.ts';
import { id, amount, text, prose, currency, pageQuery, time } from './fields.ts';
import { refusedAs } from './problem-of.ts';

export const optionSchema = z.strictObject({
  id,
  name: text(LIMITS.nameLength),
  /** Added to the variant's price; may be negative. */
  amount: z.int().min(-LIMITS.amount).max(LIMITS.amount),
});

export const optionGroupSchema = z.strictObject({
  id,
  name: text(LIMITS.nameLength),
  /** How many options must and may be chosen. `minimum: 1, maximum: 1` is a plain choice. */
  minimum: z.int().min(0).max(20),
  maximum: z.int().min(1).max(20),
  options: z.array(optionSchema).min(1).max(30),
});

export const variantSchema = z.strictObject({
  id,
  name: text(LIMITS.nameLength),
  unitAmount: amount,
  currency,
  available: z.int().min(0),
});

/**
 * Further product facts for guests; nothing is computed with them. A new fact needs no migration; the compiler names
 * the form and the page that must show it. See docs/guide/add-a-product-field.md.
 */
const facts = {
  /** Energy of the product as sold, in kcal; null if not stated. */
  calories: z.int().min(0).max(20_000).nullable(),
};
export const productFactsSchema = z.strictObject(facts);
export type ProductFacts = z.infer<typeof productFactsSchema>;
export type FactName = keyof ProductFacts;
export const FACT_NAMES = Object.keys(facts) as FactName[];

/** A product without any stated fact. */
export const NO_FACTS = Object.fromEntries(FACT_NAMES.map((name) => [name, null])) as unknown as ProductFacts;

export const productSchema = z.strictObject({
  id,
  name: text(LIMITS.nameLength),
  description: z.string(),
  category: text(LIMITS.nameLength),
  imageUrl: z.string().nullable(),
  allergens: z.array(z.enum(ALLERGENS)),
  /** Tax contained in the price, in basis points: 1900 = 19 %. */
  taxRate: z.int().min(0).max(10_000),
  /** The class that the rate belongs to, for reports; null if not stated. */
  taxClass: z.enum(TAX_CLASSES).nullable(),
  ...facts,
  active: z.boolean(),
  position: z.int(),
  /** Rises with every change; send it as `ifVersion` to change only the version you saw. */
  version: z.int(),
  variants: z.array(variantSchema),
  optionGroups: z.array(optionGroupSchema),
});
export type Product = z.infer<typeof productSchema>;
export type Variant = z.infer<typeof variantSchema>;
export type OptionGroup = z.infer<typeof optionGroupSchema>;

const optionInput = optionSchema.partial({ id: true });

const optionGroupInput = optionGroupSchema
  .partial({ id: true })
  .extend({ options: z.array(optionInput).min(1).max(30) })
  .refine((group) => group.minimum <= group.maximum && group.maximum <= group.options.length, {
    ...refusedAs({ code: 'choice_out_of_order' }),
  });

const variantInput = z.strictObject({
  id: id.optional(),
  name: text(LIMITS.nameLength),
  unitAmount: amount,
  /** Stock of a new variant; an existing one's stock is set by `PUT /api/variants/:id/stock`. */
  available: z.int().min(0).max(1_000_000).optional(),
});

/** `POST /api/products`. Variants and groups keep the given order. */
export const createProductSchema = z.strictObject({
  name: text(LIMITS.nameLength),
  description: prose(500).default(''),
  category: text(LIMITS.nameLength),
  allergens: z.array(z.enum(ALLERGENS)).default([]),
  taxRate: z.int().min(0).max(10_000),
  taxClass: z.enum(TAX_CLASSES).nullable().optional(),
  ...productFactsSchema.partial().shape,
  active: z.boolean().default(true),
  variants: z.array(variantInput).min(1).max(20),
  optionGroups: z.array(optionGroupInput).max(10).default([]),
});

/**
 * `PATCH /api/products/:id`: changes only the given fields. Given variants or groups replace the whole list; entries
 * with a known id keep it.
 */
export const updateProductSchema = z
  .strictObject({
    name: text(LIMITS.nameLength),
    description: prose(500),
    category: text(LIMITS.nameLength),
    allergens: z.array(z.enum(ALLERGENS)),
    taxRate: z.int().min(0).max(10_000),
    taxClass: z.enum(TAX_CLASSES).nullable(),
    ...facts,
    active: z.boolean(),
    variants: z.array(variantInput).min(1).max(20),
    optionGroups: z.array(optionGroupInput).max(10),
    ifVersion: z.int(),
  })
  .partial();

/** `PUT /api/variants/:id/stock`: sets what is available from now on; holds stay as they are. */
export const setStockSchema = z.strictObject({ available: z.int().min(0).max(1_000_000) });
export type CreateProduct = z.infer<typeof createProductSchema>;
export type UpdateProduct = z.infer<typeof updateProductSchema>;

export const productAnswer = z.strictObject({ product: productSchema });

/** `GET /api/products?category=&q=&cursor=&limit=`; `all` (agents) includes inactive ones. */
export const productsQuerySchema = z.strictObject({
  category: text(LIMITS.nameLength).optional(),
  q: text(LIMITS.nameLength).optional(),
  all: z.enum(['true', 'false']).optional(),
  ...pageQuery,
});

/** `GET /api/products/:id/changes`: changes that staff made to a product, newest first. */
export const catalogChangeSchema = z.strictObject({
  /** Rises with every change of the catalog. */
  id: z.string(),
  type: z.enum(CATALOG_CHANGE_TYPES),
  at: time,
  /** The name of the staff member; null if that account is gone. */
  by: z.string().nullable(),
  variantId: id.nullable(),
  /** The variant's name at the time of the change. */
  variant: z.string().nullable(),
  /** For `changed`. */
  parts: z.array(z.enum(CHANGED_PARTS)),
  /** For `priced` in minor units, for `counted` in pieces. */
  from: z.int().nullable(),
  to: z.int().nullable(),
});
export type CatalogChange = z.infer<typeof catalogChangeSchema>;
