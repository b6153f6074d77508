/** The common parts of the three databases: connecting, creating and migrating. */

import { sql } from 'kysely';
import { query } from './sql.ts';
import { MikroORM, type Options } from '@mikro-orm/postgresql';
import { Migrator, type Migration } from '@mikro-orm/migrations';
import { Client } from 'pg';
import { BindingEntityManager, PreparingClient } from './bound-statements.ts';
import { letGoOfBroken, sessionOptions, WORKER_PATIENCE, type Patience } from './patience.ts';
import { widenChecks } from './widen-checks.ts';

/** The ORM of one of the three databases. Use `em.fork()` per unit of work and `close()` at the end. */
export type Database = MikroORM;

/** How a process uses a database. */
export interface DatabaseOptions {
  readonly poolSize?: number;
  readonly patience?: Patience;
  /** The application name of our connections. */
  readonly applicationName?: string;
}

/** One of the three databases: its entities and its migrations, oldest first. */
export interface DatabaseDefinition {
  readonly entities: NonNullable<Options['entities']>;
  readonly migrations: readonly {
    readonly name: string;
    readonly class: new (...args: never[]) => Migration;
  }[];
}

/**
 * Connects lazily to `url`. Every session ends a transaction after 10 s and an idle one after 5 s, so that a dead
 * process never keeps a lock. Nothing waits longer than `patience` (by default a worker's): see `isDatabaseAway`. The
 * pool is small on purpose: hot rows get slower with more connections.
 */
export async function openDatabase(
  definition: DatabaseDefinition,
  url: string,
  options: DatabaseOptions = {},
): Promise<Database> {
  const { poolSize = 8, patience = WORKER_PATIENCE, applicationName = 'sharetab' } = options;
  return MikroORM.init({
    clientUrl: url,
    entityManager: BindingEntityManager,
    entities: [...definition.entities],
    extensions: [Migrator],
    migrations: {
      migrationsList: [...definition.migrations] as never,
      snapshot: false,
      tableName: 'migrations',
      transactional: true,
      allOrNothing: true,
    },
    pool: { min: 0, max: poolSize },
    driverOptions: {
      ...patientConnections(patience),
      onPoolCreated: letGoOfBroken,
      application_name: applicationName,
    },
    // Entities are flat rows: the ORM writes only what is persisted explicitly, in that order.
    persistOnCreate: false,
    discovery: { warnWhenNoEntities: false },
    logger: () => undefined,
  });
}

/** Returns the options of a `pg` pool in which nobody waits longer than `patience`. */
export function patientConnections(patience: Patience) {
  return {
    options: sessionOptions(patience),
    connectionTimeoutMillis: patience.connectMs,
    statementMs: patience.statementMs,
    keepAlive: true,
    Client: PreparingClient,
  };
}

/** Creates the database in `url` if it is missing. Safe to repeat and to run concurrently. */
export async function createDatabaseIfMissing(url: string): Promise<void> {
  const name = decodeURIComponent(new URL(url).pathname.slice(1));
  const server = new URL(url);
  server.pathname = '/postgres';
  const client = new Client({ connectionString: server.href });
  // Without a listener a lost connection would end the process; the pending query rejects in any case.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const found = await client.query('select 1 from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${client.escapeIdentifier(name)}`);
  } catch (error) {
    const createdMeanwhile = ['42P04', '23505'].includes((error as { code?: string }).code ?? '');
    if (!createdMeanwhile) throw error;
  } finally {
    await client.end();
  }
}

/** Returns whether the database is writable, not read-only during a failover. Throws when it is unreachable. */
export async function takesWrites(database: Database): Promise<boolean> {
  const [row] = await query<{ mode: string }>(
    database.em.fork(),
    sql`select current_setting('transaction_read_only') as mode`,
  );
  return row?.mode === 'off';
}

/** Migrates an opened database; one process at a time, the others wait. */
export async function migrateDatabase(database: Database): Promise<void> {
  const client = new Client({ connectionString: database.config.get('clientUrl') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    await client.query(`select pg_advisory_lock(hashtext('sharetab migrations'))`);
    await database.migrator.up();
    await widenChecks(database, client);
  } finally {
    await client.end();
  }
}
