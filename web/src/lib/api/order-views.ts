import type { Order, OrderForAgents } from '#domain/contract/orders.ts';
import type { OrderWork } from '#domain/contract/work.ts';
import { refuse } from './refuse.ts';

/** Returns whether an order has the staff's fields: contact and workflow. */
export function isForAgents(order: Order | OrderWork): order is OrderForAgents {
  return 'workflowUrl' in order;
}

/** Returns whether an order has its bill and payments, and not only what is to be made. */
export function isWhole(order: Order | OrderWork): order is Order {
  return 'totalAmount' in order;
}

/** Resolves to the order for a page that shows the bill. Rejects with forbidden if the viewer may only see what is to be made. */
export async function whole<Answer extends { readonly order: Order | OrderWork }>(
  answer: Answer,
): Promise<Answer & { readonly order: Order }> {
  if (!isWhole(answer.order)) throw await refuse('forbidden');
  return { ...answer, order: answer.order };
}
