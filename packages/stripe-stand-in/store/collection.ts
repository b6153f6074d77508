import type { DatabaseSync, StatementSync } from 'node:sqlite';

/** An object as responses show it, and the stand-in's internal state of it. */
export interface Stored<T, Hidden> {
  readonly seq: number;
  object: T;
  hidden: Hidden;
}

/** Which objects of a collection, newest first. */
export interface Selection {
  where?: Record<string, string | undefined>;
  created?: {
    gt?: number | undefined;
    gte?: number | undefined;
    lt?: number | undefined;
    lte?: number | undefined;
  };
  limit: number;
  startingAfter?: string | undefined;
  endingBefore?: string | undefined;
}

/** All objects of one noun, in one table: the newest has the highest `seq`. */
export interface Collection<T extends { id: string }, Hidden> {
  readonly name: string;
  insert(object: T, hidden: Hidden): void;
  /** Updates an existing object. */
  save(object: T, hidden: Hidden): void;
  find(id: string): Stored<T, Hidden> | undefined;
  /** Returns a page, or undefined when the cursor (`startingAfter`, `endingBefore`) names no object. */
  select(selection: Selection): { data: T[]; hasMore: boolean } | undefined;
  /** Returns every object whose indexed field has the value, oldest first. */
  all(field: string, value: string): T[];
  count(): number;
}

/** Makes the table when it is missing. `fields` of the object are indexed, so that lists can filter by them. */
export function createCollection<T extends { id: string; created?: number }, Hidden = Record<string, never>>(
  database: DatabaseSync,
  name: string,
  fields: readonly string[] = [],
): Collection<T, Hidden> {
  const generated = fields.map(
    (field) => `, "${field}" TEXT GENERATED ALWAYS AS (json_extract(body, '$.${field}')) VIRTUAL`,
  );
  database.exec(
    `CREATE TABLE IF NOT EXISTS ${name} (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, created INTEGER NOT NULL, body TEXT NOT NULL, hidden TEXT NOT NULL${generated.join('')})`,
  );
  database.exec(`CREATE INDEX IF NOT EXISTS ${name}_created ON ${name} (created, seq)`);
  for (const field of fields) {
    database.exec(`CREATE INDEX IF NOT EXISTS ${name}_${field} ON ${name} ("${field}", seq)`);
  }
  const insert = database.prepare(`INSERT INTO ${name} (id, created, body, hidden) VALUES (?, ?, ?, ?)`);
  const update = database.prepare(`UPDATE ${name} SET body = ?, hidden = ? WHERE id = ?`);
  const find = database.prepare(`SELECT seq, body, hidden FROM ${name} WHERE id = ?`);
  const statements = new Map<string, StatementSync>();
  const prepared = (sql: string): StatementSync => {
    let statement = statements.get(sql);
    if (!statement) statements.set(sql, (statement = database.prepare(sql)));
    return statement;
  };
  const seqOf = (id: string): number | undefined => {
    const row = find.get(id);
    return row ? Number(row['seq']) : undefined;
  };

  return {
    name,
    insert: (object, hidden) => {
      insert.run(object.id, object.created ?? 0, JSON.stringify(object), JSON.stringify(hidden));
    },
    save: (object, hidden) => {
      update.run(JSON.stringify(object), JSON.stringify(hidden), object.id);
    },
    find: (id) => {
      const row = find.get(id);
      if (!row) return undefined;
      return {
        seq: Number(row['seq']),
        object: JSON.parse(String(row['body'])) as T,
        hidden: JSON.parse(String(row['hidden'])) as Hidden,
      };
    },
    select: (selection) => {
      const conditions: string[] = [];
      const values: (string | number)[] = [];
      const add = (condition: string, value: string | number | undefined): void => {
        if (value === undefined) return;
        conditions.push(condition);
        values.push(value);
      };
      for (const [field, value] of Object.entries(selection.where ?? {})) add(`"${field}" = ?`, value);
      const { gt, gte, lt, lte } = selection.created ?? {};
      add('created > ?', gt);
      add('created >= ?', gte);
      add('created < ?', lt);
      add('created <= ?', lte);
      const cursor = selection.startingAfter ?? selection.endingBefore;
      const backwards = selection.startingAfter === undefined && selection.endingBefore !== undefined;
      if (cursor !== undefined) {
        const seq = seqOf(cursor);
        if (seq === undefined) return undefined;
        add(backwards ? 'seq > ?' : 'seq < ?', seq);
      }
      const where = conditions.length > 0 ? `WHERE ${conditions.join(' AND ')}` : '';
      const sql = `SELECT body FROM ${name} ${where} ORDER BY seq ${backwards ? 'ASC' : 'DESC'} LIMIT ?`;
      const rows = prepared(sql).all(...values, selection.limit + 1);
      const data = rows.slice(0, selection.limit).map((row) => JSON.parse(String(row['body'])) as T);
      return { data: backwards ? data.toReversed() : data, hasMore: rows.length > selection.limit };
    },
    all: (field, value) =>
      prepared(`SELECT body FROM ${name} WHERE "${field}" = ? ORDER BY seq`)
        .all(value)
        .map((row) => JSON.parse(String(row['body'])) as T),
    count: () => Number(prepared(`SELECT count(*) AS n FROM ${name}`).get()?.['n'] ?? 0),
  };
}
