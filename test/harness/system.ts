/**
 * The whole product for one test file, with real parts throughout and ways to disturb it: orders through the public
 * API, faults of Stripe, a mail server that goes down, workers that are killed. Stopping it checks the invariants.
 */

import { checkInvariants, type CheckOptions } from '../invariants/check.ts';
import type { KnownRuns } from '../invariants/histories.ts';
import { describeViolation } from '../invariants/violation.ts';
import { settingsWith, startTestSystem, type TestSystem } from '../setup/system.ts';
import { signUp, Visitor } from '../setup/visitor.ts';
import { bundleOnce } from '../setup/workflow-bundle.ts';
import { startMailServer, type MailServer } from './mail-server.ts';
import { listenToOrders, type OrderChanges } from './order-changes.ts';
import { startWorkerProcess, type WorkerProcess } from './worker-process.ts';

/** A rate limit that no test reaches. */
const PLENTY = { perAddress: 1e6, perPerson: 1e6, seconds: 60 };

export interface System extends Omit<TestSystem, 'stop' | 'mails'> {
  readonly mailServer: MailServer;
  readonly orderChanges: OrderChanges;
  /** A signed-in staff member. */
  readonly agent: Visitor;
  /** URL of an API like the first that holds stock for only `holdMs`. */
  urlWithHold(holdMs: number): Promise<string>;
  /** A worker in a separate process, as in production. */
  startWorkerProcess(): Promise<WorkerProcess>;
  /** Waits until the system is idle and throws an error that names every violated invariant. */
  assertInvariants(options?: Partial<CheckOptions>): Promise<void>;
  /** Stops everything, by default after `assertInvariants`. */
  stop(options?: { check?: boolean } & Partial<CheckOptions>): Promise<void>;
}

/** Starts it. With `worker: false`, the test starts workers. */
export async function startSystem(
  options: Pick<
    NonNullable<Parameters<typeof startTestSystem>[0]>,
    'worker' | 'environment' | 'databases' | 'activityInterceptors' | 'logger'
  > = {},
): Promise<System> {
  const mailServer = await startMailServer();
  const { mails: _unused, ...system } = await startTestSystem({
    ...options,
    environment: { ...options.environment, SMTP_URL: mailServer.url },
    api: { limits: { order: PLENTY, pay: PLENTY, tab: PLENTY } },
  });
  const orderChanges = await listenToOrders(system.config.databases.orders);
  const processes: WorkerProcess[] = [];
  const apis = new Map<number, Promise<string>>();
  const agent = new Visitor(system.url);
  await signUp(agent, system.databases, 'agent');

  const knownRuns: KnownRuns = new Map();
  const assertInvariants = async (more: Partial<CheckOptions> = {}) => {
    const violations = await checkInvariants({
      databases: system.databases,
      stripe: system.stripeApi,
      temporal: system.temporal,
      mails: mailServer.mails,
      standInUrl: system.stripe.url,
      workflowBundle: await bundleOnce(),
      knownRuns,
      ...more,
    });
    if (violations.length > 0) throw new Error(violations.map(describeViolation).join('\n'));
  };
  return {
    ...system,
    mailServer,
    orderChanges,
    agent,
    urlWithHold: (holdMs) => {
      const known = apis.get(holdMs);
      if (known) return known;
      const started = system
        .startApi({ settings: settingsWith(system.settings, { holdMinutes: holdMs / 60_000 }) })
        .then(({ port }) => `http://127.0.0.1:${port}`);
      apis.set(holdMs, started);
      return started;
    },
    startWorkerProcess: async () => {
      const process = await startWorkerProcess(system);
      processes.push(process);
      return process;
    },
    assertInvariants,
    stop: async ({ check = true, ...more } = {}) => {
      try {
        if (check) await assertInvariants(more);
      } finally {
        await Promise.all(processes.map((process) => process.stop()));
        await orderChanges.stop();
        await system.stop();
        await mailServer.die();
      }
    },
  };
}
