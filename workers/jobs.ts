import type { Client } from '@temporalio/client';
import type Stripe from 'stripe';
import type { ChangeNudger } from '../db/orders/orders/changes.ts';
import type { Databases } from '../db/databases.ts';
import { createFeesJob } from './ledger/fees.ts';
import type { Job } from './operations/jobs.ts';
import { createOrdersBehindJob } from './orders/orders-behind.ts';
import { createOverdueOrdersJob } from './orders/overdue-orders.ts';
import { createMissedNewsJobs } from './payments/missed-news.ts';
import { createOldAttemptsJob } from './people/old-attempts.ts';
import { createCardsOnFileJobs } from './tabs/cards-on-file.ts';
import { createTabsBehindJobs } from './tabs/tabs-behind.ts';

/** The dependencies of the jobs. */
export interface JobDependencies {
  readonly databases: Databases;
  readonly temporal: Client;
  readonly stripe: Stripe;
  /** Tells the API processes of changed tabs. */
  readonly tabChanges: ChangeNudger;
  /** Sends an order's due mails, if the mail server is quick. */
  readonly sendMails: (request: { orderId: string }) => Promise<unknown>;
}

/** Returns all periodic background jobs. */
export function createJobs({ databases, ...dependencies }: JobDependencies): Job[] {
  const options = { ...dependencies, orders: databases.orders };
  return [
    createOverdueOrdersJob(options),
    createOrdersBehindJob(options),
    ...createTabsBehindJobs(options),
    ...createCardsOnFileJobs(options),
    ...createMissedNewsJobs(options),
    createFeesJob(options),
    createOldAttemptsJob(databases.users),
  ];
}
