import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi } from './api.ts';
import { createClock } from '../store/clock.ts';
import { answerControl } from './control.ts';
import { createFaults, type Faults } from '../faults/faults.ts';
import { allowOrigins, isOwnPage, readBody, send } from './http.ts';
import { createIdempotency } from '../protocol/idempotency.ts';
import { serveBankPage, servePage } from '../browser/pages.ts';
import { createRequestLog } from './request-log.ts';
import { openStore } from '../store/store.ts';
import type { ConfiguredEndpoint } from '../webhooks/webhook-configuration.ts';
import { createWebhooks } from '../webhooks/webhooks.ts';

/** What a stand-in is started with. */
export interface StripeServerOptions {
  /** The SQLite file, created when it is missing. `:memory:` keeps nothing. */
  dbFile: string;
  /** 0 takes a free one. */
  port: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** The address that browsers and links use, when it differs from host and port. */
  publicUrl?: string;
  /** The endpoint that events are sent to; further ones are made at /v1/webhook_endpoints. */
  webhook?: ConfiguredEndpoint;
  /** The real time in milliseconds; default Date.now. `POST /_/clock` moves it. */
  clock?: () => number;
  /** How long pending refunds, disputes and the like take, in seconds; default 2. */
  laterSeconds?: number;
  /** Waits before the repeats of a failed webhook, in milliseconds; default 1 s, 2 s, 4 s … for about forty minutes. */
  webhookRetryMs?: readonly number[];
}

/** A running stand-in. */
export interface StripeServer {
  url: string;
  port: number;
  faults: Faults;
  /** Names the endpoint that events are sent to, for a product whose own address is known only once it runs. */
  sendEventsTo(endpoint: ConfiguredEndpoint): void;
  /** Stops listening and delivering, and closes the file. Pending deliveries are made after the next start. */
  stop(): Promise<void>;
}

/**
 * Starts a stand-in for Stripe's API, Stripe.js and webhooks. Several may run in one process, each on its own file.
 * Throws with NODE_ENV=production, because it takes no real money.
 */
export async function createStripeServer(options: StripeServerOptions): Promise<StripeServer> {
  if (process.env['NODE_ENV'] === 'production') {
    throw new Error(
      'The stand-in for Stripe takes no real money and never runs with NODE_ENV=production. Set real Stripe keys there instead.',
    );
  }
  const host = options.host ?? '127.0.0.1';
  const store = openStore(options.dbFile);
  const clock = createClock(store.database, options.clock);
  const faults = createFaults();
  const log = createRequestLog(store.database);
  const idempotency = createIdempotency(store.database);
  let baseUrl = options.publicUrl ?? '';
  const webhooks = createWebhooks({
    store,
    clock,
    faults,
    ...(options.webhook ? { configured: options.webhook } : {}),
    ...(options.webhookRetryMs ? { retryMs: options.webhookRetryMs } : {}),
  });
  const api = createApi({
    store,
    clock,
    faults,
    idempotency,
    log,
    laterSeconds: options.laterSeconds ?? 2,
    baseUrl: () => baseUrl,
  });

  const control = { clock, faults, log, webhooks, ownCall: api.ownCall };
  const server = createServer((request, response) => {
    void handle(request, response).catch((error: unknown) => {
      console.error(error);
      response.destroy();
    });
  });
  async function handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://stand-in');
    if (url.pathname.startsWith('/v1/')) {
      allowOrigins(request, response);
      if (request.method === 'OPTIONS') {
        response.writeHead(200).end();
        return;
      }
      const body = await readBody(request);
      send(response, await api.answer(request, url, body));
      webhooks.wake();
      return;
    }
    if (request.method === 'GET' && servePage(url.pathname, response)) return;
    if (
      request.method === 'GET' &&
      url.pathname.startsWith('/_/3ds/') &&
      url.searchParams.get('format') !== 'json'
    ) {
      serveBankPage(response);
      return;
    }
    if (url.pathname.startsWith('/_/')) {
      if (!isOwnPage(request)) {
        response.writeHead(403, { 'Content-Type': 'text/plain' }).end('Knobs are for tools and own pages.');
        return;
      }
      const answered = answerControl(control, {
        method: request.method ?? 'GET',
        path: url.pathname,
        query: url.searchParams,
        body: await readBody(request),
      });
      webhooks.wake();
      if (answered) {
        response
          .writeHead(answered.status, { 'Content-Type': 'application/json' })
          .end(JSON.stringify(answered.body, null, 2));
        return;
      }
    }
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found');
  }

  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, host, resolve);
  });
  server.keepAliveTimeout = 60_000;
  const { port } = server.address() as AddressInfo;
  if (baseUrl === '') baseUrl = `http://${host}:${port}`;
  webhooks.wake();
  const tick = setInterval(() => {
    api.catchUp();
    webhooks.wake();
  }, 200);
  tick.unref();

  return {
    url: baseUrl,
    port,
    faults,
    sendEventsTo: webhooks.configure,
    stop: async () => {
      clearInterval(tick);
      await webhooks.stop();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      store.close();
    },
  };
}
