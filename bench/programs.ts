/** The programs of a whole system, each a separate process, with their addresses. */

import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { DatabaseUrls } from '../db/databases.ts';
import { findFreePort } from '../dev/ports.ts';
import { STRIPE_EVENT_TYPES } from '../domain/stripe-event.ts';
import type { Ground, Program } from './ground.ts';

/** A system to be started. */
export interface Programs {
  readonly apiUrls: readonly string[];
  readonly databases: DatabaseUrls;
  readonly stripeUrl: string;
  readonly stripeSecretKey: string;
  /** GET responds with the accepted mails: see smtp-sink.ts. */
  readonly mailsUrl: string;
  /** Environment of every process of the product. */
  readonly settings: Readonly<Record<string, string>>;
  readonly migrations: Program;
  readonly smtp: Program;
  readonly stripe: Program;
  /** One for each of `apiUrls`. */
  readonly apis: readonly Program[];
  worker(name: string, script: string): Program;
}

const STRIPE_SECRET_KEY = 'sk_test_sharetab';

/** Plans a system on free ports. Its data are in the ground's PostgreSQL and folder. */
export async function planPrograms(
  ground: Ground,
  options: { name: string; temporalAddress: string; apis?: number; countsNetworks?: boolean },
): Promise<Programs> {
  const { name, temporalAddress, apis = 1, countsNetworks = false } = options;
  const [stripePort, smtpPort, mailsPort, ...apiPorts] = await Promise.all(
    Array.from({ length: 3 + apis }, () => findFreePort()),
  );
  const databases = databaseUrls(ground.postgresUrl, name);
  const apiUrls = apiPorts.map((port) => `http://127.0.0.1:${port}`);
  const stripeUrl = `http://127.0.0.1:${stripePort}`;
  const webhookSecret = `whsec_${randomBytes(16).toString('hex')}`;
  const settings = {
    NODE_ENV: 'development',
    // Whoever measures from this machine says with X-Forwarded-For in which networks the customers are.
    ...(countsNetworks && { TRUST_PROXY: 'loopback' }),
    HOST: '127.0.0.1',
    PUBLIC_URL: apiUrls[0]!,
    USERS_DATABASE_URL: databases.users,
    CATALOG_DATABASE_URL: databases.catalog,
    ORDERS_DATABASE_URL: databases.orders,
    TEMPORAL_ADDRESS: temporalAddress,
    TEMPORAL_NAMESPACE: 'default',
    STRIPE_SECRET_KEY,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_sharetab',
    STRIPE_WEBHOOK_SECRET: webhookSecret,
    STRIPE_API_URL: stripeUrl,
    SMTP_URL: `smtp://127.0.0.1:${smtpPort}`,
    APP_SECRET: randomBytes(32).toString('hex'),
  };
  return {
    apiUrls,
    databases,
    stripeUrl,
    stripeSecretKey: STRIPE_SECRET_KEY,
    mailsUrl: `http://127.0.0.1:${mailsPort}`,
    settings,
    migrations: { name: `${name} migrations`, args: ['main.ts', 'migrate'], settings },
    smtp: {
      name: `${name} smtp`,
      args: [
        'bench/smtp-sink.ts',
        String(smtpPort),
        String(mailsPort),
        join(ground.folder, `${name}-mails.jsonl`),
      ],
    },
    stripe: {
      name: `${name} stripe`,
      args: ['packages/stripe-stand-in/main.ts'],
      settings: {
        STRIPE_PORT: String(stripePort),
        STRIPE_DB_FILE: join(ground.folder, `${name}-stripe.sqlite`),
        STRIPE_WEBHOOK_URL: `${apiUrls[0]}/api/stripe/webhook`,
        STRIPE_WEBHOOK_SECRET: webhookSecret,
        STRIPE_WEBHOOK_EVENTS: STRIPE_EVENT_TYPES.join(','),
      },
    },
    apis: apiPorts.map((port, index) => ({
      name: apis === 1 ? `${name} api` : `${name} api ${index + 1}`,
      args: ['main.ts'],
      settings: { ...settings, PORT: String(port), SERVICES: 'api' },
      isProfiled: true,
    })),
    worker: (workerName, script) => ({
      name: `${name} ${workerName}`,
      args: [script],
      settings: { ...settings, SERVICES: 'worker' },
      isProfiled: true,
    }),
  };
}

function databaseUrls(serverUrl: string, name: string): DatabaseUrls {
  const url = (database: string) =>
    Object.assign(new URL(serverUrl), { pathname: `/${name}_${database}` }).href;
  return { users: url('users'), catalog: url('catalog'), orders: url('orders') };
}
