/**
 * The only reader of process.env: every setting of the deployment, and what those of the shop begin with, checked once at
 * the start. `.env.example` explains each.
 */

import { z } from 'zod';
import type { AppSecrets } from './db/app-keys.ts';
import type { DatabaseUrls } from './db/databases.ts';
import { isRange } from './domain/network.ts';
import { shopSettingsSchema, type ShopSettings } from './domain/contract/settings.ts';
import { minorDigits } from './domain/currency.ts';
import { findUnfitForProduction } from './domain/production.ts';
import type { TemporalTls } from './temporal/connection.ts';

/** In minor units: 1,000 euros, or 100,000 yen. */
const DEFAULT_REFUND_LIMIT = 100_000;

const url = z.url();
const isOrigin = (value: string) =>
  URL.canParse(value) && `${new URL(value).origin}/` === new URL(value).href;
const splitList = (value: string) => value.split(',').map((item) => item.trim());
const count = z.coerce.number().int().min(1).max(1_000_000);
/** The shop's own settings, of which the environment tells what a new shop begins with. */
const setting = shopSettingsSchema.shape;
const schema = z.object({
  NODE_ENV: z.enum(['development', 'production', 'test']).default('development'),
  SERVICES: z
    .string()
    .default('api,worker')
    .transform(splitList)
    .pipe(z.array(z.enum(['api', 'worker'])).min(1)),
  HOST: z.string().default('127.0.0.1'),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  PUBLIC_URL: z
    .url({ protocol: /^https?$/ })
    .refine(isOrigin, 'is an address without a path, a query or a name')
    .default('http://localhost:3000'),
  TRUST_PROXY: z
    .string()
    .default('0')
    .transform((value) => (/^(0|false|no|off)$/i.test(value) ? [] : splitList(value)))
    .refine((ranges) => ranges.every(isRange), {
      error:
        'names who may write X-Forwarded-For: addresses or ranges, such as 10.0.0.2,172.16.0.0/12, loopback or private',
    }),
  METRICS_PORT: z.coerce.number().int().min(0).max(65_535).optional(),
  DRAIN_SECONDS: z.coerce.number().min(0).max(300).default(0),
  DATABASE_URL: url.default('postgres://localhost:5432'),
  USERS_DATABASE_URL: url.optional(),
  CATALOG_DATABASE_URL: url.optional(),
  ORDERS_DATABASE_URL: url.optional(),
  DATABASE_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(8),
  DATABASE_READ_POOL_SIZE: z.coerce.number().int().min(1).max(100).default(4),
  SOCKETS_PER_NETWORK: count.default(300),
  SOCKETS_PER_PERSON: count.default(30),
  TEMPORAL_ADDRESS: z.string().default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().default('default'),
  TEMPORAL_UI_URL: url.default('http://127.0.0.1:8233'),
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: z.string().optional(),
  TEMPORAL_TLS_CLIENT_CERT_PATH: z.string().optional(),
  TEMPORAL_TLS_CLIENT_KEY_PATH: z.string().optional(),
  TEMPORAL_TLS_SERVER_NAME: z.string().optional(),
  TEMPORAL_API_KEY: z.string().optional(),
  STRIPE_SECRET_KEY: z.string().min(1),
  STRIPE_PUBLISHABLE_KEY: z.string().min(1),
  STRIPE_WEBHOOK_SECRET: z.string().min(1),
  STRIPE_API_URL: url.optional(),
  STRIPE_JS_URL: url.default('https://js.stripe.com/v3/'),
  SMTP_URL: url.default('smtp://127.0.0.1:1025'),
  MAIL_FROM: z.string().default('Sharetab <orders@sharetab.test>'),
  SHOP_NAME: setting.name.default('Sharetab'),
  SHOP_ADDRESS: setting.address.default(''),
  SHOP_TAX_ID: setting.taxId.default(''),
  SHOP_TIME_ZONE: setting.timeZone.default('Europe/Berlin'),
  APP_SECRET: z.string().min(32),
  APP_SECRET_PREVIOUS: z.string().min(32).optional(),
  CURRENCY: setting.currency.default('eur'),
  /** The workflows as `node main.ts bundle` wrote them; without it a worker bundles them when it starts. */
  WORKFLOW_BUNDLE: z.string().optional(),
  TIP_LIMIT: z.coerce.number().int().min(0).max(90_000).default(100),
  AGENT_REFUND_LIMIT: z.coerce.number().int().min(0).max(90_000).optional(),
  TYPED_PLACES: z.enum(['true', 'false']).default('true'),
  UNPAID_ORDERS_PER_GUEST: count.default(10),
  UNPAID_PIECES_PER_GUEST: count.default(60),
  UNPAID_ORDERS_PER_NETWORK: count.default(60),
  UNPAID_PIECES_PER_NETWORK: count.default(300),
  UNPAID_STOCK_PERCENT: z.coerce.number().int().min(0).max(100).default(50),
  DECLINES_PER_ORDER: count.default(5),
  DECLINES_PER_NETWORK: count.default(20),
  HOLD_MINUTES: z.coerce.number().min(0.01).max(1440).default(15),
  RECONCILE_MINUTES: z.coerce.number().min(1).max(10_080).default(60),
  RECONCILE_SETTLED_SECONDS: z.coerce.number().min(0).max(86_400).default(120),
  RECONCILE_MENDS_ITSELF: z.enum(['true', 'false']).default('true'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent']).default('info'),
});

/** How many sockets may be open at one API, of one network (address, or IPv6 /64) and of one account. */
export interface SocketBounds {
  readonly perNetwork: number;
  readonly perPerson: number;
}

/** Every setting of a process. Secrets are in here: never log it. */
export interface Config {
  readonly production: boolean;
  readonly services: readonly ('api' | 'worker')[];
  readonly http: {
    readonly host: string;
    readonly port: number;
    readonly trustedProxies: readonly string[];
    /** Where the API's metrics are; undefined: nowhere. */
    readonly metricsPort: number | undefined;
    /** How long a process that is told to end goes on answering, without being ready. */
    readonly drainMs: number;
  };
  /** Where browsers reach us, without a slash at the end. */
  readonly publicUrl: string;
  readonly databases: DatabaseUrls;
  readonly databasePoolSize: number;
  /** Of an API, for what is only read. */
  readonly databaseReadPoolSize: number;
  readonly sockets: SocketBounds;
  readonly temporal: {
    readonly address: string;
    readonly namespace: string;
    readonly uiUrl: string;
    /** Undefined: the server is reached without TLS. */
    readonly tls: TemporalTls | undefined;
    readonly apiKey: string | undefined;
  };
  readonly stripe: {
    readonly secretKey: string;
    readonly publishableKey: string;
    readonly webhookSecret: string;
    /** Base URL of a stand-in; undefined: Stripe itself. */
    readonly apiUrl: string | undefined;
    readonly jsUrl: string;
  };
  readonly mail: { readonly smtpUrl: string; readonly from: string };
  /** What the settings of a new shop begin with; from then on they are in the catalog database. */
  readonly firstSettings: ShopSettings;
  /** What every key is derived from: the current secret, and after it the one that it took the place of. */
  readonly appSecrets: AppSecrets;
  /** How often our records are compared with Stripe, and how long what has moved is left alone. */
  readonly reconciliation: {
    readonly everyMs: number;
    readonly settledMs: number;
    /** Sets right by itself what nobody has to decide about. */
    readonly mendsItself: boolean;
  };
  /** File with the workflows bundled before; undefined: each worker bundles them, which takes seconds. */
  readonly workflowBundleFile: string | undefined;
  readonly logLevel: string;
}

/** A setting is missing or wrong; the message names each, without its value. */
export class ConfigError extends Error {}

/** Reads and checks the environment. Throws a ConfigError that names every wrong setting at once. */
export function readConfig(environment: NodeJS.ProcessEnv = process.env): Config {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const parsed = schema.safeParse(given);
  if (!parsed.success) {
    const lines = parsed.error.issues.map((issue) => `  ${issue.path.join('.')}: ${issue.message}`);
    throw new ConfigError(`Settings are missing or wrong (see .env.example):\n${lines.join('\n')}`);
  }
  const env = parsed.data;
  const production = env.NODE_ENV === 'production';
  const unfit = production ? findUnfitForProduction(env, given) : [];
  if (unfit.length > 0) {
    throw new ConfigError(`Not with NODE_ENV=production (see docs/deployment.md):\n  ${unfit.join('\n  ')}`);
  }
  const databaseUrl = (name: string) => {
    const server = new URL(env.DATABASE_URL);
    server.pathname = `/sharetab_${name}`;
    return server.href;
  };
  return {
    production,
    services: env.SERVICES,
    http: {
      host: env.HOST,
      port: env.PORT,
      trustedProxies: env.TRUST_PROXY,
      metricsPort: env.METRICS_PORT,
      drainMs: Math.round(env.DRAIN_SECONDS * 1_000),
    },
    publicUrl: env.PUBLIC_URL.replace(/\/$/, ''),
    databases: {
      users: env.USERS_DATABASE_URL ?? databaseUrl('users'),
      catalog: env.CATALOG_DATABASE_URL ?? databaseUrl('catalog'),
      orders: env.ORDERS_DATABASE_URL ?? databaseUrl('orders'),
    },
    databasePoolSize: env.DATABASE_POOL_SIZE,
    databaseReadPoolSize: env.DATABASE_READ_POOL_SIZE,
    sockets: { perNetwork: env.SOCKETS_PER_NETWORK, perPerson: env.SOCKETS_PER_PERSON },
    temporal: {
      address: env.TEMPORAL_ADDRESS,
      namespace: env.TEMPORAL_NAMESPACE,
      uiUrl: env.TEMPORAL_UI_URL.replace(/\/$/, ''),
      tls: readTemporalTls(env),
      apiKey: env.TEMPORAL_API_KEY,
    },
    stripe: {
      secretKey: env.STRIPE_SECRET_KEY,
      publishableKey: env.STRIPE_PUBLISHABLE_KEY,
      webhookSecret: env.STRIPE_WEBHOOK_SECRET,
      apiUrl: env.STRIPE_API_URL,
      jsUrl: env.STRIPE_JS_URL,
    },
    mail: { smtpUrl: env.SMTP_URL, from: env.MAIL_FROM },
    firstSettings: {
      name: env.SHOP_NAME,
      address: env.SHOP_ADDRESS,
      taxId: env.SHOP_TAX_ID,
      timeZone: env.SHOP_TIME_ZONE,
      currency: env.CURRENCY,
      holdMinutes: env.HOLD_MINUTES,
      soldOutMinutes: 5,
      tipLimitAmount: env.TIP_LIMIT * 10 ** minorDigits(env.CURRENCY),
      agentRefundLimitAmount:
        env.AGENT_REFUND_LIMIT === undefined
          ? DEFAULT_REFUND_LIMIT
          : env.AGENT_REFUND_LIMIT * 10 ** minorDigits(env.CURRENCY),
      takesTypedPlaces: env.TYPED_PLACES === 'true',
      tabsAtTables: 'before',
      tabsAtLanes: 'before',
      tabsAtCounters: 'before',
      tabsElsewhere: 'before',
      cardOnFile: 'never',
      cardOnFileAboveAmount: 50 * 10 ** minorDigits(env.CURRENCY),
      chargeAfterHours: 12,
      unpaidOrdersPerGuest: env.UNPAID_ORDERS_PER_GUEST,
      unpaidPiecesPerGuest: env.UNPAID_PIECES_PER_GUEST,
      unpaidOrdersPerNetwork: env.UNPAID_ORDERS_PER_NETWORK,
      unpaidPiecesPerNetwork: env.UNPAID_PIECES_PER_NETWORK,
      unpaidStockPercent: env.UNPAID_STOCK_PERCENT,
      unpaidRoundsPerGuest: 10,
      unpaidAmountPerGuest: 300 * 10 ** minorDigits(env.CURRENCY),
      unpaidRoundsPerTab: 60,
      unpaidAmountPerTab: 3_000 * 10 ** minorDigits(env.CURRENCY),
      declinesPerOrder: env.DECLINES_PER_ORDER,
      declinesPerNetwork: env.DECLINES_PER_NETWORK,
    },
    appSecrets: env.APP_SECRET_PREVIOUS ? [env.APP_SECRET, env.APP_SECRET_PREVIOUS] : [env.APP_SECRET],
    reconciliation: {
      everyMs: Math.round(env.RECONCILE_MINUTES * 60_000),
      settledMs: Math.round(env.RECONCILE_SETTLED_SECONDS * 1_000),
      mendsItself: env.RECONCILE_MENDS_ITSELF === 'true',
    },
    workflowBundleFile: env.WORKFLOW_BUNDLE,
    logLevel: env.LOG_LEVEL,
  };
}

function readTemporalTls(env: z.output<typeof schema>): TemporalTls | undefined {
  const serverCaFile = env.TEMPORAL_TLS_SERVER_CA_CERT_PATH;
  const certFile = env.TEMPORAL_TLS_CLIENT_CERT_PATH;
  const keyFile = env.TEMPORAL_TLS_CLIENT_KEY_PATH;
  const serverName = env.TEMPORAL_TLS_SERVER_NAME;
  if ((certFile === undefined) !== (keyFile === undefined)) {
    throw new ConfigError('TEMPORAL_TLS_CLIENT_CERT_PATH and TEMPORAL_TLS_CLIENT_KEY_PATH belong together');
  }
  const client = certFile !== undefined && keyFile !== undefined ? { certFile, keyFile } : undefined;
  if (!serverCaFile && !client && !serverName) return undefined;
  return { serverCaFile, client, serverName };
}
