/** A worker and an API in processes of their own, as production runs them, that are killed at given effects. */

import { startWorkerProcess } from '../harness/worker-process.ts';
import type { System } from '../harness/system.ts';
import { startApiProcess } from '../setup/api-process.ts';
import { createEffects, VICTIMS, type Effects, type Victim } from './effects.ts';
import { openPostgresTap, type Tap } from './postgres-tap.ts';
import { openStripeTap } from './stripe-tap.ts';

export interface Victims {
  readonly effects: Effects;
  /** `http://127.0.0.1:<port>` of the API. */
  readonly url: string;
  /** SIGKILL. */
  kill(victim: Victim): Promise<void>;
  /** Starts one that was killed. */
  restart(victim: Victim): Promise<void>;
  stop(): Promise<void>;
}

/** Connections of each to a database: many transactions are halted at the same time. */
const POOL_SIZE = 16;

/** Starts both. */
export async function startVictims(system: System): Promise<Victims> {
  const effects = createEffects(system.databases.orders);
  const behind = await Promise.all(VICTIMS.map((by) => openTaps(system, by, effects)));
  const [ofWorker, ofApi] = behind as [Behind, Behind];
  let port = '0';
  const startWorker = () => startWorkerProcess(ofWorker.system);
  const startApi = async () => {
    const api = await startApiProcess(ofApi.system, {
      ...{ STRIPE_API_URL: ofApi.system.stripe.url, DATABASE_POOL_SIZE: String(POOL_SIZE), PORT: port },
    });
    port = new URL(api.url).port;
    return api;
  };
  const [worker, api] = await Promise.all([startWorker(), startApi()]);
  const running = { worker, api };
  return {
    effects,
    url: api.url,
    kill: (victim) => running[victim].kill(),
    restart: async (victim) => {
      if (victim === 'worker') running.worker = await startWorker();
      else running.api = await startApi();
    },
    stop: async () => {
      await Promise.all(VICTIMS.map((victim) => running[victim].stop()));
      await Promise.all(behind.flatMap(({ taps }) => taps.map((tap) => tap.stop())));
    },
  };
}

interface Behind {
  readonly taps: readonly Tap[];
  /** The system as a process behind the taps sees it. */
  readonly system: Parameters<typeof startWorkerProcess>[0];
}

async function openTaps({ config, stripe }: System, by: Victim, effects: Effects): Promise<Behind> {
  const { users, catalog, orders } = config.databases;
  const tapDatabase = (name: string, url: string) =>
    openPostgresTap(url, (what, ids) => effects.arrives(by, `${name}: ${what}`, ids));
  const [ofCatalog, ofOrders, ofStripe] = await Promise.all([
    tapDatabase('catalog', catalog),
    tapDatabase('orders', orders),
    openStripeTap(stripe.url, by, effects),
  ]);
  const databases = { users, catalog: ofCatalog.url, orders: ofOrders.url };
  return {
    taps: [ofCatalog, ofOrders, ofStripe],
    system: {
      config: { ...config, databases, databasePoolSize: POOL_SIZE },
      stripe: { ...stripe, url: ofStripe.url },
    },
  };
}
