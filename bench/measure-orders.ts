/** Measures a whole system from outside. */

import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import { runClosedLoop } from './load/closed-loop.ts';
import { openAgentScreen } from './load/agent-screen.ts';
import { createCustomers, type FollowedOrder } from './load/customers.ts';
import { difference, type Phase } from './phase.ts';
import { readProcessorTimes } from './processor-time.ts';
import type { Stack } from './stack.ts';

/** How many orders to place, and whether an agent watches. */
export interface OrderLoad {
  readonly count: number;
  readonly atATime: number;
  readonly isBoardOpen?: boolean;
  readonly signal: AbortSignal;
}

const SETTLE_MS = 60_000;

/** Places `count` orders, `atATime` in parallel, and resolves when all are confirmed and every mail was sent. */
export async function measureOrders(stack: Stack, load: OrderLoad): Promise<Phase> {
  const customers = await createCustomers({ ...stack, count: load.atATime });
  const screen = load.isBoardOpen ? await openAgentScreen(stack.apiUrl) : undefined;
  const orders = new Client({ connectionString: stack.databases.orders });
  await orders.connect();
  try {
    const before = readProcessorTimes(stack.pids);
    const { results, elapsedMs } = await runClosedLoop(load, (lane) => customers.order(lane));
    await until(() => everyMailIsSent(orders), load.signal);
    const after = readProcessorTimes(stack.pids);
    if (screen) {
      const isThere = ({ orderId }: FollowedOrder) => screen.arrivedAt(orderId) !== undefined;
      await until(async () => results.every(isThere), load.signal);
    }
    const confirmedAt = await readConfirmedTimes(orders, results);
    return {
      design: screen ? 'product, board open' : 'product',
      atATime: load.atATime,
      count: results.length,
      refusals: results.reduce((sum, { refusals }) => sum + refusals, 0),
      elapsedMs,
      answer: results.map(({ answerMs }) => answerMs),
      confirmed: results.map(({ orderId, sentAt }) => confirmedAt.get(orderId)! - sentAt),
      told: results.map(({ toldMs }) => toldMs),
      board: screen ? results.map(({ orderId, sentAt }) => screen.arrivedAt(orderId)! - sentAt) : [],
      processorMs: difference(before, after),
    };
  } finally {
    customers.close();
    screen?.close();
    await orders.end();
  }
}

/** Returns whether no mail is due. */
export async function everyMailIsSent(orders: Client): Promise<boolean> {
  const { rows } = await orders.query<{ due: boolean }>(
    `select exists (select 1 from mails where status = 'due') as due`,
  );
  return !rows[0]!.due;
}

async function readConfirmedTimes(
  orders: Client,
  placed: readonly FollowedOrder[],
): Promise<Map<string, number>> {
  const { rows } = await orders.query<{ order_id: string; at: Date }>(
    `select order_id, at from order_events where type = 'confirmed' and order_id = any($1)`,
    [placed.map(({ orderId }) => orderId)],
  );
  return new Map(rows.map((row) => [row.order_id, row.at.getTime()]));
}

/** Resolves once `isSo`; rejects after a minute. */
export async function until(isSo: () => Promise<boolean>, signal: AbortSignal): Promise<void> {
  for (const deadline = Date.now() + SETTLE_MS; !(await isSo()); await delay(20, undefined, { signal })) {
    if (Date.now() > deadline) throw new Error('the system does not settle: mails or events are left over');
  }
}
