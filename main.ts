/**
 * Starts the services named in SERVICES. `node main.ts migrate` prepares the databases and Temporal instead,
 * `node main.ts bundle <file>` writes the workflows for WORKFLOW_BUNDLE.
 */

import { writeFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, type NativeConnectionOptions } from '@temporalio/worker';
import type { Logger } from 'pino';
import { startApi } from './api/app.ts';
import { createLogger } from './api/http/logger.ts';
import { ConfigError, readConfig, type Config } from './config.ts';
import { migrateDatabases, openDatabases, type Databases } from './db/databases.ts';
import { createSettings } from './db/catalog/shop/settings.ts';
import { CALLER_PATIENCE, WORKER_PATIENCE, type Patience } from './db/patience.ts';
import { registerReconciliation } from './temporal/reconciliation/schedule.ts';
import { registerSearchAttributes } from './temporal/register-search-attributes.ts';
import { createStripe } from './workers/operations/stripe.ts';
import { temporalConnection } from './temporal/connection.ts';
import { bundleWorkflows, startWorker } from './workers/worker.ts';

/** Something that runs until it is told to stop. */
interface Service {
  stop(): Promise<void>;
  /** Rejects when the service cannot go on; absent for one that always can. */
  readonly done?: Promise<void>;
}

/** Tells why the process ends: in the log, one line like all others, once there is one. */
let report = (error: unknown): void => console.error(error instanceof ConfigError ? error.message : error);

async function main(): Promise<void> {
  const [command, file] = process.argv.slice(2);
  if (command === 'bundle' && file) return writeFileSync(file, (await bundleWorkflows()).code);
  const config = readConfig();
  const logger = createLogger({ level: config.logLevel });
  report = (error) => logger.fatal({ err: error }, 'the process cannot go on');
  if (command === 'migrate') return migrate(config, logger);
  logTemporalTo(logger);
  const open = (patience: Patience) =>
    openDatabases(config.databases, { poolSize: config.databasePoolSize, patience });
  const connection = await Connection.connect(temporalConnection(config.temporal));
  const client = new Client({ connection, namespace: config.temporal.namespace });
  const services: Service[] = [];
  const opened: Databases[] = [];
  if (config.services.includes('worker')) {
    await registerSearchAttributes(connection, config.temporal.namespace);
    await registerReconciliation(client, config.reconciliation.everyMs);
    const databases = await open(WORKER_PATIENCE);
    opened.push(databases);
    services.push(await startWorkerService(databases));
  }
  if (config.services.includes('api')) {
    const stripe = createStripe(config.stripe);
    // Of its own, beside a worker's: at the other end of these somebody waits.
    const databases = await open(CALLER_PATIENCE);
    opened.push(databases);
    const settings = createSettings(databases.catalog, config.firstSettings);
    const api = await startApi({ config, settings, databases, temporal: client, stripe, logger });
    logger.info({ port: api.port }, 'api is listening');
    services.push(api);
  }
  await untilToldToStop(services);
  logger.info('stopping');
  for (const service of services.toReversed()) await service.stop();
  await connection.close();
  await Promise.all(opened.map((databases) => databases.close()));

  async function startWorkerService(databases: Databases): Promise<Service> {
    const native = await NativeConnection.connect(nativeOptions(config));
    const worker = await startWorker({
      ...config,
      databases,
      settings: createSettings(databases.catalog, config.firstSettings),
      client,
      connection: native,
      namespace: config.temporal.namespace,
      onError: (message, error) => logger.error({ err: error }, message),
      ...(config.workflowBundleFile && { workflowBundle: { codePath: config.workflowBundleFile } }),
    });
    logger.info('worker is polling');
    return {
      done: worker.done,
      stop: async () => {
        await worker.stop();
        await native.close();
      },
    };
  }
}

/** Creates and migrates the databases and registers the search attributes. Safe to repeat. */
async function migrate(config: Config, logger: Logger): Promise<void> {
  await migrateDatabases(config.databases);
  const connection = await Connection.connect(temporalConnection(config.temporal));
  await registerSearchAttributes(connection, config.temporal.namespace);
  await connection.close();
  logger.info('databases and Temporal are prepared');
}

/** A worker's connection. On loopback, compressing costs more than it saves. */
function nativeOptions({ temporal }: Config): NativeConnectionOptions {
  const isLoopback = /^(127\.|localhost:|\[::1\])/.test(temporal.address);
  return { ...temporalConnection(temporal), ...(isLoopback && { grpcCompression: { codec: 'none' } }) };
}

/** Temporal's own log lines go where ours go; the signals are ours to handle. */
function logTemporalTo(logger: Logger): void {
  Runtime.install({
    shutdownSignals: [],
    // Its native part would print lines of its own between ours.
    telemetryOptions: { logging: { filter: { core: 'WARN', other: 'ERROR' }, forward: {} } },
    logger: new DefaultLogger('WARN', ({ level, message, meta }) => {
      const { error, ...rest } = meta ?? {};
      logger[level === 'ERROR' ? 'error' : 'warn'](
        { ...rest, ...(error !== undefined && { err: error }) },
        message,
      );
    }),
  });
}

/** Resolves at SIGINT or SIGTERM; rejects when a service ends by itself. A second signal ends the process at once. */
function untilToldToStop(services: readonly Service[]): Promise<void> {
  return new Promise((resolve, reject) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.once(signal, () => {
        process.once(signal, () => process.exit(1));
        resolve();
      });
    }
    for (const service of services) service.done?.then(resolve, reject);
  });
}

try {
  await main();
  process.exit(0);
} catch (error) {
  report(error);
  process.exit(1);
}
