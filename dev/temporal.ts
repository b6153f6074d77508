/** A local Temporal server on the loopback address, with its UI, in memory or on a file. */

import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from '@temporalio/client';
import { msToTs } from '@temporalio/common/lib/time.js';
import { childEnvironment } from './environment.ts';
import type { Watch } from './guard.ts';
import { findFreePort } from './ports.ts';
import { lastLines, startProcess, type ProcessMark, type StartedProcess } from './processes.ts';

const START_TIMEOUT_MS = 60_000;
const RETENTION = '30 days';

/** Search attributes of our workflows, by their type. */
const SEARCH_ATTRIBUTES = ['OrderStatus=Keyword', 'OrderTotal=Int', 'OrderAttention=KeywordList'];

/** Replaces defaults for clusters that are slow on one machine: measured, see docs/performance.md. */
const DYNAMIC_CONFIG = [
  'system.enableActivityEagerExecution=true',
  'history.transferProcessorMaxPollRPS=200',
  'history.timerProcessorMaxPollRPS=200',
  'history.visibilityProcessorMaxPollRPS=200',
  'history.outboundProcessorMaxPollRPS=200',
  'history.maxInFlightUpdates=200',
];

/** Collects garbage a third as often. */
const MEMORY_IS_PLENTY = { GOGC: '400' };

/** A running Temporal server. */
export interface TemporalServer {
  /** Host and port of its gRPC service. */
  readonly address: string;
  /** Address of its UI, without a trailing slash; undefined if it has none. */
  readonly uiUrl: string | undefined;
  readonly mark: ProcessMark;
  readonly process: StartedProcess;
  /** Resolves when it has ended. Idempotent. */
  stop(): Promise<void>;
}

/** Where and how the server runs. */
export interface TemporalOptions {
  /** The Temporal CLI: see findTemporal(). */
  readonly program: string;
  readonly logFile: string;
  /** The database file; without one, in memory. */
  readonly dbFile?: string;
  /** Default: a free port. */
  readonly port?: number;
  /** The port of its UI; without one there is no UI. */
  readonly uiPort?: number;
  /** Ends the server when this process dies without doing so. */
  readonly guard?: Watch;
  /** For tests: memory is plenty. Default false. */
  readonly forTests?: boolean;
}

/** Starts the server and resolves when its namespace `default` is usable; closed workflows are kept for 30 days. */
export async function startTemporal(options: TemporalOptions): Promise<TemporalServer> {
  if (options.dbFile) mkdirSync(dirname(options.dbFile), { recursive: true });
  for (let attempt = 1; ; attempt += 1) {
    const port = options.port ?? (await findFreePort());
    try {
      return await launch({ ...options, port });
    } catch (error) {
      const taken = options.port === undefined && String(error).includes('address already in use');
      if (!taken || attempt === 5) throw error;
    }
  }
}

async function launch(options: TemporalOptions & { port: number }): Promise<TemporalServer> {
  const server = await startProcess({
    name: 'Temporal',
    command: options.program,
    args: serverArguments(options),
    logFile: options.logFile,
    env: childEnvironment(options.forTests ? MEMORY_IS_PLENTY : {}),
    guard: options.guard,
  });
  const address = `127.0.0.1:${options.port}`;
  try {
    await untilItServes(address, server);
  } catch (error) {
    await server.stop(2_000);
    throw error;
  }
  const uiUrl = options.uiPort ? `http://127.0.0.1:${options.uiPort}` : undefined;
  return { address, uiUrl, mark: server.mark, process: server, stop: () => server.stop() };
}

function serverArguments({ port, uiPort, dbFile }: TemporalOptions & { port: number }): string[] {
  const file = dbFile
    ? [
        '--db-filename',
        dbFile,
        '--sqlite-pragma',
        'journal_mode=WAL',
        '--sqlite-pragma',
        'synchronous=NORMAL',
      ]
    : [];
  return [
    ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--log-level', 'warn'],
    ...(uiPort ? ['--ui-port', String(uiPort)] : ['--headless']),
    ...file,
    ...SEARCH_ATTRIBUTES.flatMap((attribute) => ['--search-attribute', attribute]),
    ...DYNAMIC_CONFIG.flatMap((value) => ['--dynamic-config-value', value]),
  ];
}

async function untilItServes(address: string, server: StartedProcess): Promise<void> {
  const deadline = Date.now() + START_TIMEOUT_MS;
  for (;;) {
    if (server.end()) throw new Error(`The Temporal server did not start:\n${lastLines(server.logFile)}`);
    try {
      return await keepHistories(address);
    } catch (cause) {
      if (Date.now() > deadline)
        throw new Error(`The Temporal server did not answer within a minute:\n${lastLines(server.logFile)}`, {
          cause,
        });
    }
    await delay(50);
  }
}

/** The development server's default retention is one day. */
async function keepHistories(address: string): Promise<void> {
  const connection = await Connection.connect({ address, connectTimeout: 1_000 });
  try {
    await connection.workflowService.updateNamespace({
      namespace: 'default',
      config: { workflowExecutionRetentionTtl: msToTs(RETENTION) },
    });
  } finally {
    await connection.close();
  }
}
