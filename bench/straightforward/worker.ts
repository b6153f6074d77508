/** The straightforward design's worker, a separate process with the SDK's defaults. */

import { randomUUID } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { readConfig } from '../../config.ts';
import { shopOf } from '../../domain/settings.ts';
import { openDatabases } from '../../db/databases.ts';
import { createChangeNudger } from '../../db/orders/orders/changes.ts';
import { createMailer } from '../../workers/mails/mailer.ts';
import { startPresence } from '../../workers/operations/presence.ts';
import { createStripe } from '../../workers/operations/stripe.ts';
import { ORDERS_QUEUE } from '../../temporal/queues.ts';
import { createStraightforwardActivities } from './activities.ts';

Runtime.install({ logger: new DefaultLogger('WARN') });
const config = readConfig();
const databases = await openDatabases(config.databases, { poolSize: config.databasePoolSize });
const changes = createChangeNudger(databases.orders, console.error);
const mailer = createMailer(config.mail);
const connection = await NativeConnection.connect({ address: config.temporal.address });
const worker = await Worker.create({
  connection,
  namespace: config.temporal.namespace,
  taskQueue: ORDERS_QUEUE,
  workflowsPath: fileURLToPath(new URL('order.ts', import.meta.url)),
  activities: createStraightforwardActivities({
    databases,
    changes,
    mailer,
    stripe: createStripe(config.stripe),
    publicUrl: config.publicUrl,
    shop: shopOf(config.firstSettings),
    appSecrets: config.appSecrets,
  }),
});
const presence = await startPresence({
  orders: databases.orders,
  workerId: randomUUID(),
  onError: console.error,
});
await worker.run();
await presence.stop();
await changes.stop();
mailer.close();
await connection.close();
await databases.close();
