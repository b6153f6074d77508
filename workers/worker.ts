/** The worker process: databases, Stripe, mail, and one Temporal worker per task queue. */

import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import type { Client } from '@temporalio/client';
import {
  bundleWorkflowCode,
  DefaultLogger,
  Worker,
  type ActivityInterceptorsFactory,
  type NativeConnection,
  type WorkflowBundleWithSourceMap,
} from '@temporalio/worker';
import type { AppSecrets } from '../db/app-keys.ts';
import type { Settings } from '../db/catalog/shop/settings.ts';
import type { Databases } from '../db/databases.ts';
import { createChangeNudger, TAB_CHANGES_CHANNEL } from '../db/orders/orders/changes.ts';
import { shopOf } from '../domain/settings.ts';
import { listStaff } from '../db/users/people/staff.ts';
import { MAILS_QUEUE, ORDERS_QUEUE, RECONCILIATION_QUEUE } from '../temporal/queues.ts';
import { createMailQueueActivities, createOrderQueueActivities } from './activities.ts';
import { createMailer } from './mails/mailer.ts';
import { renderMail } from './mails/render-mail.ts';
import { createJobs } from './jobs.ts';
import { startJobs } from './operations/jobs.ts';
import { startPresence } from './operations/presence.ts';
import { createReconciliationActivities } from './reconciliation/activities.ts';
import { remember } from './operations/remember.ts';
import { createStripe, type StripeOptions } from './operations/stripe.ts';

/** The dependencies of a worker. */
export interface WorkerOptions {
  readonly databases: Databases;
  readonly connection: NativeConnection;
  readonly client: Client;
  readonly namespace: string;
  readonly stripe: StripeOptions;
  readonly mail: { readonly smtpUrl: string; readonly from: string };
  readonly publicUrl: string;
  /** The shop's settings, read whenever they are needed. */
  readonly settings: Settings;
  readonly appSecrets: AppSecrets;
  /** Reconciliation does not judge changes within this time yet. */
  readonly reconciliation: { readonly settledMs: number; readonly mendsItself: boolean };
  /** Receives failures that will be retried. */
  readonly onError: (message: string, error: unknown) => void;
  /** Wraps every activity of the orders' queue, so that tests can lose runs of them. */
  readonly activityInterceptors?: readonly ActivityInterceptorsFactory[];
  /** A prebuilt workflow bundle; if absent, it is built now, which takes seconds. */
  readonly workflowBundle?: WorkflowBundleWithSourceMap | { readonly codePath: string };
}

export interface RunningWorker {
  /** Resolves when the worker has stopped; rejects when it fails. */
  readonly done: Promise<void>;
  /** Takes no new tasks, finishes running ones, and disconnects. */
  stop(): Promise<void>;
}

/** Bundles the workflow sources for the worker's sandbox. */
export function bundleWorkflows(): Promise<WorkflowBundleWithSourceMap> {
  return bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../workflows/index.ts', import.meta.url)),
    logger: new DefaultLogger('WARN'),
  });
}

/** Starts polling. Search attributes must be registered before. */
export async function startWorker(options: WorkerOptions): Promise<RunningWorker> {
  const { databases, onError } = options;
  const onLost = (error: unknown) => onError('a nudge was lost', error);
  const changes = createChangeNudger(databases.orders, onLost);
  const tabChanges = createChangeNudger(databases.orders, onLost, TAB_CHANGES_CHANNEL);
  const mailer = createMailer(options.mail);
  const stripe = createStripe(options.stripe);
  const dependencies = {
    databases,
    temporal: options.client,
    changes,
    tabChanges,
    mailer,
    stripe,
    staff: remember(() => listStaff(databases.users), 30_000),
    publicUrl: options.publicUrl,
    settings: options.settings,
    appSecrets: options.appSecrets,
  };
  const shared = {
    connection: options.connection,
    namespace: options.namespace,
    shutdownGraceTime: '10 seconds',
  } as const;
  const orderActivities = createOrderQueueActivities(dependencies);
  const orders = await Worker.create({
    ...shared,
    taskQueue: ORDERS_QUEUE,
    workflowBundle: options.workflowBundle ?? (await bundleWorkflows()),
    activities: orderActivities,
    ...(options.activityInterceptors && { interceptors: { activity: [...options.activityInterceptors] } }),
    maxCachedWorkflows: 2_000,
    // An order's first task lasts as long as its payment: other orders' holds must not wait for it.
    maxConcurrentWorkflowTaskExecutions: 200,
    maxConcurrentLocalActivityExecutions: 200,
    // Orders without a poller wait in Temporal's backlog behind newer ones, for seconds. Most need one task, their
    // first, so most pollers are for those.
    maxConcurrentWorkflowTaskPolls: 20,
    nonStickyToStickyPollRatio: 0.8,
    // How long the orders of a dead worker wait: well within the 10 s that a command waits for an order.
    stickyQueueScheduleToStartTimeout: '4 seconds',
  });
  const mails = await Worker.create({
    ...shared,
    taskQueue: MAILS_QUEUE,
    activities: createMailQueueActivities(dependencies),
    maxConcurrentActivityTaskExecutions: 20,
  });
  const reconciliation = await Worker.create({
    ...shared,
    taskQueue: RECONCILIATION_QUEUE,
    activities: createReconciliationActivities(
      {
        ...dependencies,
        namespace: options.namespace,
        settledMs: options.reconciliation.settledMs,
        mendsItself: options.reconciliation.mendsItself,
      },
      orderActivities,
    ),
    maxConcurrentActivityTaskExecutions: 4,
  });
  const all = [orders, mails, reconciliation];
  // The first mail compiles the frame, which takes most of a second: done in advance, not while an order is confirmed.
  const shop = shopOf(await options.settings.read());
  await renderMail({ type: 'verify_email', name: '', url: options.publicUrl }, shop, 'en');
  const running = Promise.all(all.map((worker) => worker.run()));
  const beside = { orders: databases.orders, workerId: randomUUID(), onError };
  const presence = await startPresence(beside);
  const { sendOrderMailsAtOnce: sendMails } = orderActivities;
  const jobs = startJobs({
    ...beside,
    jobs: createJobs({ databases, temporal: options.client, stripe, tabChanges, sendMails }),
  });
  const done = running.then(async () => {
    // Other workers take the jobs over only after their running rounds have ended.
    await jobs.stop();
    await presence.stop();
    await changes.stop();
    await tabChanges.stop();
    mailer.close();
  });
  return {
    done,
    stop: async () => {
      await presence.leave();
      for (const worker of all) {
        if (worker.getState() === 'RUNNING') worker.shutdown();
      }
      await done;
    },
  };
}
