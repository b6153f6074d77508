import type { WorkflowStartOptions } from '@temporalio/client';
import { defineSearchAttributeKey, TypedSearchAttributes } from '@temporalio/common';
import { orderWorkflowId, ORDERS_QUEUE, type OrderInput } from './messages.ts';
import type { order } from './order.ts';

const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', 'KEYWORD');
const ORDER_TOTAL = defineSearchAttributeKey('OrderTotal', 'INT');

/**
 * After this long Temporal gives a task that was lost with its worker to another one: early enough that a new order is
 * still decided within its five seconds (ADR 2). A task that takes longer, since Stripe does, says so and goes on.
 */
const TASK_TIMEOUT_MS = 3_000;

/**
 * How an order's workflow is started, by whomever: one per order for ever, found by status and total. Starting
 * it again finds the one that runs; one that has ended is not started anew.
 */
export function orderStartOptions(input: OrderInput): WorkflowStartOptions<typeof order> & {
  workflowIdConflictPolicy: 'USE_EXISTING';
} {
  return {
    workflowId: orderWorkflowId(input.orderId),
    taskQueue: ORDERS_QUEUE,
    workflowTaskTimeout: TASK_TIMEOUT_MS,
    workflowIdReusePolicy: 'REJECT_DUPLICATE',
    workflowIdConflictPolicy: 'USE_EXISTING',
    args: [input],
    staticSummary: `Order over ${input.totalAmount} ${input.currency} (minor units)`,
    staticDetails:
      'Holds the stock, collects the payment until the deadline, captures it, confirms the order and follows its preparation to the end.',
    typedSearchAttributes: new TypedSearchAttributes([
      { key: ORDER_STATUS, value: input.resumeFrom ?? 'placing' },
      { key: ORDER_TOTAL, value: input.totalAmount },
    ]),
  };
}
