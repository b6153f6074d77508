import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApi, type Answer } from './api.ts';
import { createClock } from './clock.ts';
import { createFaults, type Faults } from './faults.ts';
import { createIdempotency } from './idempotency.ts';
import { createRequestLog } from './request-log.ts';
import { openStore } from './store.ts';
import { answerControl } from './control.ts';
import { serveBankPage, servePage } from './pages.ts';
import { createWebhooks, type ConfiguredEndpoint } from './webhooks.ts';

/** What a stand-in is started with. */
export interface StripeServerOptions {
  /** The SQLite file; made when missing. */
  dbFile: string;
  /** 0 takes a free one. */
  port: number;
  /** Default 127.0.0.1. */
  host?: string;
  /** Where the browser and the links reach it, when not at host and port. */
  publicUrl?: string;
  /** The endpoint that events are sent to; further ones are made at /v1/webhook_endpoints. */
  webhook?: ConfiguredEndpoint;
  /** The real time in milliseconds; default Date.now. `POST /_/clock` moves it. */
  clock?: () => number;
  /** How long pending refunds, disputes and the like take, in seconds; default 2. */
  laterSeconds?: number;
  /** Waits before the repeats of a failed webhook, in milliseconds; default 1 s, 2 s, 4 s … for about an hour. */
  webhookRetryMs?: readonly number[];
}

/** A running stand-in. */
export interface StripeServer {
  url: string;
  port: number;
  faults: Faults;
  /** Stops listening, breaks off deliveries (they are made after the next start) and closes the file. */
  stop(): Promise<void>;
}

const BODY_LIMIT = 1_000_000;

/** Starts a stand-in for Stripe's API, Stripe.js and webhooks. Several may run in one process, each on its own file. */
export async function createStripeServer(options: StripeServerOptions): Promise<StripeServer> {
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

/** Knobs are for tools and the stand-in's own pages: another site in the developer's browser may not turn them. */
function isOwnPage({ headers: { origin, host = '' } }: IncomingMessage): boolean {
  return origin === undefined || origin === `http://${host}` || origin === `https://${host}`;
}

function allowOrigins(request: IncomingMessage, response: ServerResponse): void {
  const origin = request.headers.origin;
  if (origin === undefined) return;
  response.setHeader('Access-Control-Allow-Origin', origin);
  response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD, PUT, PATCH, POST, DELETE');
  response.setHeader(
    'Access-Control-Allow-Headers',
    'Authorization, Content-Type, Idempotency-Key, Stripe-Version',
  );
  response.setHeader(
    'Access-Control-Expose-Headers',
    'Request-Id, Stripe-Manage-Version, Stripe-Should-Retry, X-Stripe-External-Auth-Required',
  );
  response.setHeader('Access-Control-Max-Age', '300');
  response.setHeader('Vary', 'Origin');
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > BODY_LIMIT) {
      request.destroy();
      throw new Error('a request body was larger than a megabyte');
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer.ending?.kind === 'drop') {
    response.destroy();
    return;
  }
  if (answer.ending?.kind === 'silent') {
    const timer = setTimeout(() => response.destroy(), answer.ending.ms ?? 0);
    timer.unref();
    response.once('close', () => clearTimeout(timer));
    return;
  }
  const body = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, 'Content-Length': String(body.length) });
  if (answer.ending?.kind !== 'cut') {
    response.end(body);
    return;
  }
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}
