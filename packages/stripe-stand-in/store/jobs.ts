import type { DatabaseSync } from 'node:sqlite';

/** The kinds of scheduled jobs. */
export type JobKind =
  | 'authorization_expiry'
  | 'balance_transaction'
  | 'refund_succeeds'
  | 'refund_fails'
  | 'dispute'
  | 'dispute_won'
  | 'dispute_lost'
  | 'inquiry_escalates'
  | 'processing_ends';

/** One scheduled job. `reference` is the id of its object. */
export interface Job {
  id: number;
  kind: JobKind;
  reference: string;
  /** Seconds since the epoch, by the stand-in's clock. */
  due: number;
}

/** Scheduled jobs, stored in the database. */
export interface Jobs {
  /** `due` in seconds since the epoch, by the stand-in's clock. */
  schedule(kind: JobKind, reference: string, due: number): void;
  /** Removes and returns the next job that is due. Call it within a transaction. */
  take(now: number): Job | undefined;
  /** Returns true when something is due. */
  anyDue(now: number): boolean;
}

/** Makes the table when it is missing. */
export function createJobs(database: DatabaseSync): Jobs {
  database.exec(`CREATE TABLE IF NOT EXISTS jobs (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, reference TEXT NOT NULL, due REAL NOT NULL);
    CREATE INDEX IF NOT EXISTS jobs_due ON jobs (due)`);
  const insert = database.prepare('INSERT INTO jobs (kind, reference, due) VALUES (?, ?, ?)');
  const next = database.prepare(
    'SELECT id, kind, reference, due FROM jobs WHERE due <= ? ORDER BY due, id LIMIT 1',
  );
  const remove = database.prepare('DELETE FROM jobs WHERE id = ?');
  return {
    schedule: (kind, reference, due) => {
      insert.run(kind, reference, due);
    },
    take: (now) => {
      const row = next.get(now);
      if (!row) return undefined;
      remove.run(row['id'] ?? null);
      return {
        id: Number(row['id']),
        kind: String(row['kind']) as JobKind,
        reference: String(row['reference']),
        due: Number(row['due']),
      };
    },
    anyDue: (now) => next.get(now) !== undefined,
  };
}
