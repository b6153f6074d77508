/** The API as a list: its parts, in the order in which a request meets them. */

import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import Koa from 'koa';
import compress from 'koa-compress';
import type { Logger } from 'pino';
import type Stripe from 'stripe';
import type { Config } from '../config.ts';
import { findOtherCurrency } from '../db/catalog/products/pricing.ts';
import type { Settings } from '../db/catalog/shop/settings.ts';
import type { Databases } from '../db/databases.ts';
import { findInOpenTabs } from '../db/orders/tabs/in-open-tabs.ts';
import { createAccountMailer } from './people/sign-in/account-mails.ts';
import { mountAuth } from './people/sign-in/auth-routes.ts';
import { createAccounts } from './people/sign-in/auth.ts';
import { createKnownDevices } from './people/sign-in/known-devices.ts';
import { meRoutes } from './people/me.ts';
import { catalogChangeRoutes } from './catalog/changes.ts';
import { imageRoutes } from './catalog/images.ts';
import { productRoutes } from './catalog/products.ts';
import { stockRoutes } from './catalog/stock.ts';
import { mountDocs } from './documentation/docs-page.ts';
import { openApiRoutes } from './documentation/openapi.ts';
import { notFound } from './http/api-error.ts';
import { assignClient, createClientReader } from './http/client-address.ts';
import type { ApiContext, ApiState } from './http/context.ts';
import { listen } from './http/listen.ts';
import { checkOrigin, createOrigins } from './http/origins.ts';
import { createRateLimits, DEFAULT_LIMITS, type Limits } from './http/rate-limits.ts';
import { createReads } from './http/reads.ts';
import { renderErrors } from './http/render-errors.ts';
import { assignRequestId } from './http/request-id.ts';
import { logRequests } from './http/request-log.ts';
import { mountRoutes, type Handlers } from './http/route.ts';
import { createSecurityHeaders } from './http/security-headers.ts';
import { mayUpgrade, refuseUpgrades } from './http/upgrades.ts';
import { watchFirstPictures } from './catalog/first-pictures.ts';
import { createScriptHashes, serveWeb } from './http/static-web.ts';
import { createDrain } from './operations/drain.ts';
import { healthRoutes } from './operations/health.ts';
import { createMetrics } from './operations/metrics.ts';
import { startMetricsServer } from './operations/metrics-server.ts';
import { watchDifferences } from './reconciliation/difference-gauge.ts';
import { differenceRoutes } from './reconciliation/differences.ts';
import { reconciliationRoutes } from './reconciliation/runs.ts';
import { configRoutes } from './operations/public-config.ts';
import { attentionRoutes } from './orders/attention.ts';
import { boardRoutes } from './orders/board.ts';
import { commandRoutes } from './orders/commands.ts';
import { createDeciders } from './orders/deciders.ts';
import { orderRoutes } from './orders/orders.ts';
import { cashRoutes } from './payments/record-cash.ts';
import { refundListRoutes } from './payments/refund-list.ts';
import { refundRoutes } from './payments/refunds.ts';
import { savedCardRoutes } from './payments/saved-cards.ts';
import { shareChangeRoutes } from './payments/share-changes.ts';
import { shareRoutes } from './payments/shares.ts';
import { billRoutes } from './changes/bills.ts';
import { changeRoutes } from './changes/changes.ts';
import { seeChangesRoutes } from './changes/see-changes.ts';
import { soldOutRoutes } from './sold-out/sold-out.ts';
import { stripeWebhookRoutes } from './payments/stripe-webhook.ts';
import { accountRoutes } from './people/accounts.ts';
import { createGuests } from './people/guests.ts';
import { createHolders } from './people/holders.ts';
import { createPeople } from './people/people.ts';
import { settingsRoutes } from './shop/settings.ts';
import { knockRoutes } from './spots/knocks.ts';
import { spotRoutes } from './spots/spots.ts';
import { createChangesListener } from './realtime/listen-for-changes.ts';
import { startOrderFeed } from './realtime/order-feed.ts';
import { startSockets } from './realtime/sockets.ts';
import { joinRoutes } from './tabs/join.ts';
import { moveRoutes } from './tabs/move.ts';
import { tabLineRoutes } from './tabs/lines.ts';
import { tabListRoutes } from './tabs/list.ts';
import { openTabRoutes } from './tabs/open.ts';
import { tabPeopleRoutes } from './tabs/people.ts';
import { tabCardRoutes } from './tabs/cards.ts';
import { tabPaymentRoutes } from './tabs/payments.ts';
import { roundRoutes } from './tabs/rounds.ts';
import { createTabWorkflows } from './tabs/tab-workflows.ts';
import { tabRoutes } from './tabs/tabs.ts';
import { startTabFeed } from './realtime/tab-feed.ts';
import { startTabPresences } from './realtime/tab-presence.ts';

