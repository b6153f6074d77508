/** The request to end an order of which nothing would be left. */

import { sql } from 'kysely';
import { deriveId } from '../../ids.ts';
import { run } from '../../sql.ts';
import type { OrderRow } from '../entities/order.ts';
import type { QuestionRow } from '../entities/question.ts';
import type { OrdersManager } from '../orders/change-order.ts';

/**
 * Asks the order's workflow to end it, since nothing would be left of it. The question counts as open until then, so
 * that completing the order meanwhile asks for a person.
 */
export async function wantEnd(
  em: OrdersManager,
  order: OrderRow,
  question: Pick<QuestionRow, 'id' | 'participantId'>,
  wish: { readonly id?: string; readonly by: 'host' | 'workflow'; readonly actorId: string },
): Promise<void> {
  const id = wish.id ?? deriveId('cancel', 'question', question.id);
  await run(
    em,
    sql`insert into cancel_requests (id, order_id, reason, restock, actor, actor_id, question_id)
        values (${id}, ${order.id}, null, false, 'host', ${wish.actorId}, ${question.id})
        on conflict (id) do update set refused_at = null`,
  );
}
