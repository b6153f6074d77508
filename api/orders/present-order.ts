import type { Config } from '../../config.ts';
import type { OrderForAgents } from '../../domain/contract/orders.ts';
import type { OrderRecord } from '../../db/orders/orders/read-order.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';

/** An order as staff see it: with who to call, and the link to its workflow in the Temporal UI. */
export function presentForAgents(config: Config, { order, contact }: OrderRecord): OrderForAgents {
  return { ...order, contact, workflowUrl: workflowUrl(config, orderWorkflowId(order.id)) };
}

/** A workflow's page in the Temporal UI. */
export function workflowUrl(config: Config, workflowId: string): string {
  const { uiUrl, namespace } = config.temporal;
  return `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}
