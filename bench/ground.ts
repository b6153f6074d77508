/** What everything that is measured stands on: a temporary folder, one durable PostgreSQL, and an orderly end. */

import { mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client } from 'pg';
import { childEnvironment, cloneFolder } from '../dev/environment.ts';
import { startGuard, type Guard } from '../dev/guard.ts';
import { temporaryPostgresFolder } from '../dev/postgres-binaries.ts';
import { startPostgres, type PostgresServer } from '../dev/postgres.ts';
import { deleteFolder, lastLines, startProcess, type StartedProcess } from '../dev/processes.ts';
import { findTemporal } from '../dev/temporal-find.ts';

/** A Node program of ours to be run. */
export interface Program {
  readonly name: string;
  /** Script and arguments, from the clone's folder. */
  readonly args: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  /** Writes a profile of where it spends its processor time when it ends, if profiles are asked for. */
  readonly isProfiled?: boolean;
}

export interface Ground {
  readonly folder: string;
  readonly guard: Guard;
  /** URL of the PostgreSQL server. */
  readonly postgresUrl: string;
  readonly postgresPid: number;
  /** Starts PostgreSQL again on its data, once its process has ended. */
  restartPostgres(): Promise<StartedProcess>;
  /** PostgreSQL's process as it runs now. */
  postgresProcess(): StartedProcess;
  /** The Temporal CLI. */
  readonly temporalProgram: string;
  /** Runs a program that is ended with everything else. */
  start(program: Program): Promise<StartedProcess>;
  /** Runs a program to its end. Rejects with its last words when it fails. */
  run(program: Program): Promise<void>;
  /** Has `stop` called at the end, last first; at once when the end has come already. */
  atEnd(stop: () => Promise<void>): Promise<void>;
  /** The last lines of every log there is, for an error message. */
  lastWords(): string;
  /** Ends everything and deletes the folders, but for the one of logs when it is to be kept. Safe to repeat. */
  stop(options?: { keepFolder?: boolean }): Promise<void>;
}

/** Starts PostgreSQL. With `profileFolder` it counts statements, and the programs that are profiled write there. */
export async function startGround(options: { profileFolder?: string | undefined }): Promise<Ground> {
  const { profileFolder } = options;
  const guard = startGuard();
  const folder = mkdtempSync(join(tmpdir(), 'sharetab-bench-'));
  const data = temporaryPostgresFolder();
  for (const own of [folder, data]) guard.ownFolder(own);
  const stops: (() => Promise<void>)[] = [];
  let stopping: Promise<void> | undefined;

  const stop = ({ keepFolder = false } = {}) =>
    (stopping ??= (async () => {
      for (let end = stops.pop(); end; end = stops.pop()) await end().catch(console.error);
      for (const own of keepFolder ? [data] : [folder, data]) deleteFolder(own);
    })());
  const atEnd = async (end: () => Promise<void>) => {
    if (stopping) await end();
    else stops.push(end);
  };
  const launch = ({ name, args, settings, isProfiled }: Program) =>
    startProcess({
      name,
      command: process.execPath,
      args: [...(isProfiled && profileFolder ? profiling(profileFolder, name) : []), ...args],
      cwd: cloneFolder,
      env: childEnvironment(settings),
      logFile: join(folder, `${name}.log`),
      guard,
    });

  try {
    const source = await findTemporal();
    if (source.kind === 'address')
      throw new Error(
        'TEMPORAL_ADDRESS is set: the bench starts servers of its own, to compare their settings.',
      );
    const logFile = join(folder, 'postgres.log');
    const start = (port?: number) =>
      startPostgres({
        dataDir: join(data, 'data'),
        durable: true,
        logFile,
        guard,
        ...(port !== undefined && { port }),
      });
    let postgres = await start();
    await atEnd(() => postgres.stop());
    if (profileFolder) {
      await countStatements(postgres);
      postgres = await start();
    }
    return {
      folder,
      guard,
      postgresUrl: postgres.url,
      postgresPid: postgres.mark.pid,
      postgresProcess: () => postgres.process,
      restartPostgres: async () => {
        const again = await start(postgres.port);
        postgres = again;
        await atEnd(() => again.stop());
        return again.process;
      },
      temporalProgram: source.program,
      atEnd,
      stop,
      lastWords: () =>
        readdirSync(folder)
          .filter((name) => name.endsWith('.log'))
          .map((name) => [name, lastLines(join(folder, name), 8)] as const)
          .flatMap(([name, lines]) => (lines === '' ? [] : [`── ${name}\n${lines}`]))
          .join('\n'),
      async start(program) {
        const started = await launch(program);
        await atEnd(() => started.stop(20_000));
        return started;
      },
      async run(program) {
        const started = await launch(program);
        const { code, signal } = await started.ended;
        if (code === 0) return;
        throw new Error(`${program.name} ended with ${signal ?? code}:\n${lastLines(started.logFile)}`);
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function profiling(folder: string, name: string): string[] {
  // A folder each, since every thread writes a file of its own.
  return ['--cpu-prof', `--cpu-prof-dir=${join(folder, name.replaceAll(' ', '-'))}`];
}

/** From its next start the server counts what it executes; this ends it. */
async function countStatements(postgres: PostgresServer): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`alter system set shared_preload_libraries = 'pg_stat_statements'`);
  await client.end();
  await postgres.stop();
}
