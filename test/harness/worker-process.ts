/** A worker as production runs it: `node main.ts`, in a process that can be killed. */

import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../../dev/environment.ts';
import type { TestSystem } from '../setup/system.ts';
import { bundleOnce } from '../setup/workflow-bundle.ts';

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));

export interface WorkerProcess {
  /** SIGKILL: ends at once, even in the middle of work. */
  kill(): Promise<void>;
  /** SIGTERM: finishes its current work, then exits. */
  stop(): Promise<void>;
}

/** Environment variables for a process that belongs to this system. */
export function environmentOf({ config, stripe }: Pick<TestSystem, 'config' | 'stripe'>): NodeJS.ProcessEnv {
  return childEnvironment({
    NODE_ENV: 'test',
    DATABASE_POOL_SIZE: String(config.databasePoolSize),
    USERS_DATABASE_URL: config.databases.users,
    CATALOG_DATABASE_URL: config.databases.catalog,
    ORDERS_DATABASE_URL: config.databases.orders,
    TEMPORAL_ADDRESS: config.temporal.address,
    TEMPORAL_NAMESPACE: config.temporal.namespace,
    STRIPE_SECRET_KEY: config.stripe.secretKey,
    STRIPE_PUBLISHABLE_KEY: config.stripe.publishableKey,
    STRIPE_WEBHOOK_SECRET: config.stripe.webhookSecret,
    STRIPE_API_URL: stripe.url,
    SMTP_URL: config.mail.smtpUrl,
    PUBLIC_URL: config.publicUrl,
    APP_SECRET: config.appSecrets[0],
  });
}

/** Resolves when the worker polls. */
export async function startWorkerProcess(
  system: Pick<TestSystem, 'config' | 'stripe'>,
): Promise<WorkerProcess> {
  const { codePath } = await bundleOnce();
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environmentOf(system), SERVICES: 'worker', LOG_LEVEL: 'info', WORKFLOW_BUNDLE: codePath },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const read = (chunk: Buffer) => {
      output += chunk.toString();
      if (output.includes('worker is polling')) resolve();
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    void ended.then(() => reject(new Error(`the worker ended at once:\n${output}`)));
  });
  const end = async (signal: NodeJS.Signals) => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await ended;
  };
  return { kill: () => end('SIGKILL'), stop: () => end('SIGTERM') };
}
