import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Stripe from 'stripe';
import { createStripeServer, type StripeServer, type StripeServerOptions } from '../server/server.ts';

/** A stand-in on a free port and a fresh file, with the official SDK talking to it. */
export interface Stand {
  server: StripeServer;
  stripe: Stripe;
  /** Turns a knob: `knob('clock', { advance: 60 })`. Rejects when it is refused. */
  knob(path: string, body?: object, method?: string): Promise<Record<string, unknown>>;
  /** A call as a browser makes it, with a publishable key. */
  browser(
    method: string,
    path: string,
    params: Record<string, string>,
  ): Promise<{ status: number; body: any }>; // eslint-disable-line
  stop(): Promise<void>;
}

/** Returns the SDK, configured for the server at that port. */
export function sdkFor(port: number): Stripe {
  return new Stripe('sk_test_suite', {
    host: '127.0.0.1',
    port,
    protocol: 'http',
    maxNetworkRetries: 0,
    timeout: 5000,
  });
}

/** Starts a server. `stop` removes its file, too. */
export async function startStand(options: Partial<StripeServerOptions> = {}): Promise<Stand> {
  const folder = mkdtempSync(join(tmpdir(), 'stand-in-'));
  const server = await createStripeServer({ dbFile: join(folder, 'stripe.sqlite'), port: 0, ...options });
  return {
    server,
    stripe: sdkFor(server.port),
    knob: async (path, body, method = body ? 'POST' : 'GET') => {
      const response = await fetch(`${server.url}/_/${path}`, {
        method,
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const answer = (await response.json()) as Record<string, unknown>;
      if (!response.ok) throw new Error(JSON.stringify(answer));
      return answer;
    },
    browser: async (method, path, params) => {
      const form = new URLSearchParams({ ...params, key: 'pk_test_suite' });
      const response = await fetch(server.url + path + (method === 'GET' ? `?${form.toString()}` : ''), {
        method,
        ...(method === 'GET' ? {} : { body: form }),
      });
      return { status: response.status, body: await response.json() };
    },
    stop: async () => {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** No other kind of payment method, so no return address is wanted. */
export const cardOnly = {
  allowed_payment_method_types: ['card'],
} satisfies Partial<Stripe.PaymentIntentCreateParams>;

/** A payment of €12.50 that is captured by a separate call. */
export const held = {
  amount: 1250,
  currency: 'eur',
  capture_method: 'manual',
  ...cardOnly,
} satisfies Stripe.PaymentIntentCreateParams;

/** Creates and confirms one. */
export function authorize(stripe: Stripe, paymentMethod = 'pm_card_visa'): Promise<Stripe.PaymentIntent> {
  return stripe.paymentIntents.create({ ...held, confirm: true, payment_method: paymentMethod });
}

/** The charge of an intent as it is now. */
export function chargeOf(stripe: Stripe, intent: Stripe.PaymentIntent): Promise<Stripe.Charge> {
  const charge = intent.latest_charge;
  return stripe.charges.retrieve(typeof charge === 'string' ? charge : (charge?.id ?? ''));
}

/** Returns what a failed call of the SDK throws. Throws when the call succeeds. */
export async function errorOf(call: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('the call did not fail');
}

/** Resolves with what `look` returns once that is something. Throws after a minute: the machine may be busy. */
export async function until<T>(
  look: () => T | undefined | false | Promise<T | undefined | false>,
): Promise<T> {
  const end = Date.now() + 60_000;
  for (;;) {
    const seen = await look();
    if (seen !== undefined && seen !== false) return seen;
    if (Date.now() > end) throw new Error(`never came true: ${look.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

/** One delivery as the endpoint got it. */
export interface Received {
  body: string;
  headers: IncomingHttpHeaders;
}

/** Starts a webhook endpoint that responds with `status()`. */
export async function startEndpoint(
  status: () => number = () => 200,
): Promise<{ url: string; received: Received[]; stop(): Promise<void> }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      received.push({ body: Buffer.concat(chunks).toString(), headers: request.headers });
      response.writeHead(status()).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
