/** The settings of the shop, as every API and worker process uses them. */

import { sql } from 'kysely';
import type { SqlEntityManager } from '@mikro-orm/postgresql';
import type { SettingName, ShopSettings, UpdateSettings } from '../../../domain/contract/settings.ts';
import type { Database } from '../../database.ts';
import { query, run, type Runner } from '../../sql.ts';
import { differencesBetween, noteShopChange } from './changes.ts';

/**
 * How long a process caches the settings, and so how soon a change takes effect everywhere without a restart. While the
 * catalog database is away nobody can change them, so the last ones read stay in force.
 */
const KEPT_MS = 1_000;

export interface Settings {
  /** Returns the settings, at most a second old. */
  read(): Promise<ShopSettings>;
  /**
   * Changes the settings in `input`, and records who changed what. Returns `currency_in_use` if prices exist in the old
   * currency.
   */
  change(input: UpdateSettings, actorId: string): Promise<ShopSettings | 'currency_in_use'>;
}

/**
 * Creates the settings over the catalog database. `first` holds the values of a new shop: a setting without a row gets
 * its value from there, once; from then on the row applies.
 */
export function createSettings(catalog: Database, first: ShopSettings): Settings {
  let kept: { value: Promise<ShopSettings>; until: number } | undefined;
  let last: ShopSettings | undefined;
  const keep = (read: Promise<ShopSettings>) => {
    const value = read.then(
      (settings) => (last = settings),
      (error: unknown) => {
        if (last) return last;
        kept = undefined;
        throw error;
      },
    );
    kept = { value, until: Date.now() + KEPT_MS };
    return value;
  };
  return {
    read: () => (kept && Date.now() < kept.until ? kept.value : keep(readSettings(catalog, first))),
    change: async (input, actorId) => {
      const changed = await changeSettings(catalog, first, input, actorId);
      if (changed !== 'currency_in_use') void keep(Promise.resolve(changed));
      return changed;
    },
  };
}

/** Returns whether any product, on the menu or not, has a price. */
export async function hasPrices(em: Runner): Promise<boolean> {
  const [row] = await query<{ has: boolean }>(em, sql`select exists (select from variants) as has`);
  return row!.has;
}

async function readSettings(catalog: Database, first: ShopSettings): Promise<ShopSettings> {
  const em = catalog.em.fork();
  const found = await readRows(em, first);
  if (found.size === Object.keys(first).length) return present(found);
  await run(
    em,
    sql`insert into settings (name, value) select key, value from jsonb_each(${JSON.stringify(first)}::jsonb) on conflict (name) do nothing`,
  );
  return present(await readRows(em, first));
}

async function changeSettings(
  catalog: Database,
  first: ShopSettings,
  input: UpdateSettings,
  actorId: string,
): Promise<ShopSettings | 'currency_in_use'> {
  await readSettings(catalog, first);
  return catalog.em.fork().transactional(async (em) => {
    await run(em, sql`select from settings order by name for no key update`);
    const before = present(await readRows(em, first));
    const after = { ...before, ...input } as ShopSettings;
    // The prices would keep their numbers in another currency.
    if (after.currency !== before.currency && (await hasPrices(em))) return 'currency_in_use' as const;
    const data = differencesBetween(before, after);
    await run(
      em,
      sql`update settings set value = given.value, updated_at = clock_timestamp()
       from jsonb_each(${JSON.stringify(Object.fromEntries(Object.entries(data).map(([name, { to }]) => [name, to])))}::jsonb) as given where given.key = settings.name`,
    );
    await noteShopChange(em, { type: 'settings_changed', actorId, data });
    return after;
  });
}

/** Returns the rows of the settings that this version knows. */
async function readRows(
  em: SqlEntityManager,
  first: ShopSettings,
): Promise<ReadonlyMap<SettingName, unknown>> {
  const rows = await query<{ name: SettingName; value: unknown }>(
    em,
    sql`select name, value from settings where name = any(${Object.keys(first)})`,
  );
  return new Map(rows.map(({ name, value }) => [name, value]));
}

/** Values were validated by the contract before they were written. */
function present(rows: ReadonlyMap<SettingName, unknown>): ShopSettings {
  return Object.fromEntries(rows) as ShopSettings;
}
