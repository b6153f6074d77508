/**
 * Reads and writes the catalog. Agents' changes are versioned, so that nobody overwrites a change that she hasn't seen.
 */

import { sql } from 'kysely';
import { createHash, randomUUID } from 'node:crypto';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import {
  FACT_NAMES,
  NO_FACTS,
  type CreateProduct,
  type FactName,
  type OptionGroup,
  type Product,
  type ProductFacts,
  type UpdateProduct,
} from '../../../domain/contract/catalog.ts';
import { wordsOf } from '../../../domain/fold.ts';
import type { Database } from '../../database.ts';
import { query, run } from '../../sql.ts';
import { changesBetween, noteChanges } from './changes.ts';
import {
  PictureEntity,
  ProductEntity,
  VariantEntity,
  type ProductRow,
  type VariantRow,
} from '../entities.ts';

export interface ProductFilter {
  readonly category?: string | undefined;
  /** Words that must each occur in name, category, description or an option, compared by `foldText`. */
  readonly q?: string | undefined;
  /** Whether to include products that are off the menu. */
  readonly includeInactive?: boolean;
  /** `position` and id of the previous page's last product. */
  readonly after?: { readonly position: number; readonly id: string } | undefined;
  readonly limit: number;
}

/** Returns one page of products in menu order. */
export async function listProducts(catalog: Database, filter: ProductFilter): Promise<Product[]> {
  const em = catalog.em.fork();
  const found = filter.q === undefined ? undefined : await findProductIds(catalog, filter.q);
  const rows = await em.find(
    ProductEntity,
    {
      ...(filter.includeInactive ? {} : { active: true }),
      ...(filter.category === undefined ? {} : { category: filter.category }),
      $and: [
        found === undefined ? {} : { id: { $in: found } },
        filter.after === undefined
          ? {}
          : {
              $or: [
                { position: { $gt: filter.after.position } },
                { position: filter.after.position, id: { $gt: filter.after.id } },
              ],
            },
      ],
    },
    { orderBy: { position: 'asc', id: 'asc' }, limit: filter.limit },
  );
  const variants = await em.find(
    VariantEntity,
    { productId: { $in: rows.map((row) => row.id) }, active: true },
    { orderBy: { position: 'asc' } },
  );
  return rows.map((row) =>
    presentProduct(
      row,
      variants.filter((variant) => variant.productId === row.id),
    ),
  );
}

/**
 * Up to this length a word matches only at the start of a word: `oat` doesn't find a coat, while `kuchen` finds a
 * Käsekuchen.
 */
const SHORT_WORD = 4;

/** A query without words, such as “%”, is matched literally. */
async function findProductIds(catalog: Database, typed: string): Promise<string[]> {
  const words = wordsOf(typed).map((word) => (word.length > SHORT_WORD ? word : ` ${word}`));
  const rows = await query<{ id: string }>(
    catalog.em.fork(),
    sql`select id from products
     where coalesce((select bool_and(strpos(' ' || search_words, word) > 0) from unnest(${words}::text[]) as word),
       strpos(name || ' ' || description, ${typed}) > 0)`,
  );
  return rows.map(({ id }) => id);
}

/** Returns a product with its variants, active or not, or undefined. */
export async function readProduct(catalog: Database, id: string): Promise<Product | undefined> {
  const em = catalog.em.fork();
  const row = await em.findOne(ProductEntity, { id });
  if (!row) return undefined;
  const variants = await em.find(
    VariantEntity,
    { productId: id, active: true },
    { orderBy: { position: 'asc' } },
  );
  return presentProduct(row, variants);
}

/** Returns the product of a variant, or undefined. */
export async function findProductOfVariant(
  catalog: Database,
  variantId: string,
): Promise<string | undefined> {
  const variant = await catalog.em.fork().findOne(VariantEntity, { id: variantId });
  return variant?.productId;
}

/**
 * Adds a product at the end of the menu (or at `position`). Only demo data gives ids; an id that already exists returns
 * undefined and changes nothing.
 */
export async function createProduct(
  catalog: Database,
  input: CreateProduct,
  options: { currency: string; id?: string; position?: number; requestHash?: string; actorId?: string },
): Promise<Product | undefined> {
  const id = options.id ?? randomUUID();
  return catalog.em.fork().transactional(async (em) => {
    // Of two requests with one key, the second waits and then finds the first one's product.
    await run(em, sql`select pg_advisory_xact_lock(hashtextextended(${id}, 0))`);
    if (await em.findOne(ProductEntity, { id })) return undefined;
    const [last] = await em.find(ProductEntity, {}, { orderBy: { position: 'desc' }, limit: 1 });
    const product = em.create(ProductEntity, {
      id,
      name: input.name,
      description: input.description,
      category: input.category,
      allergens: input.allergens,
      taxRate: input.taxRate,
      taxClass: input.taxClass ?? null,
      active: input.active,
      position: options.position ?? (last?.position ?? 0) + 1,
      optionGroups: withIds(input.optionGroups),
      facts: factsIn(input),
      requestHash: options.requestHash ?? null,
    });
    const variants = input.variants.map((variant, position) =>
      em.create(VariantEntity, {
        id: variant.id ?? randomUUID(),
        productId: id,
        name: variant.name,
        unitAmount: variant.unitAmount,
        currency: options.currency,
        position,
        received: variant.available ?? 0,
        available: variant.available ?? 0,
      }),
    );
    // Products before their variants: the tables have a foreign key that the entities don't.
    await em.persist(product).flush();
    await em.persist(variants).flush();
    await noteChanges(em, id, options.actorId, [{ type: 'created' }]);
    return presentProduct(product, variants);
  });
}

