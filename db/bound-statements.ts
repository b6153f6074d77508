/**
 * Statements with values are prepared once per connection: PostgreSQL plans a statement that every order runs once, not with
 * every order. Measured: a third of its processor time.
 */

import { EntityManager, type PostgreSqlDriver } from '@mikro-orm/postgresql';
import { Client, type ClientConfig } from 'pg';
import { throwFromConnection } from './database-away.ts';
import { WORKER_PATIENCE, withPatience } from './patience.ts';

/** The entity manager of all databases. SQL of our own runs through sql.ts, which binds its values. */
export class BindingEntityManager extends EntityManager<PostgreSqlDriver> {
  /** Throws: the ORM's own would write the values into the text. */
  override execute(): never {
    throw new TypeError('SQL is a fragment, and runs through db/sql.ts');
  }
}

/** More than the code has: what builds its text anew each time is not kept for ever. */
const MOST_STATEMENTS = 500;

const names = new Map<string, string>();
/** Rises when the tables have changed under prepared statements, so that all are prepared anew. */
let generation = 1;

/** How long a statement of a PreparingClient may take, beside what `pg` knows of a connection. */
export interface PreparingClientConfig extends ClientConfig {
  readonly statementMs?: number;
}

/**
 * A connection that prepares every statement with values under a name of its own, the first time it runs it, and gives
 * itself up when a statement takes longer than it may. Its errors are told apart from others by `isDatabaseAway`.
 */
export class PreparingClient extends Client {
  constructor(config: PreparingClientConfig = {}) {
    super(config);
    // A connection that breaks fails what waits in it; without a listener it would end the process besides.
    this.on('error', () => undefined);
    const { statementMs = WORKER_PATIENCE.statementMs } = config;
    const query = this.query.bind(this) as (...args: unknown[]) => unknown;
    const run = (...args: unknown[]) =>
      withPatience(this, statementMs, query(...args) as Promise<unknown>).catch(throwFromConnection);
    const ask = (...args: unknown[]): unknown => {
      const [text, values] = args;
      const isPlain =
        typeof text === 'string' && (args.length === 1 || (args.length === 2 && Array.isArray(values)));
      // A cursor or a stream runs by itself.
      if (!isPlain) return isSubmittable(text) ? query(...args) : run(...args);
      const name = args.length === 2 && (values as unknown[]).length > 0 ? nameOf(text) : undefined;
      if (name === undefined) return run(...args);
      return run({ name, text, values }).catch(prepareAnewAfterMigration);
    };
    this.query = ((...args: unknown[]) => {
      const callback = args.at(-1);
      if (typeof callback !== 'function') return ask(...args);
      // `pool.query` asks by callback.
      const answer = callback as (error: unknown, result?: unknown) => void;
      (ask(...args.slice(0, -1)) as Promise<unknown>).then((result) => answer(undefined, result), answer);
    }) as Client['query'];
    const connect = this.connect.bind(this) as (callback: (error?: Error) => void) => void;
    // The pool connects by callback.
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

/** "cached plan must not change result type": the statement that meets it fails, and may be tried again. */
function prepareAnewAfterMigration(error: { code?: string }): never {
  if (error.code === '0A000') generation += 1;
  throw error;
}
