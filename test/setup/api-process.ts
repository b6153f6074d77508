import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { setting } from '../../dev/environment.ts';
import type { TestSystem } from './system.ts';

/** An API in a separate process, as `main.ts` starts it. */
export interface ApiProcess {
  readonly url: string;
  /** Stops it with SIGTERM, as an operator would, and waits for its exit. */
  stop(): Promise<void>;
  /** SIGKILL: ends at once, even in the middle of work. */
  kill(): Promise<void>;
}

const MAIN = fileURLToPath(new URL('../../main.ts', import.meta.url));

/**
 * Starts another API on the databases and the Temporal namespace of `system`, with additional settings. PORT 0
 * selects a free port.
 */
export async function startApiProcess(
  system: Pick<TestSystem, 'config'>,
  settings: Readonly<Record<string, string>> = {},
): Promise<ApiProcess> {
  const { config } = system;
  const child = spawn(process.execPath, [MAIN], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: {
      PATH: '',
      NODE_ENV: 'test',
      SERVICES: 'api',
      PORT: '0',
      LOG_LEVEL: 'info',
      PUBLIC_URL: config.publicUrl,
      USERS_DATABASE_URL: config.databases.users,
      CATALOG_DATABASE_URL: config.databases.catalog,
      ORDERS_DATABASE_URL: config.databases.orders,
      TEMPORAL_ADDRESS: config.temporal.address,
      TEMPORAL_NAMESPACE: config.temporal.namespace,
      STRIPE_SECRET_KEY: config.stripe.secretKey,
      STRIPE_PUBLISHABLE_KEY: config.stripe.publishableKey,
      STRIPE_WEBHOOK_SECRET: config.stripe.webhookSecret,
      APP_SECRET: config.appSecrets[0],
      NODE_COMPILE_CACHE: setting('NODE_COMPILE_CACHE'),
      ...settings,
    },
  });
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async (signal: NodeJS.Signals) => {
    child.kill(signal);
    await ended;
  };
  const port = await new Promise<number>((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the API ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const entry = JSON.parse(line) as { msg?: string; port?: number };
      if (entry.msg === 'api is listening') resolve(entry.port!);
    });
  });
  return { url: `http://127.0.0.1:${port}`, stop: () => end('SIGTERM'), kill: () => end('SIGKILL') };
}