/** Dependencies of the API. */
export interface ApiOptions {
  readonly config: Config;
  /** The shop's settings, always current. */
  readonly settings: Settings;
  readonly databases: Databases;
  readonly temporal: Client;
  /** Used for saved cards only. The workers charge orders. */
  readonly stripe: Stripe;
  readonly logger: Logger;
  /** Directory of the built pages. Default: `web/build`. */
  readonly webRoot?: string;
  /** Overrides the default rate limits in tests. */
  readonly limits?: Partial<Limits>;
}

export interface RunningApi {
  /** The port it listens on, also if the configured port is 0. */
  readonly port: number;
  /** The port of the metrics; undefined if none is configured. */
  readonly metricsPort: number | undefined;
  /**
   * Reports "not ready", keeps responding for the configured time, completes requests in progress, disconnects the
   * sockets and closes its own connections. Idempotent.
   */
  stop(): Promise<void>;
}

const WEB_ROOT = fileURLToPath(new URL('../web/build', import.meta.url));
/** Longer than a proxy keeps idle connections (nginx: 60 s), so that a proxy never sends into a closing connection. */
const KEEP_ALIVE_MS = 65_000;

/** An order cannot mix two currencies, and a new currency code does not convert prices. */
async function assertOneCurrency({ catalog }: Databases, currency: string): Promise<void> {
  const other = await findOtherCurrency(catalog, currency);
  if (other === undefined) return;
  throw new Error(
    `The shop's currency is ${currency}, but the menu has prices in ${other}: these databases do not belong together.`,
  );
}

