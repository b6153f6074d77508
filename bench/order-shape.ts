/** The traces of workflows in Temporal: fewer are cheaper. */

import { Client, Connection } from '@temporalio/client';
import { Client as PostgresClient } from 'pg';
import { orderWorkflowId } from '../temporal/orders/messages.ts';
import { percentile } from './percentiles.ts';
import type { Stack } from './stack.ts';

/** Medians over some workflows. */
export interface Traces {
  readonly historyEvents: number;
  readonly workflowTasks: number;
  /** Local activities are not included. */
  readonly regularActivities: number;
  readonly signals: number;
}

const SAMPLES = 25;

/** Reads the traces of the newest orders, which now wait for the kitchen. */
export async function readOrderShape(stack: Stack): Promise<Traces> {
  const orderIds = await listNewestOrders(stack);
  return readTraces(stack.temporalAddress, orderIds.map(orderWorkflowId));
}

/** Counts the history events of these workflows. */
export async function readTraces(address: string, workflowIds: readonly string[]): Promise<Traces> {
  const connection = await Connection.connect({ address });
  try {
    const { workflow } = new Client({ connection });
    const histories = await Promise.all(
      workflowIds.map(async (workflowId) => {
        const { events } = await workflow.getHandle(workflowId).fetchHistory();
        return events ?? [];
      }),
    );
    const count = (attributes: string) =>
      median(histories.map((events) => events.filter((event) => Object.hasOwn(event, attributes)).length));
    return {
      historyEvents: median(histories.map((events) => events.length)),
      workflowTasks: count('workflowTaskCompletedEventAttributes'),
      regularActivities: count('activityTaskScheduledEventAttributes'),
      signals: count('workflowExecutionSignaledEventAttributes'),
    };
  } finally {
    await connection.close();
  }
}

async function listNewestOrders(stack: Stack): Promise<string[]> {
  const client = new PostgresClient({ connectionString: stack.databases.orders });
  await client.connect();
  try {
    const { rows } = await client.query<{ id: string }>(
      `select id from orders where status = 'confirmed' order by created_at desc limit $1`,
      [SAMPLES],
    );
    return rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

function median(values: readonly number[]): number {
  return percentile(values, 0.5);
}
