/** The product as tests use it: API by HTTP and sockets, a real worker, the Stripe stand-in, separate databases. */

import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import type Stripe from 'stripe';
import { inject } from 'vitest';
import { createStripeServer, type StripeServer } from 'stripe-stand-in';
import { startApi, type ApiOptions, type RunningApi } from '../../api/app.ts';
import { readConfig, type Config } from '../../config.ts';
import { createSettings, type Settings } from '../../db/catalog/shop/settings.ts';
import { openDatabases, type DatabaseUrls, type Databases } from '../../db/databases.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import { createStripe } from '../../workers/operations/stripe.ts';
import { startWorker, type RunningWorker, type WorkerOptions } from '../../workers/worker.ts';
import { createTestDatabases } from './databases.ts';
import { startMailSink, type MailSink } from './mail-sink.ts';
import { createTestNamespace } from './temporal.ts';
import { bundleOnce } from './workflow-bundle.ts';

// Suppresses Temporal's log lines about workers that start and stop.
Runtime.install({ logger: new DefaultLogger('ERROR') });

/** The system, started once per test file. */
export interface TestSystem {
  readonly config: Config;
  readonly settings: Settings;
  readonly databases: Databases;
  readonly temporal: Client;
  readonly stripe: StripeServer;
  /** The official SDK against the stand-in, configured as in the product. */
  readonly stripeApi: Stripe;
  readonly mails: MailSink;
  /** The first API; additional ones share everything with it except process memory. */
  readonly api: RunningApi;
  /** `http://127.0.0.1:<port>` of the first API. */
  readonly url: string;
  startApi(options?: Partial<ApiOptions>): Promise<RunningApi>;
  startWorker(): Promise<RunningWorker>;
  stop(): Promise<void>;
}

/** Returns a system's settings with a test's overrides for one API. */
export function settingsWith(settings: Settings, other: Partial<ShopSettings>): Settings {
  return { ...settings, read: async () => ({ ...(await settings.read()), ...other }) };
}

/** Starts everything; with `worker: false`, no worker runs. */
export async function startTestSystem(
  options: {
    worker?: boolean;
    environment?: NodeJS.ProcessEnv;
    /** The test's own migrated databases, used in place of new ones on the shared server. */
    databases?: DatabaseUrls;
    logger?: Logger;
    api?: Partial<ApiOptions>;
    activityInterceptors?: WorkerOptions['activityInterceptors'];
  } = {},
): Promise<TestSystem> {
  const stops: (() => Promise<unknown>)[] = [];
  const stop = async () => {
    for (const end of stops.toReversed()) await end();
  };
  try {
    return await start(options, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function start(
  options: Parameters<typeof startTestSystem>[0] & object,
  stops: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<TestSystem> {
  const [testDatabases, { address, namespace }] = await Promise.all([
    options.databases ? { urls: options.databases, drop: async () => undefined } : createTestDatabases(),
    createTestNamespace(),
  ]);
  stops.push(testDatabases.drop);
  const mails = await startMailSink();
  stops.push(mails.stop);
  const webhookSecret = `whsec_${randomBytes(16).toString('hex')}`;
  const config = readConfig({
    NODE_ENV: 'test',
    PORT: '0',
    METRICS_PORT: '0',
    DATABASE_POOL_SIZE: '8',
    USERS_DATABASE_URL: testDatabases.urls.users,
    CATALOG_DATABASE_URL: testDatabases.urls.catalog,
    ORDERS_DATABASE_URL: testDatabases.urls.orders,
    TEMPORAL_ADDRESS: address,
    TEMPORAL_NAMESPACE: namespace,
    STRIPE_SECRET_KEY: 'sk_test_sharetab',
    STRIPE_PUBLISHABLE_KEY: 'pk_test_sharetab',
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    SMTP_URL: mails.url,
    APP_SECRET: randomBytes(32).toString('hex'),
    LOG_LEVEL: 'silent',
    ...options.environment,
  });
  const logger = options.logger ?? pino({ level: 'silent' });
  const databases = await openDatabases(config.databases, { poolSize: config.databasePoolSize });
  stops.push(databases.close);
  const settings = createSettings(databases.catalog, config.firstSettings);
  const connection = await Connection.connect({ address });
  stops.push(() => connection.close());
  const temporal = new Client({ connection, namespace });
  const apis: RunningApi[] = [];
  stops.push(() => Promise.all(apis.map((api) => api.stop())));
  const stripe = await createStripeServer({
    dbFile: join(inject('runFolder'), `stripe-${randomUUID()}.sqlite`),
    port: 0,
  });
  stops.push(stripe.stop);
  const stripeApi = createStripe({ secretKey: config.stripe.secretKey, apiUrl: stripe.url });
  const startAnotherApi = async (more: Partial<ApiOptions> = {}) => {
    const api = await startApi({
      config,
      settings,
      databases,
      temporal,
      stripe: stripeApi,
      logger,
      ...options.api,
      ...more,
    });
    apis.push(api);
    return api;
  };
  const api = await startAnotherApi();
  const url = `http://127.0.0.1:${api.port}`;
  stripe.sendEventsTo({ url: `${url}/api/stripe/webhook`, secret: webhookSecret });
  const startTestWorker = async () => {
    const native = await NativeConnection.connect({ address, grpcCompression: { codec: 'none' } });
    const worker = await startWorker({
      ...config,
      settings,
      databases,
      client: temporal,
      connection: native,
      namespace,
      stripe: { ...config.stripe, apiUrl: stripe.url },
      onError: (message, error) => logger.error({ err: error }, message),
      workflowBundle: await bundleOnce(),
      ...(options.activityInterceptors && { activityInterceptors: options.activityInterceptors }),
    });
    let stopped: Promise<void> | undefined;
    const end = () => (stopped ??= worker.stop().then(() => native.close()));
    stops.push(end);
    return { done: worker.done, stop: end };
  };
  if (options.worker !== false) await startTestWorker();
  return {
    config,
    settings,
    databases,
    temporal,
    stripe,
    stripeApi,
    mails,
    api,
    url,
    startApi: startAnotherApi,
    startWorker: startTestWorker,
    stop,
  };
}
