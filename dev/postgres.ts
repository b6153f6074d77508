/** A local PostgreSQL server on the loopback address, on a persistent data folder. */

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import type { Watch } from './guard.ts';
import { findFreePort } from './ports.ts';
import { preparePostgres, type PostgresBinaries } from './postgres-binaries.ts';
import { createDataFolder, endLeftOver, postgresEnvironment, readPassword } from './postgres-data.ts';
import { lastLines, startProcess, type ProcessMark, type StartedProcess } from './processes.ts';

/** Delay before the next try. */
const MEMORY_IS_HELD_MS = 500;
const START_TIMEOUT_MS = 60_000;

/** A running PostgreSQL server. */
export interface PostgresServer {
  /** URL of the server's `postgres` database, with user and password; replace the name for another database. */
  readonly url: string;
  readonly port: number;
  readonly mark: ProcessMark;
  readonly process: StartedProcess;
  /** Disconnects all clients, flushes all data and resolves when the server has ended. Idempotent. */
  stop(): Promise<void>;
}

/** Where and how the server runs. */
export interface PostgresOptions {
  /** Created and initialized if missing; its parent must exist. */
  readonly dataDir: string;
  /** Default: a free port. */
  readonly port?: number;
  /** False: fast, but data may be lost if the machine crashes. For tests only. */
  readonly durable?: boolean;
  /** Default: next to the data folder. */
  readonly logFile?: string;
  /** Ends the server when this process dies without doing so. */
  readonly guard?: Watch;
}

/**
 * Starts the server and resolves when it responds. Ends a leftover server on the same data folder (its starter was
 * killed) first, and recovers its unflushed data.
 */
export async function startPostgres(options: PostgresOptions): Promise<PostgresServer> {
  const binaries = preparePostgres();
  mkdirSync(dirname(options.dataDir), { recursive: true });
  const logFile = options.logFile ?? `${options.dataDir}.log`;
  const { durable = true, guard } = options;
  await createDataFolder(options.dataDir, binaries, { durable, logFile, guard });
  await endLeftOver(options.dataDir);
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await findFreePort());
    try {
      return await launch({ ...options, port, logFile }, binaries);
    } catch (error) {
      const isPortTaken = options.port === undefined && String(error).includes('Address already in use');
      // Backends of a killed server notice a moment later, and hold its memory until then.
      const isMemoryHeld = String(error).includes('pre-existing shared memory block');
      if (attempt === 10 || !(isPortTaken || isMemoryHeld)) throw error;
      if (isMemoryHeld) await delay(MEMORY_IS_HELD_MS);
    }
  }
}

async function launch(
  options: PostgresOptions & { port: number; logFile: string },
  binaries: PostgresBinaries,
): Promise<PostgresServer> {
  const server = await startProcess({
    name: 'PostgreSQL',
    command: binaries.postgres,
    args: ['-D', options.dataDir, '-p', String(options.port), ...serverSettings(options.durable !== false)],
    logFile: options.logFile,
    env: postgresEnvironment(),
    cwd: '/',
    runAs: binaries.runAs,
    signal: 'SIGINT',
    guard: options.guard,
  });
  const password = readPassword(options.dataDir);
  const url = `postgres://sharetab:${password}@127.0.0.1:${options.port}/postgres`;
  try {
    await untilItAnswers(url, server);
  } catch (error) {
    await server.stop(2_000);
    throw error;
  }
  return { url, port: options.port, mark: server.mark, process: server, stop: () => server.stop() };
}

function serverSettings(durable: boolean): string[] {
  const settings = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'max_connections=300',
    'shared_buffers=128MB',
    'jit=off',
    'timezone=UTC',
    'log_timezone=UTC',
    'wal_level=minimal',
    'max_wal_senders=0',
    ...(durable ? [] : ['fsync=off', 'synchronous_commit=off', 'full_page_writes=off', 'max_wal_size=256MB']),
  ];
  return settings.flatMap((line) => ['-c', line]);
}

async function untilItAnswers(url: string, server: StartedProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (server.end()) throw new Error(`PostgreSQL did not start:\n${lastLines(server.logFile)}`);
    const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.query('select 1');
      return;
    } catch (cause) {
      if (Date.now() > deadline)
        throw new Error(`PostgreSQL did not answer within a minute:\n${lastLines(server.logFile)}`, {
          cause,
        });
    } finally {
      await client.end().catch(() => undefined);
    }
    await delay(25);
  }
}
