/** The catalog's history: who changed what, written in the transaction of the change. */

import { sql } from 'kysely';
import {
  CHANGED_PARTS,
  type CatalogChangeData,
  type CatalogChangeType,
  type ChangedPart,
} from '../../../domain/catalog-changes.ts';
import { FACT_NAMES, type Product, type UpdateProduct } from '../../../domain/contract/catalog.ts';
import type { Database } from '../../database.ts';
import { query, run, type Runner } from '../../sql.ts';

export interface CatalogChangeDraft {
  readonly type: CatalogChangeType;
  readonly variantId?: string;
  readonly data?: CatalogChangeData;
}

export interface CatalogChangeRow {
  readonly id: string;
  readonly at: Date;
  readonly actorId: string;
  readonly type: CatalogChangeType;
  readonly variantId: string | null;
  readonly data: CatalogChangeData;
}

/** Records changes in the caller's transaction. Changes without a staff member (demo data) are not kept. */
export async function noteChanges(
  em: Runner,
  productId: string,
  actorId: string | undefined,
  changes: readonly CatalogChangeDraft[],
): Promise<void> {
  if (actorId === undefined || changes.length === 0) return;
  await run(
    em,
    sql`insert into catalog_changes (product_id, variant_id, actor_id, type, data)
     select ${productId}::uuid, "variantId", ${actorId}, type, coalesce(data, '{}')
     from json_to_recordset(${JSON.stringify(changes)}::json) as given ("variantId" uuid, type text, data jsonb)`,
  );
}

/** Returns the changes that an update makes to a product. */
export function changesBetween(before: Product, after: Product, given: UpdateProduct): CatalogChangeDraft[] {
  const isSame = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  const names = (product: Product) => product.variants.map(({ id, name }) => ({ id, name }));
  const parts: ChangedPart[] = CHANGED_PARTS.filter((part) => part !== 'facts' && part !== 'variants').filter(
    (part) => given[part] !== undefined && !isSame(before[part], after[part]),
  );
  if (FACT_NAMES.some((name) => !isSame(before[name], after[name]))) parts.push('facts');
  if (!isSame(names(before), names(after))) parts.push('variants');
  const priced = after.variants.flatMap(({ id, name, unitAmount }): CatalogChangeDraft[] => {
    const was = before.variants.find((variant) => variant.id === id)?.unitAmount;
    if (was === undefined || was === unitAmount) return [];
    return [{ type: 'priced', variantId: id, data: { from: was, to: unitAmount, variant: name } }];
  });
  return [...(parts.length > 0 ? [{ type: 'changed' as const, data: { parts } }] : []), ...priced];
}

/** Returns the changes of a product, newest first; with `before`, only those older than it. */
export async function listChanges(
  catalog: Database,
  productId: string,
  { before, limit }: { readonly before?: string | undefined; readonly limit: number },
): Promise<CatalogChangeRow[]> {
  return query<CatalogChangeRow>(
    catalog.em.fork(),
    sql`select id, at, actor_id as "actorId", type, variant_id as "variantId", data from catalog_changes
     where product_id = ${productId} and (${before ?? null}::bigint is null or id < ${before ?? null}::bigint)
     order by id desc limit ${limit}`,
  );
}
