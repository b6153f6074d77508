/** Reasons why an order needs a person: a list, in which each reason is cleared by itself. */

import type { AttentionReason } from '../../../domain/failures.ts';
import type { Standing } from '../../../domain/standing.ts';
import type { Database } from '../../database.ts';
import { askForPerson, changeOrder, noteSeenTo } from './change-order.ts';

/**
 * Adds a reason why an order needs a person. `cause` distinguishes occurrences: a repeated step doesn't ask again for a
 * cleared one. Safe to repeat.
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
 * Records that a staff member has cleared `reason`, or the first one. Changes nothing if the order doesn't have it.
 * Safe to repeat with the same `requestId`.
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
