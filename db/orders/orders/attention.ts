/** What of an order needs a person: a list, of which each reason is cleared by itself. */

import type { AttentionReason } from '../../../domain/failures.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { askForPerson, changeOrder, noteSeenTo } from './change-order.ts';

/**
 * Notes that an order needs a person. `cause` tells one time from another: what was seen to is not asked for again by a
 * step that is repeated. Safe to repeat.
 */
export async function recordAttention(
  orders: Database,
  orderId: string,
  { reason, cause }: { reason: AttentionReason; cause?: string | undefined },
): Promise<Standing> {
  const dedupeKey = ['attention', reason, ...(cause === undefined ? [] : [cause])].join(':');
  const { order } = await changeOrder(orders, orderId, dedupeKey, (order) => {
    if (order.attention.includes(reason)) return undefined;
    askForPerson(order, reason);
    return { type: 'attention_raised', data: { reason } };
  });
  return order;
}

/**
 * Notes that one of the staff has seen to `reason`, or to the first there is. An order that does not need a person for
 * it stays as it is. Safe to repeat with the same `requestId`.
 */
export async function clearAttention(
  orders: Database,
  orderId: string,
  seen: { requestId: string; agentId: string; reason?: AttentionReason | undefined },
): Promise<Standing> {
  const { requestId, agentId } = seen;
  const { order } = await changeOrder(orders, orderId, `attention-cleared:${requestId}`, (order) => {
    const reason = seen.reason ?? order.attention[0];
    if (reason === undefined || !order.attention.includes(reason)) return undefined;
    noteSeenTo(order, reason);
    return { type: 'attention_cleared', actor: 'agent', actorId: agentId, data: { reason } };
  });
  return order;
}
