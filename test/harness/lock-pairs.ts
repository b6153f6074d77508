/** Runs writers concurrently, two at a time, on a slowed-down database, so that lock cycles turn into deadlocks. */

import { sql } from 'kysely';
import type { Database } from '../../db/database.ts';
import { query, run } from '../../db/sql.ts';

/** Writes to some rows of `scene`. */
export type Writer<Scene> = (scene: Scene) => Promise<unknown>;

const AT_ONCE = 8;
/** PostgreSQL's error codes for a transaction aborted in favor of another. */
const GIVEN_UP = new Set(['40P01', '40001']);

/** Delays each statement that writes to one of `tables` by some milliseconds while it holds its locks. */
export async function writeSlowly(database: Database, tables: readonly string[]): Promise<void> {
  const em = database.em.fork();
  await run(
    em,
    sql`create function write_slowly() returns trigger language plpgsql as $$
    begin perform pg_sleep(0.003); return null; end $$`,
  );
  for (const table of tables) {
    await run(
      em,
      sql`create trigger slowly after insert or update on ${sql.id(table)}
      for each statement execute function write_slowly()`,
    );
  }
  // PostgreSQL checks for deadlocks after a wait of this long; the default is one second.
  const name = new URL(database.config.get('clientUrl')).pathname.slice(1);
  await run(em, sql`alter database ${sql.id(name)} set deadlock_timeout = '50ms'`);
}

/**
 * Runs each pair of `writers` (and each one with itself) concurrently on a new scene. Returns the pairs in which one
 * was aborted, plus `uncounted` if PostgreSQL's own deadlock count rose by more than these.
 */
export async function playPairs<Scene>(
  database: Database,
  writers: Readonly<Record<string, Writer<Scene>>>,
  make: () => Promise<Scene>,
): Promise<string[]> {
  const names = Object.keys(writers);
  const pairs = names.flatMap((one, index) => names.slice(index).map((other) => [one, other] as const));
  const victims = new Set<string>();
  const before = await countDeadlocks(database);
  const play = async (one: string, other: string) => {
    const scene = await make();
    const results = await Promise.allSettled([one, other, one].map((name) => writers[name]!(scene)));
    for (const result of results) {
      // A step may run too late, or find its row already written: only aborted transactions count.
      const code = result.status === 'rejected' ? (result.reason as { code?: string }).code : undefined;
      if (code !== undefined && GIVEN_UP.has(code)) victims.add(`${one} and ${other}`);
    }
  };
  const players = Array.from({ length: AT_ONCE }, async () => {
    for (let pair = pairs.pop(); pair; pair = pairs.pop()) await play(...pair);
  });
  await Promise.all(players);
  const uncounted = victims.size === 0 && (await countDeadlocks(database)) > before ? ['uncounted'] : [];
  return [...victims, ...uncounted];
}

async function countDeadlocks(database: Database): Promise<number> {
  const [row] = await query<{ deadlocks: number }>(
    database.em.fork(),
    sql`select pg_stat_force_next_flush(), deadlocks::int from pg_stat_database where datname = current_database()`,
  );
  return row!.deadlocks;
}
