/** Runs with more and more payments: time, memory and findings of each. */

import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { openStore } from 'stripe-stand-in/store';
import { openDatabases, type Databases } from '../../db/databases.ts';
import { createStripe } from '../../workers/operations/stripe.ts';
import type { Ground } from '../ground.ts';
import { startStack, type Stack } from '../stack.ts';
import { compareNow, pauseSchedule, type Comparison } from './compare.ts';
import { startFilling } from './fill.ts';
import { watchMemory, type Memory } from '../memory.ts';
import { countPlanted } from './plants.ts';
import { readSteps, type Step } from './steps.ts';

/** One comparison. */
export interface Measured extends Comparison {
  /** Number of planted differences, by kind. */
  readonly planted: ReadonlyMap<string, number>;
  /** Memory of the worker; undefined if the operating system does not report it. */
  readonly memory: Memory | undefined;
  readonly steps: readonly Step[];
}

/** Measures each of these numbers of payments, ascending. Reports progress to `say`. */
export async function measureReconciliation(
  ground: Ground,
  counts: readonly number[],
  say: (text: string) => void,
): Promise<Measured[]> {
  const stack = await startStack(ground);
  const store = openStore(join(ground.folder, 'product-stripe.sqlite'));
  const databases = await openDatabases(stack.databases, { poolSize: 2 });
  const connection = await Connection.connect({ address: stack.temporalAddress });
  const temporal = new Client({ connection });
  try {
    await pauseSchedule(temporal);
    const stripe = createStripe({ secretKey: stack.stripeSecretKey, apiUrl: stack.stripeUrl });
    const ordersUrl = stack.databases.orders;
    const fillTo = await startFilling({ stripe, store, ordersUrl, most: counts.at(-1)! });
    const measured: Measured[] = [];
    for (const count of counts) {
      say(`filling up to ${count} payments`);
      await fillTo(count);
      say(`comparing ${count} payments`);
      const comparison = await measureOne(stack, temporal, databases);
      measured.push({ ...comparison, planted: countPlanted(count) });
      say(`${comparison.seconds.toFixed(1)} s`);
    }
    await stack.stopProduct();
    return measured;
  } finally {
    await connection.close();
    await databases.close();
    store.close();
  }
}

async function measureOne(
  stack: Stack,
  temporal: Client,
  { orders }: Databases,
): Promise<Omit<Measured, 'planted'>> {
  const watch = watchMemory(stack.pids['worker']!);
  const comparison = await compareNow(temporal, orders).finally(() => watch.stop());
  return { ...comparison, memory: watch.stop(), steps: await readSteps(temporal, comparison) };
}
