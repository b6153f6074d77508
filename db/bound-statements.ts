/**
 * Prepares statements with values once per connection: PostgreSQL then plans a statement that every order runs once,
 * not with every order. Measured: a third of its processor time.
 */

import { EntityManager, type PostgreSqlDriver } from '@mikro-orm/postgresql';
import { Client, type ClientConfig } from 'pg';
import { markFromConnection, throwFromConnection } from './database-away.ts';
import { WORKER_PATIENCE, withPatience } from './patience.ts';

/** The entity manager of all databases. Our own SQL runs through sql.ts, which binds its values. */
export class BindingEntityManager extends EntityManager<PostgreSqlDriver> {
  /** Throws: the ORM's version would write the values into the text. */
  override execute(): never {
    throw new TypeError('SQL is a fragment, and runs through db/sql.ts');
  }
}

/** More than the code has: statements whose text is built anew each time must not accumulate. */
const MOST_STATEMENTS = 500;

const names = new Map<string, string>();
/** Rises when a table changes under its prepared statements, so that all are prepared again. */
let generation = 1;

/** The statement timeout of a PreparingClient, besides `pg`'s own connection settings. */
export interface PreparingClientConfig extends ClientConfig {
  readonly statementMs?: number;
}

/**
 * A connection that prepares every statement with values under a name of its own on first use, and closes itself when a
 * statement exceeds its timeout. `isDatabaseAway` recognizes its errors.
 */
export class PreparingClient extends Client {
  constructor(config: PreparingClientConfig = {}) {
    super(config);
    // A broken connection rejects its pending queries; without a listener it would also end the process. The pool's
    // listener comes later and rejects `pool.query` with the error, even before the query itself rejects.
    this.on('error', markFromConnection);
    const { statementMs = WORKER_PATIENCE.statementMs } = config;
    const query = this.query.bind(this) as (...args: unknown[]) => unknown;
    const run = (...args: unknown[]) =>
      withPatience(this, statementMs, query(...args) as Promise<unknown>).catch(throwFromConnection);
    const ask = (...args: unknown[]): unknown => {
      const [text, values] = args;
      const isPlain =
        typeof text === 'string' && (args.length === 1 || (args.length === 2 && Array.isArray(values)));
      // A cursor or a stream executes itself.
      if (!isPlain) return isSubmittable(text) ? query(...args) : run(...args);
      const name = args.length === 2 && (values as unknown[]).length > 0 ? nameOf(text) : undefined;
      if (name === undefined) return run(...args);
      return run({ name, text, values }).catch(prepareAnewAfterMigration);
    };
    this.query = ((...args: unknown[]) => {
      const callback = args.at(-1);
      if (typeof callback !== 'function') return ask(...args);
      // `pool.query` passes a callback.
      const answer = callback as (error: unknown, result?: unknown) => void;
      (ask(...args.slice(0, -1)) as Promise<unknown>).then((result) => answer(undefined, result), answer);
    }) as Client['query'];
    const connect = this.connect.bind(this) as (callback: (error?: Error) => void) => void;
    // The pool connects with a callback.
    this.connect = ((callback?: (error?: unknown) => void) => {
      const connected = new Promise<void>((resolve, reject) => {
        connect((error) => (error ? reject(error) : resolve()));
      }).catch(throwFromConnection);
      if (!callback) return connected.then(() => this);
      connected.then(() => callback(), callback);
    }) as Client['connect'];
  }
}

function isSubmittable(statement: unknown): boolean {
  return typeof (statement as { submit?: unknown } | null)?.submit === 'function';
}

function nameOf(text: string): string | undefined {
  let name = names.get(text);
  if (name === undefined && names.size < MOST_STATEMENTS) names.set(text, (name = `s${names.size + 1}`));
  return name && `${name}_${generation}`;
}

/** "cached plan must not change result type": the statement fails, and may be retried. */
function prepareAnewAfterMigration(error: { code?: string }): never {
  if (error.code === '0A000') generation += 1;
  throw error;
}
