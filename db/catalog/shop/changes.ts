/** The shop's history: which staff member changed which spot or setting, written in the transaction of the change. */

import { sql } from 'kysely';
import type { ShopChange } from '../../../domain/contract/settings.ts';
import type { Database } from '../../database.ts';
import { query, run, type Runner } from '../../sql.ts';

type Value = ShopChange['changes'][number]['to'];

/** The changed fields, each with its old and new value. */
export type Differences = Readonly<Record<string, { readonly from: Value; readonly to: Value }>>;

export interface ShopChangeRow {
  readonly id: string;
  readonly type: ShopChange['type'];
  readonly at: Date;
  readonly actorId: string;
  /** The spot's label at the time of the change. */
  readonly spot: string | null;
  readonly data: Differences;
}

/** Returns the changes, newest first; with `before`, only those older than it. */
export function listShopChanges(
  catalog: Database,
  { before = null, limit }: { readonly before?: string | null | undefined; readonly limit: number },
): Promise<ShopChangeRow[]> {
  return query<ShopChangeRow>(
    catalog.em.fork(),
    sql`select c.id, c.type, c.at, c.actor_id as "actorId", s.label as spot, c.data
     from shop_changes c left join spots s on s.id = c.spot_id
     where ${before}::bigint is null or c.id < ${before}::bigint order by c.id desc limit ${limit}`,
  );
}

/** Returns the fields of `after` that differ from `before`. */
export function differencesBetween<Field extends string>(
  before: Readonly<Record<Field, Value>>,
  after: Readonly<Record<Field, Value>>,
): Differences {
  const fields = Object.keys(after) as Field[];
  return Object.fromEntries(
    fields
      .filter((field) => before[field] !== after[field])
      .map((field) => [field, { from: before[field], to: after[field] }]),
  );
}

/** Records a change in the caller's transaction. Changes without a staff member (demo data) are not kept. */
export async function noteShopChange(
  em: Runner,
  change: {
    readonly type: ShopChange['type'];
    readonly actorId: string | undefined;
    readonly spotId?: string;
    /** The request's, so that a repeat finds what it has done. */
    readonly requestId?: string;
    readonly data: Differences;
  },
): Promise<void> {
  const { type, actorId, spotId, requestId, data } = change;
  // A code is a secret: that it was renewed is all that is kept of it.
  const isChange = type === 'spot_code_renewed' || Object.keys(data).length > 0;
  if (actorId === undefined || !isChange) return;
  await run(
    em,
    sql`insert into shop_changes (actor_id, type, spot_id, request_id, data)
        values (${actorId}, ${type}, ${spotId ?? null}::uuid, ${requestId ?? null}::uuid, ${JSON.stringify(data)}::jsonb)`,
  );
}
