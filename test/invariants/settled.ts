/** Whether a system is idle: nothing is being decided, captured, undone or sent. */

import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import type { Client } from '@temporalio/client';
import type { Databases } from '../../db/databases.ts';
import { ENDED_STATUSES } from '../../domain/order.ts';
import { ENDED_TAB_STATUSES } from '../../domain/tab.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import { TAB_ID } from '../../temporal/search-attributes.ts';
import { tabIdOf } from '../../temporal/tabs/messages.ts';
import { readWorkflowHealth } from '../../workers/reconciliation/workflow-health.ts';

/** One reason why a system is not idle. */
export interface Unsettled {
  readonly orderId: string | null;
  readonly what: string;
}

const UNSETTLED_ORDERS = sql`
  select id as "orderId", 'it is ' || status as what from orders where status in ('placing', 'capturing')
  union all
  select id, 'its deadline has passed' from orders where status = 'awaiting_payment' and deadline < now()
  union all
  select s.order_id, 'its share is being paid' from shares s join orders o on o.id = s.order_id
    where s.status = 'processing' and o.status = 'awaiting_payment' and s.bill_version = o.bill_version
  union all
  select id, 'a change of it is open' from orders where change_id is not null
  union all
  select order_id, 'its refund is pending' from refunds where status = 'pending'`;
const UNSENT_MAILS = sql`
  select order_id as "orderId", 'its mail ' || type || ' is due' as what from mails where status = 'due'`;
const UNSETTLED_HOLDS = sql`
  select distinct order_id as "orderId", status as what from holds where status in ('live', 'committed')`;

/** Returns the work in progress; empty if the system is idle. `mails: false` ignores unsent mail. */
export async function findUnsettled(
  sources: { databases: Databases; temporal: Client },
  options: { mails: boolean },
): Promise<Unsettled[]> {
  const { orders, catalog } = sources.databases;
  const unsettled = await query<Unsettled>(
    orders.em.fork(),
    options.mails ? sql`${UNSETTLED_ORDERS} union all ${UNSENT_MAILS}` : UNSETTLED_ORDERS,
  );
  if (unsettled.length > 0) return unsettled;
  const held = await query<{ orderId: string; what: string }>(catalog.em.fork(), UNSETTLED_HOLDS);
  const over = await query<{ id: string }>(
    orders.em.fork(),
    sql`select id from orders where id = any(${held.map((hold) => hold.orderId)}::uuid[]) and (status = any(${ENDED_STATUSES}) or status = 'confirmed')`,
  );
  const stillHeld = over.map(({ id }) => ({ orderId: id, what: 'its stock is still held' }));
  if (stillHeld.length > 0 || !options.mails) return stillHeld;
  return findRunning(sources);
}

/** Tells what an order's workflow waits for, if it runs: each step, whether it is being tried, and how often it was. */
export async function describePending(temporal: Client, orderId: string | null): Promise<string> {
  if (orderId === null) return '';
  const { status, activities, taskAttempts } = await readWorkflowHealth(temporal, orderWorkflowId(orderId));
  const steps = activities.map(
    ({ type, attempt, isBeingTried }) => `${type} (attempt ${attempt}${isBeingTried ? ', running' : ''})`,
  );
  const task = taskAttempts > 0 ? [`its task (attempt ${taskAttempts})`] : [];
  return `: its workflow is ${status}, and waits for ${[...task, ...steps].join(', ') || 'a message'}`;
}

/** Workflows of orders and tabs that have ended, and of refunds and account mails. */
async function findRunning({
  databases,
  temporal,
}: {
  databases: Databases;
  temporal: Client;
}): Promise<Unsettled[]> {
  const running: string[] = [];
  const tabs: string[] = [];
  const others: Unsettled[] = [];
  const foundBy: { id: string; tabId: string | null }[] = [];
  for await (const run of temporal.workflow.list({ query: `ExecutionStatus = 'Running'`, pageSize: 1000 })) {
    if (run.type === 'tab') tabs.push(tabIdOf(run.workflowId));
    else if (run.type === 'order') {
      const id = run.workflowId.replace(/^order-/, '');
      running.push(id);
      foundBy.push({ id, tabId: run.typedSearchAttributes.get(TAB_ID) ?? null });
    } else others.push({ orderId: null, what: `workflow ${run.workflowId} runs` });
  }
  if (others.length > 0) return others;
  const over = await query<{ id: string; status: string }>(
    databases.orders.em.fork(),
    sql`select id, status from orders where id = any(${running}::uuid[]) and status = any(${ENDED_STATUSES})`,
  );
  const closed = await query<{ id: string; status: string }>(
    databases.orders.em.fork(),
    sql`select id, status from tabs where id = any(${tabs}::uuid[]) and status = any(${ENDED_TAB_STATUSES})`,
  );
  const moved = await query<{ id: string }>(
    databases.orders.em.fork(),
    sql`select o.id from orders o join json_to_recordset(${JSON.stringify(foundBy)}::json) as found (id uuid, "tabId" uuid)
          on found.id = o.id and o.tab_id is distinct from found."tabId"`,
  );
  return [
    ...moved.map(({ id }) => ({ orderId: id, what: 'its workflow has not heard of its other tab' })),
    ...over.map(({ id, status }) => ({ orderId: id, what: `it is ${status} and its workflow still runs` })),
    ...closed.map(({ id, status }) => ({
      orderId: null,
      what: `tab ${id} is ${status} and its workflow still runs`,
    })),
  ];
}