/** Returns whether the product was made from the body with this hash. */
export async function wasMadeOf(catalog: Database, productId: string, requestHash: string): Promise<boolean> {
  const count = await catalog.em.fork().count(ProductEntity, { id: productId, requestHash });
  return count > 0;
}

/**
 * Changes the fields in `input`. Returns `version_conflict` when `ifVersion` is not the product's version. A variant
 * missing from a given list is taken off the menu; its holds and past orders stay.
 */
export async function updateProduct(
  catalog: Database,
  id: string,
  input: UpdateProduct,
  options: { currency: string; actorId?: string },
): Promise<Product | 'not_found' | 'version_conflict' | 'unknown_variant'> {
  return catalog.em.fork().transactional(async (em) => {
    const product = await lockProduct(em, id);
    if (!product) return 'not_found';
    if (input.ifVersion !== undefined && input.ifVersion !== product.version) return 'version_conflict';
    const { variants: variantInputs, optionGroups, ifVersion: _, ...fields } = input;
    // In the order of ids, like orders (ADR 8).
    await run(em, sql`select from variants where product_id = ${id} order by id for no key update`);
    const variants = await em.find(
      VariantEntity,
      { productId: id, active: true },
      { orderBy: { position: 'asc' } },
    );
    if (variantInputs?.some((given) => given.id && !variants.some((variant) => variant.id === given.id))) {
      return 'unknown_variant';
    }
    const before = presentProduct(
      { ...product },
      [...variants].map((variant) => ({ ...variant })),
    );
    const { own, facts } = splitFacts(fields);
    em.assign(product, definedOnly(own));
    product.facts = { ...product.facts, ...facts };
    if (optionGroups) product.optionGroups = withIds(optionGroups);
    product.version += 1;
    if (variantInputs) {
      for (const variant of variants) {
        variant.active = variantInputs.some((given) => given.id === variant.id);
      }
      variantInputs.forEach((given, position) => {
        const existing = variants.find((variant) => variant.id === given.id);
        if (existing) {
          em.assign(existing, { name: given.name, unitAmount: given.unitAmount, position });
        } else {
          const available = given.available ?? 0;
          const added = em.create(VariantEntity, {
            id: randomUUID(),
            productId: id,
            name: given.name,
            unitAmount: given.unitAmount,
            currency: options.currency,
            position,
            received: available,
            available,
          });
          em.persist(added);
          variants.push(added);
        }
      });
    }
    await em.flush();
    const shown = variants.filter((variant) => variant.active !== false);
    const after = presentProduct(
      product,
      shown.toSorted((left, right) => left.position - right.position),
    );
    await noteChanges(em, id, options.actorId, changesBetween(before, after, input));
    return after;
  });
}

/** Locks a product until the transaction ends, and returns it. */
async function lockProduct(em: SqlEntityManager, id: string) {
  await run(em, sql`select from products where id = ${id} for no key update`);
  return em.findOne(ProductEntity, { id });
}

/** Stores a picture under its SHA-256 and assigns it to the product. Returns false for an unknown product. */
export async function setProductPicture(
  catalog: Database,
  id: string,
  webp: Buffer,
  actorId?: string,
): Promise<boolean> {
  const sha256 = createHash('sha256').update(webp).digest('hex');
  return catalog.em.fork().transactional(async (em) => {
    const product = await lockProduct(em, id);
    if (!product) return false;
    await em.upsert(
      PictureEntity,
      { sha256, content: webp, createdAt: new Date() },
      { onConflictAction: 'ignore' },
    );
    if (product.picture !== sha256) {
      product.picture = sha256;
      product.version += 1;
      await em.flush();
      await noteChanges(em, id, actorId, [{ type: 'pictured' }]);
    }
    return true;
  });
}

/** Returns a picture's bytes (WebP), or undefined. */
export async function readPicture(catalog: Database, sha256: string): Promise<Buffer | undefined> {
  const picture = await catalog.em.fork().findOne(PictureEntity, { sha256 });
  return picture ? Buffer.from(picture.content) : undefined;
}

function presentProduct(row: ProductRow, variants: readonly VariantRow[]): Product {
  return {
    id: row.id,
    name: row.name,
    description: row.description,
    category: row.category,
    imageUrl: row.picture ? `/api/images/${row.picture}.webp` : null,
    allergens: row.allergens,
    taxRate: row.taxRate,
    taxClass: row.taxClass ?? null,
    ...NO_FACTS,
    ...row.facts,
    active: row.active,
    position: row.position,
    version: row.version,
    variants: variants.map(({ id, name, unitAmount, currency, available }) => ({
      id,
      name,
      unitAmount,
      currency,
      available,
    })),
    optionGroups: row.optionGroups,
  };
}

function withIds(groups: CreateProduct['optionGroups']): OptionGroup[] {
  return groups.map((group) => ({
    ...group,
    id: group.id ?? randomUUID(),
    options: group.options.map((option) => ({ ...option, id: option.id ?? randomUUID() })),
  }));
}

/** Returns the facts in the input. */
function factsIn(input: UpdateProduct): Partial<ProductFacts> {
  return Object.fromEntries(
    FACT_NAMES.filter((name) => input[name] !== undefined).map((name) => [name, input[name]]),
  );
}

/** Fields with columns of their own; all others are facts. */
function splitFacts<Fields extends UpdateProduct>(fields: Fields) {
  const own = Object.fromEntries(
    Object.entries(fields).filter(([name]) => !FACT_NAMES.some((fact) => fact === name)),
  ) as Omit<Fields, FactName>;
  return { own, facts: factsIn(fields) };
}

/** Returns the entries of `fields` that have a value. */
function definedOnly<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as never;
}