/**
 * Starts the API: `const api = await startApi({ config, settings, databases, temporal, stripe, logger })`, later `await api.stop()`.
 * Databases must be migrated. The caller owns the databases and the Temporal client, and closes them after `stop()`.
 */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { config, settings, databases, temporal, stripe, logger, webRoot = WEB_ROOT } = options;
  const { publicUrl } = config;
  await assertOneCurrency(databases, (await settings.read()).currency);
  const origins = createOrigins({ publicUrl, production: config.production });
  const metrics = createMetrics();
  watchDifferences(metrics.registry, databases.orders, logger);
  const secure = publicUrl.startsWith('https:');
  const guests = createGuests({
    secrets: config.appSecrets,
    secure,
    findNeeded: (participantIds) => findInOpenTabs(databases.orders, participantIds),
  });
  const accounts = await createAccounts({
    usersUrl: config.databases.users,
    publicUrl,
    origins: origins.list,
    secrets: config.appSecrets,
    mailer: createAccountMailer({ orders: databases.orders, temporal, logger }),
    logger,
  });
  const people = createPeople({ guests, readSession: accounts.readSession });
  const reads = await createReads(config);
  const listener = createChangesListener({ ordersUrl: config.databases.orders, logger });
  const feed = startOrderFeed({ orders: reads.orders, listener, logger });
  const presences = startTabPresences({ orders: databases.orders, listener, logger });
  const tabs = startTabFeed({
    reads: reads.orders,
    orders: databases.orders,
    listener,
    feed,
    logger,
    presentation: { publicUrl, isHere: presences.isHere },
  });
  await listener.start();
  const deciders = createDeciders({ orders: databases.orders, countWaiting: feed.countWaiting });
  const readClient = createClientReader({ ...config.http, production: config.production });
  const rateLimits = createRateLimits({ ...DEFAULT_LIMITS, ...options.limits });
  const drain = createDrain(config.http.drainMs);
  const parts = {
    holders: createHolders(config.appSecrets),
    reads,
    config,
    settings,
    databases,
    temporal,
    stripe,
    feed,
    tabs,
    presences,
    tabWorkflows: createTabWorkflows({ temporal, logger }),
    deciders,
    metrics,
    guests,
    rateLimits,
    accounts,
    logger,
  };

  const handlers: Handlers = {
    ...configRoutes(parts),
    ...settingsRoutes(parts),
    ...meRoutes(parts),
    ...productRoutes(parts),
    ...stockRoutes(parts),
    ...imageRoutes(parts),
    ...spotRoutes(parts),
    ...catalogChangeRoutes(parts),
    ...orderRoutes(parts),
    ...boardRoutes(parts),
    ...commandRoutes(parts),
    ...changeRoutes(parts),
    ...seeChangesRoutes(parts),
    ...billRoutes(parts),
    ...soldOutRoutes(parts),
    ...shareRoutes(parts),
    ...shareChangeRoutes(parts),
    ...cashRoutes(parts),
    ...savedCardRoutes(parts),
    ...refundRoutes(parts),
    ...refundListRoutes(parts),
    ...openTabRoutes(parts),
    ...tabListRoutes(parts),
    ...tabRoutes(parts),
    ...moveRoutes(parts),
    ...joinRoutes(parts),
    ...knockRoutes(parts),
    ...tabPeopleRoutes(parts),
    ...tabLineRoutes(parts),
    ...roundRoutes(parts),
    ...tabPaymentRoutes(parts),
    ...tabCardRoutes(parts),
    ...attentionRoutes(parts),
    ...stripeWebhookRoutes(parts),
    ...differenceRoutes(parts),
    ...reconciliationRoutes(parts),
    ...accountRoutes({ ...parts, onAccessChanged: () => onSessionsEnded() }),
    ...healthRoutes({ ...parts, drain, namespace: config.temporal.namespace }),
    ...openApiRoutes(publicUrl),
  };
  const onSessionsEnded = () => {
    sockets
      .checkSessions()
      .catch((error: unknown) => logger.warn({ err: error }, 'sessions could not be checked'));
  };

  const app = new Koa<ApiState, ApiContext>();
  app.silent = true;
  app.use(drain.middleware);
  app.use(assignRequestId());
  app.use(assignClient(readClient));
  app.use(logRequests(logger, metrics));
  app.use(
    createSecurityHeaders({
      publicUrl,
      stripeJsUrl: config.stripe.jsUrl,
      origins,
      readScriptHashes: createScriptHashes(webRoot),
    }),
  );
  app.use(compress({ threshold: 2048, deflate: false }));
  app.use(renderErrors(logger));
  app.use(refuseUpgrades());
  app.use(checkOrigin(origins));
  const devices = createKnownDevices({ secrets: config.appSecrets, secure });
  app.use(mountAuth({ accounts, devices, publicUrl, logger, onSessionsEnded }));
  app.use(mountRoutes(handlers, { people, reads, orders: databases.orders }).routes());
  app.use(mountDocs());
  app.use(serveWeb(webRoot, watchFirstPictures(reads, logger)));
  app.use(() => {
    throw notFound();
  });
  const answer = app.callback();
  const http = createServer(
    { keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 60_000, shouldUpgradeCallback: mayUpgrade },
    (request, response) => {
      void answer(request, response);
    },
  );
  const sockets = startSockets({
    http,
    config,
    reads,
    rateLimits,
    readClient,
    feed,
    tabs,
    presences,
    people,
    guests,
    origins,
    metrics,
    logger,
    listLiveSessions: accounts.listLiveSessions,
  });
  const port = await listen(http, config.http);
  const { host, metricsPort } = config.http;
  const metricsServer =
    metricsPort === undefined
      ? undefined
      : await startMetricsServer(metrics.registry, { host, port: metricsPort });
  origins.addPort(port);

  const stop = async () => {
    await drain.begin();
    await sockets.stop();
    await new Promise<void>((resolve) => {
      http.close(() => resolve());
      http.closeIdleConnections();
    });
    await metricsServer?.stop();
    await listener.stop();
    await presences.stop();
    await tabs.stop();
    await feed.stop();
    await reads.close();
    await accounts.close();
  };
  let stopped: Promise<void> | undefined;
  return { port, metricsPort: metricsServer?.port, stop: () => (stopped ??= stop()) };
}
