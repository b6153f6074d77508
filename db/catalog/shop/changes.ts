/** The shop's history: who of the staff changed what of its spots and settings, written with the change itself. */

import type { SqlEntityManager } from '@mikro-orm/postgresql';

/** What changed, field by field, from what to what. */
export type Differences = Readonly<Record<string, { readonly from: unknown; readonly to: unknown }>>;

/** Fields of `after` that are not as they were. */
export function differencesBetween<Thing extends object>(before: Thing, after: Thing): Differences {
  return Object.fromEntries(
    Object.entries(after)
      .map(([field, to]) => [field, { from: before[field as keyof Thing], to }] as const)
      .filter(([, { from, to }]) => JSON.stringify(from) !== JSON.stringify(to)),
  );
}

/** Writes a change down, in the caller's transaction. What nobody of the staff did (demo data) is not kept. */
export async function noteShopChange(
  em: Pick<SqlEntityManager, 'execute'>,
  change: {
    readonly type: 'spot_added' | 'spot_changed';
    readonly actorId: string | undefined;
    readonly spotId?: string;
    readonly data: Differences;
  },
): Promise<void> {
  const { type, actorId, spotId, data } = change;
  if (actorId === undefined || Object.keys(data).length === 0) return;
  await em.execute(
    `insert into shop_changes (actor_id, type, spot_id, data) values (?, ?, ?::uuid, ?::jsonb)`,
    [actorId, type, spotId ?? null, JSON.stringify(data)],
    'run',
  );
}
