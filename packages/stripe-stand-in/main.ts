#!/usr/bin/env node
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { createStripeServer } from './server/server.ts';

const {
  STRIPE_PORT,
  STRIPE_HOST,
  STRIPE_DB_FILE,
  STRIPE_PUBLIC_URL,
  STRIPE_WEBHOOK_URL,
  STRIPE_WEBHOOK_SECRET,
  STRIPE_WEBHOOK_EVENTS,
} = process.env;

if ((STRIPE_WEBHOOK_URL === undefined) !== (STRIPE_WEBHOOK_SECRET === undefined)) {
  console.error('Set STRIPE_WEBHOOK_URL and STRIPE_WEBHOOK_SECRET together, or neither.');
  process.exit(1);
}

const dbFile = STRIPE_DB_FILE ?? '.data/stripe.sqlite';
mkdirSync(dirname(dbFile), { recursive: true });
const port = Number(STRIPE_PORT ?? 12111);
const server = await createStripeServer({
  dbFile,
  port,
  ...(STRIPE_HOST === undefined ? {} : { host: STRIPE_HOST }),
  ...(STRIPE_PUBLIC_URL === undefined ? {} : { publicUrl: STRIPE_PUBLIC_URL }),
  ...(STRIPE_WEBHOOK_URL !== undefined && STRIPE_WEBHOOK_SECRET !== undefined
    ? {
        webhook: {
          url: STRIPE_WEBHOOK_URL,
          secret: STRIPE_WEBHOOK_SECRET,
          ...(STRIPE_WEBHOOK_EVENTS ? { types: STRIPE_WEBHOOK_EVENTS.split(',') } : {}),
        },
      }
    : {}),
}).catch((error: unknown) => {
  const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE';
  console.error(
    taken
      ? `Port ${port} is taken. Set STRIPE_PORT to another, or to 0 for any free one.`
      : error instanceof Error
        ? error.message
        : error,
  );
  process.exit(1);
});
console.log(`stand-in for Stripe: ${server.url}`);

let stopping = false;
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    if (stopping) return;
    stopping = true;
    void server.stop().then(() => process.exit(0));
  });
}
