/** The base of every measurement: a temporary folder, one durable PostgreSQL, and an orderly shutdown. */

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

/** A Node program of ours to run. */
export interface Program {
  readonly name: string;
  /** Script and arguments, from the clone's folder. */
  readonly args: readonly string[];
  readonly settings?: Readonly<Record<string, string>>;
  /** Writes a CPU profile when it ends, if profiles are requested. */
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
  /** The current process of PostgreSQL. */
  postgresProcess(): StartedProcess;
  /** The Temporal CLI. */
  readonly temporalProgram: string;
  /** Runs a program that ends with everything else. */
  start(program: Program): Promise<StartedProcess>;
  /** Runs a program to its end. Rejects with its last output if it fails. */
  run(program: Program): Promise<void>;
  /** Registers `stop` for the end, run last-in-first-out; calls it immediately after the end. */
  atEnd(stop: () => Promise<void>): Promise<void>;
  /** Returns the last lines of every log, for an error message. */
  lastWords(): string;
  /** Ends everything and deletes the folders, except the logs if they are to be kept. Idempotent. */
  stop(options?: { keepFolder?: boolean }): Promise<void>;
}

/** Starts PostgreSQL. With `profileFolder`, it counts statements, and profiled programs write there. */
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
  // One folder per program, since every thread writes a separate file.
  return ['--cpu-prof', `--cpu-prof-dir=${join(folder, name.replaceAll(' ', '-'))}`];
}

/** The server counts statements from its next start on; this ends the current one. */
async function countStatements(postgres: PostgresServer): Promise<void> {
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`alter system set shared_preload_libraries = 'pg_stat_statements'`);
  await client.query(`alter system set pg_stat_statements.track_planning = on`);
  await client.end();
  await postgres.stop();
}
