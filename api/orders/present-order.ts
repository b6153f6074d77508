import type { Config } from '../../config.ts';
import type { OrderForAgents } from '../../domain/contract/orders.ts';
import type { OrderRecord } from '../../db/orders/orders/read-order.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';

/** An order as staff see it, with the contact and the link to its workflow in the Temporal UI. */
export function presentForAgents(config: Config, { order, contact, allergies }: OrderRecord): OrderForAgents {
  return {
    ...order,
    contact,
    allergies: [...allergies],
    workflowUrl: workflowUrl(config, orderWorkflowId(order.id)),
  };
}

/** Returns the URL of a workflow in the Temporal UI. */
export function workflowUrl(config: Config, workflowId: string): string {
  const { uiUrl, namespace } = config.temporal;
  return `${uiUrl}/namespaces/${encodeURIComponent(namespace)}/workflows/${encodeURIComponent(workflowId)}`;
}
