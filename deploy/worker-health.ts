/**
 * Health check of a worker's container, `node deploy/worker-health.ts`: exits with 0 if Temporal received a poll from a
 * worker on this host within the last two minutes (a poll waits up to one), else with 1 and a message.
 */

import { hostname } from 'node:os';
import { Connection } from '@temporalio/client';
import { readConfig } from '../config.ts';
import { temporalConnection } from '../temporal/connection.ts';
import { ORDERS_QUEUE } from '../temporal/queues.ts';

/** `TaskQueueType` of Temporal's API. */
const WORKFLOW_TASKS = 1;
const RECENT_SECONDS = 120;

async function checkWorker(): Promise<void> {
  const { temporal } = readConfig();
  const connection = await Connection.connect({
    ...temporalConnection(temporal),
    connectTimeout: '5 seconds',
  });
  const { namespace } = temporal;
  try {
    const { pollers } = await connection.workflowService.describeTaskQueue({
      namespace,
      taskQueue: { name: ORDERS_QUEUE },
      taskQueueType: WORKFLOW_TASKS,
    });
    const since = Date.now() / 1000 - RECENT_SECONDS;
    const isPolling = (pollers ?? []).some(
      ({ identity, lastAccessTime }) =>
        identity?.endsWith(`@${hostname()}`) && Number(lastAccessTime?.seconds ?? 0) > since,
    );
    if (!isPolling) throw new Error(`no worker on ${hostname()} polls the queue ${ORDERS_QUEUE}`);
  } finally {
    await connection.close();
  }
}

try {
  await checkWorker();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
