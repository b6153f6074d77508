import type { DatabaseSync } from 'node:sqlite';

/** The stand-in's time. It runs as the real one does, from an offset that tests move. */
export interface Clock {
  /** Milliseconds since the epoch. */
  milliseconds(): number;
  /** Whole seconds since the epoch, as Stripe's objects carry them. */
  seconds(): number;
  /** How far it was moved, in whole seconds. */
  offset(): number;
  /** Moves time on (or back) by so many seconds. The offset survives a restart. */
  advance(seconds: number): void;
  /** Sets what time it is now, in seconds since the epoch. */
  set(seconds: number): void;
  /** Resets to the real time. */
  reset(): void;
}

/** `base` gives the real time in milliseconds; the offset is kept in the database. */
export function createClock(database: DatabaseSync, base: () => number = Date.now): Clock {
  database.exec(
    'CREATE TABLE IF NOT EXISTS clock (id INTEGER PRIMARY KEY CHECK (id = 1), offset_ms INTEGER NOT NULL)',
  );
  database.exec('INSERT OR IGNORE INTO clock VALUES (1, 0)');
  const row = database.prepare('SELECT offset_ms FROM clock').get();
  let offset = Number(row?.['offset_ms'] ?? 0);
  const save = database.prepare('UPDATE clock SET offset_ms = ?');
  const move = (to: number): void => {
    offset = Math.round(to);
    save.run(offset);
  };
  const milliseconds = (): number => base() + offset;
  return {
    milliseconds,
    seconds: () => Math.floor(milliseconds() / 1000),
    offset: () => Math.round(offset / 1000),
    advance: (seconds) => move(offset + seconds * 1000),
    set: (seconds) => move(seconds * 1000 - base()),
    reset: () => move(0),
  };
}
