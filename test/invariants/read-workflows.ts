/** Reads the workflows of orders from Temporal. */

import {
  WorkflowNotFoundError,
  type Client,
  type WorkflowExecutionDescription,
  type WorkflowExecutionInfo,
} from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';

/** The state of one order's workflow in Temporal. */
export interface WorkflowFact {
  readonly status: string;
  /** Attempts of its pending workflow task; usually 1, and 0 if none is pending. */
  readonly taskAttempts: number;
  /** The order's status according to the workflow, and the issue that needs a person, if any. */
  readonly orderStatus: string | undefined;
  readonly attention: readonly string[];
  readonly sought: Sought;
}

/** By what operators find a workflow that is about an order. */
export interface Sought {
  readonly orderNumber: number | undefined;
  readonly orderTotal: number | undefined;
  readonly tabId: string | undefined;
}

export interface RefundWorkflow {
  readonly orderId: string;
  readonly refundId: string;
  readonly sought: Sought;
}

export interface WorkflowFacts {
  /** By order id; an order without a workflow is missing. */
  readonly byOrder: ReadonlyMap<string, WorkflowFact>;
  /** Workflow ids of order workflows, one per run, from the visibility store, which is eventually consistent. */
  readonly runs: readonly string[];
  /** The workflows of refunds, each with its order, from the same store. */
  readonly refunds: readonly RefundWorkflow[];
}

const AT_ONCE = 16;
const ORDER_STATUS = defineSearchAttributeKey('OrderStatus', 'KEYWORD');
const ORDER_ATTENTION = defineSearchAttributeKey('OrderAttention', 'KEYWORD_LIST');
const ORDER_NUMBER = defineSearchAttributeKey('OrderNumber', 'INT');
const ORDER_TOTAL = defineSearchAttributeKey('OrderTotal', 'INT');
const TAB_ID = defineSearchAttributeKey('TabId', 'KEYWORD');

/** Queries Temporal for each order, and lists all order workflows. */
export async function readWorkflows(
  temporal: Client,
  orders: readonly { id: string }[],
): Promise<WorkflowFacts> {
  const byOrder = new Map<string, WorkflowFact>();
  const waiting = [...orders];
  const ask = async () => {
    for (let order = waiting.pop(); order; order = waiting.pop()) {
      const described = await describe(temporal, order.id);
      if (described) byOrder.set(order.id, factOf(described));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, ask));
  const runs: string[] = [];
  // A run terminated to be resumed from the record does not count; its replacement does.
  const query = `WorkflowType = 'order' AND ExecutionStatus != 'Terminated'`;
  for await (const run of temporal.workflow.list({ query, pageSize: 1000 })) {
    runs.push(run.workflowId);
  }
  const refunds: RefundWorkflow[] = [];
  for await (const run of temporal.workflow.list({ query: `WorkflowType = 'refund'`, pageSize: 1000 })) {
    const { orderId, refundId } = run.memo ?? {};
    refunds.push({ orderId: String(orderId), refundId: String(refundId), sought: soughtBy(run) });
  }
  return { byOrder, runs, refunds };
}

async function describe(temporal: Client, orderId: string) {
  try {
    return await temporal.workflow.getHandle(orderWorkflowId(orderId)).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

function factOf(described: WorkflowExecutionDescription): WorkflowFact {
  return {
    status: described.status.name,
    taskAttempts: described.raw.pendingWorkflowTask?.attempt ?? 0,
    orderStatus: described.typedSearchAttributes.get(ORDER_STATUS),
    attention: described.typedSearchAttributes.get(ORDER_ATTENTION) ?? [],
    sought: soughtBy(described),
  };
}

function soughtBy({
  typedSearchAttributes: known,
}: Pick<WorkflowExecutionInfo, 'typedSearchAttributes'>): Sought {
  return {
    orderNumber: known.get(ORDER_NUMBER),
    orderTotal: known.get(ORDER_TOTAL),
    tabId: known.get(TAB_ID),
  };
}
