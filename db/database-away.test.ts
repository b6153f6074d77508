/** However a connection is lost, and whoever uses it: the first to catch the error knows that it may be retried. */

import { Kysely, PostgresDialect, sql } from 'kysely';
import { Client, DatabaseError, Pool } from 'pg';
import { beforeAll, expect, test } from 'vitest';
import { createTestDatabases } from '../test/setup/databases.ts';
import { isDatabaseAway } from './database-away.ts';
import { patientConnections } from './database.ts';
import { CALLER_PATIENCE, letGoOfBroken } from './patience.ts';

const STATEMENT = 'select pg_sleep(0.1)';

let url: string;
beforeAll(async () => {
  url = (await createTestDatabases()).urls.users;
});

/** A connection, with parts that `pg` does not declare. */
interface Lost {
  readonly processID: number;
  readonly connection: {
    readonly stream: { destroy(error?: Error): void };
    once(event: 'readyForQuery', then: () => void): void;
    emit(event: 'errorMessage', error: Error): void;
  };
}

const reset = () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
const fatal = () => {
  const error = new DatabaseError('terminating connection due to administrator command', 116, 'error');
  return Object.assign(error, { severity: 'FATAL', code: '57P01' });
};
/** Runs `lose` right after the end of the next answer, as when both arrive in one packet. */
const withAnswer = (connection: Lost['connection'], lose: () => void) =>
  connection.once('readyForQuery', lose);

/** The ways to lose a connection that somebody has just got from the pool. */
const LOSSES: Readonly<Record<string, (lost: Lost) => void>> = {
  'the server ends the session within a statement': ({ processID }) => void endSession(processID),
  'the server ends the session with the answer': ({ connection }) =>
    withAnswer(connection, () => connection.emit('errorMessage', fatal())),
  'the connection is reset before the statement': ({ connection }) => connection.stream.destroy(reset()),
  'the connection is reset within the statement': ({ connection }) =>
    void setImmediate(() => connection.stream.destroy(reset())),
  'the connection is reset with the answer': ({ connection }) =>
    withAnswer(connection, () => connection.stream.destroy(reset())),
  'the connection ends within the statement': ({ connection }) =>
    void setImmediate(() => connection.stream.destroy()),
};

async function endSession(pid: number): Promise<void> {
  const admin = new Client({ connectionString: url });
  await admin.connect();
  await admin.query('select pg_terminate_backend($1)', [pid]);
  await admin.end();
}

/** The ways to use the pool: directly, as the limits of accounts do, and as better-auth and the ORM do. */
const USES: Readonly<Record<string, (pool: Pool, kysely: Kysely<unknown>) => Promise<unknown>>> = {
  'pool.query': (pool) => pool.query(STATEMENT),
  'pool.query with a name': (pool) =>
    pool.query({ name: 'a', text: `${STATEMENT} where $1 = 1`, values: [1] }),
  'a client of the pool': async (pool) => {
    const client = await pool.connect();
    try {
      await client.query(STATEMENT);
      await client.query(`${STATEMENT} where $1 = 1`, [1]);
    } finally {
      client.release();
    }
  },
  Kysely: (_pool, kysely) => sql`select pg_sleep(${0.1})`.execute(kysely),
  'a transaction of Kysely': (_pool, kysely) =>
    kysely.transaction().execute(async (tx) => {
      await sql`select pg_sleep(${0.1})`.execute(tx);
      await sql`select 1`.execute(tx);
    }),
};

async function outcomeOf(lose: (lost: Lost) => void, use: (typeof USES)[string]): Promise<string> {
  const pool = new Pool({ connectionString: url, max: 2, ...patientConnections(CALLER_PATIENCE) });
  letGoOfBroken(pool);
  pool.on('error', () => undefined);
  pool.once('acquire', (client) => lose(client as unknown as Lost));
  try {
    return await use(pool, new Kysely({ dialect: new PostgresDialect({ pool }) })).then(
      () => 'done',
      (error: unknown) => (isDatabaseAway(error) ? 'away' : `unexpected: ${String(error)}`),
    );
  } finally {
    await pool.end();
  }
}

test.each(Object.keys(LOSSES))('%s: nobody takes it for a fault of ours', async (loss) => {
  const outcomes = await Promise.all(
    Object.entries(USES).map(async ([name, use]) => [name, await outcomeOf(LOSSES[loss]!, use)] as const),
  );
  expect(outcomes.filter(([, outcome]) => !['done', 'away'].includes(outcome))).toEqual([]);
  expect(outcomes.map(([, outcome]) => outcome)).toContain('away');
});
