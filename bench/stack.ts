/** A whole system to place orders in: every part is a separate process with separate databases. */

import { join } from 'node:path';
import { createProduct } from '../db/catalog/products/products.ts';
import { openDatabases, type DatabaseUrls } from '../db/databases.ts';
import { loadAccounts } from '../dev/demo/load-accounts.ts';
import type { StartedProcess } from '../dev/processes.ts';
import { startTemporal } from '../dev/temporal.ts';
import { untilAnswered } from '../dev/wait.ts';
import type { Ground } from './ground.ts';
import { planPrograms } from './programs.ts';

/** Latency of a gateway call in milliseconds. */
export const STRIPE_LATENCY_MS = 5;

/** A running system. */
export interface Stack {
  readonly apiUrl: string;
  readonly databases: DatabaseUrls;
  readonly temporalAddress: string;
  readonly stripeUrl: string;
  readonly stripeSecretKey: string;
  /** GET responds with the accepted mails: see smtp-sink.ts. */
  readonly mailsUrl: string;
  /** A variant with more stock than the bench orders. */
  readonly variantId: string;
  /** Processes whose processor time is counted. */
  readonly pids: Readonly<Record<string, number>>;
  /** Ends worker and API, so that they write their profiles. */
  stopProduct(): Promise<void>;
}

/**
 * Starts the product as `npm start` runs it, and resolves when orders can be placed. It ends with the ground. With
 * `countsNetworks`, limits per network apply: X-Forwarded-For says whose they are.
 */
export async function startStack(ground: Ground, options: { countsNetworks?: boolean } = {}): Promise<Stack> {
  const temporal = await startTemporalFor(ground);
  const programs = await planPrograms(ground, {
    name: 'product',
    temporalAddress: temporal.address,
    ...options,
  });
  const { databases, stripeUrl, mailsUrl, stripeSecretKey } = programs;
  const apiUrl = programs.apiUrls[0]!;
  await ground.run(programs.migrations);
  const variantId = await fillDatabases(databases);

  const smtp = await ground.start(programs.smtp);
  const stripe = await ground.start(programs.stripe);
  await Promise.all([untilAnswered(mailsUrl, smtp), untilAnswered(`${stripeUrl}/_/health`, stripe)]);
  await slowDown(stripeUrl);
  const worker = await ground.start(programs.worker('worker', 'main.ts'));
  const api = await ground.start(programs.apis[0]!);
  await untilAnswered(`${apiUrl}/api/health/ready`, worker);
  return {
    apiUrl,
    databases,
    temporalAddress: temporal.address,
    stripeUrl,
    stripeSecretKey,
    mailsUrl,
    variantId,
    pids: {
      api: api.mark.pid,
      worker: worker.mark.pid,
      temporal: temporal.process.mark.pid,
      postgres: ground.postgresPid,
      stripe: stripe.mark.pid,
      smtp: smtp.mark.pid,
      load: process.pid,
    },
    stopProduct: async () => {
      await Promise.all([api.stop(20_000), worker.stop(20_000)]);
    },
  };
}

async function startTemporalFor(ground: Ground): Promise<{ address: string; process: StartedProcess }> {
  const server = await startTemporal({
    program: ground.temporalProgram,
    dbFile: join(ground.folder, 'product-temporal.db'),
    logFile: join(ground.folder, 'product temporal.log'),
    guard: ground.guard,
  });
  await ground.atEnd(() => server.process.stop());
  return server;
}

/** One product, and the demo accounts: two of them are staff, who get a mail for every order. */
export async function fillDatabases(urls: DatabaseUrls): Promise<string> {
  const databases = await openDatabases(urls, { poolSize: 2 });
  try {
    await loadAccounts(databases.users);
    const product = await createProduct(
      databases.catalog,
      {
        name: 'Flat white',
        description: 'Two shots, silky milk.',
        category: 'Coffee',
        allergens: ['milk'],
        taxRate: 1900,
        active: true,
        variants: [{ name: 'regular', unitAmount: 420, available: 1_000_000 }],
        optionGroups: [],
      },
      { currency: 'eur' },
    );
    return product!.variants[0]!.id;
  } finally {
    await databases.close();
  }
}

export async function slowDown(stripeUrl: string): Promise<void> {
  const answer = await fetch(`${stripeUrl}/_/faults`, {
    method: 'POST',
    body: JSON.stringify({ kind: 'latency', ms: STRIPE_LATENCY_MS, path: '/v1/**' }),
  });
  if (!answer.ok) throw new Error(`the Stripe stand-in takes no latency: ${await answer.text()}`);
}
