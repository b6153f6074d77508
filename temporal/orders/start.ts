import type { Client } from '@temporalio/client';
import { TypedSearchAttributes } from '@temporalio/common';
import { ORDER_STATUS, ORDER_TOTAL, TAB_ID } from '../search-attributes.ts';
import { startWorkflow, type WorkflowStart } from '../start.ts';
import { tabWorkflowId } from '../tabs/messages.ts';
import { memoOfWork } from '../work.ts';
import { orderWorkflowId, type OrderInput } from './messages.ts';

/**
 * The workflow task timeout. Temporal reassigns a task that was lost with its worker early enough to decide a new order
 * within its five seconds (ADR 2). A task that takes longer because of Stripe sends heartbeats.
 */
const TASK_TIMEOUT_MS = 3_000;

/**
 * Starts an order's workflow: exactly one per order, searchable by status and total. A closed one is started `again`
 * only if it was lost or terminated. Resolves as `startWorkflow` does.
 */
export function startOrder(
  temporal: Client,
  input: OrderInput,
  options: Pick<WorkflowStart<'order'>, 'again' | 'memo'> = {},
): Promise<string | undefined> {
  return startWorkflow(temporal, {
    ...options,
    memo: {
      ...options.memo,
      ...memoOfWork({ orderId: input.orderId }),
      ...(input.tabId !== undefined && { tab: tabWorkflowId(input.tabId) }),
    },
    type: 'order',
    workflowId: orderWorkflowId(input.orderId),
    input,
    workflowTaskTimeout: TASK_TIMEOUT_MS,
    summary: summaryOf(input),
    staticDetails:
      'Holds the stock, collects every share until the deadline, captures them, confirms the order and follows its preparation to the end.',
    typedSearchAttributes: new TypedSearchAttributes([
      { key: ORDER_STATUS, value: input.resumeFrom ?? 'placing' },
      { key: ORDER_TOTAL, value: input.totalAmount },
      ...(input.tabId === undefined ? [] : [{ key: TAB_ID, value: input.tabId }]),
    ]),
  });
}

/** What is dropped of a round lowers its total, but no summary: its details show the present total. */
function summaryOf({ totalAmount, currency, tabId, kind }: OrderInput): string {
  const amount = `${totalAmount} ${currency} (minor units)`;
  if (kind === 'settlement') return `Payment of a part of a tab: ${amount}`;
  return tabId === undefined ? `Order over ${amount}` : `Round of a tab, sent over ${amount}`;
}
