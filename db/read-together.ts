/** Reads by id that many callers ask for at the same moment. */

import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Database } from './database.ts';

/**
 * Returns a read of one row by its id, or of undefined. All calls of one turn of the event loop are answered by one
 * `read`, which starts after them: what was committed before a call is in its answer.
 */
export function readTogether<Row>(
  read: (database: Database, ids: readonly string[]) => Promise<readonly Row[]>,
  idOf: (row: Row) => string,
): (database: Database, id: string) => Promise<Row | undefined> {
  const gathering = new WeakMap<Database, { ids: Set<string>; rows: Promise<ReadonlyMap<string, Row>> }>();
  const gather = (database: Database) => {
    const ids = new Set<string>();
    const rows = nextTurn().then(async () => {
      gathering.delete(database);
      return new Map((await read(database, [...ids])).map((row) => [idOf(row), row]));
    });
    const batch = { ids, rows };
    gathering.set(database, batch);
    return batch;
  };
  return async (database, id) => {
    const { ids, rows } = gathering.get(database) ?? gather(database);
    ids.add(id);
    return (await rows).get(id);
  };
}
