/** The catalog's history: who changed what, written with the change itself. */

import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { CatalogChangeData, CatalogChangeType, ChangedPart } from '../../../domain/catalog-changes.ts';
import type { Product, UpdateProduct } from '../../../domain/contract/catalog.ts';
import type { Database } from '../../database.ts';

export interface CatalogChangeDraft {
  readonly type: CatalogChangeType;
  readonly variantId?: string;
  readonly data?: CatalogChangeData;
}

export interface CatalogChangeRow {
  readonly at: Date;
  readonly actorId: string;
  readonly type: CatalogChangeType;
  readonly variantId: string | null;
  readonly data: CatalogChangeData;
}

/** Writes changes down, in the caller's transaction. What nobody of the staff did (demo data) is not kept. */
export async function noteChanges(
  em: Pick<SqlEntityManager, 'execute'>,
  productId: string,
  actorId: string | undefined,
  changes: readonly CatalogChangeDraft[],
): Promise<void> {
  if (actorId === undefined || changes.length === 0) return;
  await em.execute(
    `insert into catalog_changes (product_id, variant_id, actor_id, type, data)
     select ?::uuid, "variantId", ?, type, coalesce(data, '{}')
     from json_to_recordset(?::json) as given ("variantId" uuid, type text, data jsonb)`,
    [productId, actorId, JSON.stringify(changes)],
    'run',
  );
}

/** What an update has changed of a product. */
export function changesBetween(before: Product, after: Product, given: UpdateProduct): CatalogChangeDraft[] {
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  const names = (product: Product) => product.variants.map(({ id, name }) => ({ id, name }));
  const parts: ChangedPart[] = (
    ['name', 'description', 'category', 'allergens', 'taxRate', 'active', 'optionGroups'] as const
  ).filter((part) => given[part] !== undefined && !isSame(before[part], after[part]));
  if (!isSame(names(before), names(after))) parts.push('variants');
  const priced = after.variants.flatMap(({ id, name, unitAmount }): CatalogChangeDraft[] => {
    const was = before.variants.find((variant) => variant.id === id)?.unitAmount;
    if (was === undefined || was === unitAmount) return [];
    return [{ type: 'priced', variantId: id, data: { from: was, to: unitAmount, variant: name } }];
  });
  return [...(parts.length > 0 ? [{ type: 'changed' as const, data: { parts } }] : []), ...priced];
}

/** The last changes of a product, newest first. */
export async function listChanges(
  catalog: Database,
  productId: string,
  limit: number,
): Promise<CatalogChangeRow[]> {
  return catalog.em.fork().execute<CatalogChangeRow[]>(
    `select at, actor_id as "actorId", type, variant_id as "variantId", data from catalog_changes
     where product_id = ? order by id desc limit ?`,
    [productId, limit],
  );
}
