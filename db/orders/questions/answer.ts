/** Writes the answer of somebody who wants nothing else instead of what has run out: the order ends. */

import { sql } from 'kysely';
import type { SoldOutAnswer } from '../../../domain/sold-out-answer.ts';
import type { Database } from '../../database.ts';
import { run, selectRow } from '../../sql.ts';
import type { OrderRow } from '../entities/order.ts';
import { QuestionEntity, type QuestionRow } from '../entities/question.ts';
import { changeOrder, type OrdersManager } from '../orders/change-order.ts';
import { mayAsk, QuestionRefused } from './ask.ts';
import { wantEnd } from './want-end.ts';

/**
 * Returns a question that may be answered now, locked, of an order that this transaction has locked. Throws
 * QuestionRefused.
 */
export async function readToAnswer(
  em: OrdersManager,
  order: OrderRow,
  questionId: string,
): Promise<QuestionRow> {
  const question = await selectRow(
    em,
    QuestionEntity,
    sql`id = ${questionId} and order_id = ${order.id} for no key update`,
  );
  if (question?.status !== 'open') throw new QuestionRefused('over');
  if (!mayAsk(order)) throw new QuestionRefused('not_now');
  return question;
}

/** Books that a question is answered by a change that this transaction writes. */
export async function noteAnswered(
  em: OrdersManager,
  order: OrderRow,
  questionId: string,
  { answer, changeId }: { readonly answer: SoldOutAnswer; readonly changeId: string },
): Promise<void> {
  await run(
    em,
    sql`update questions set status = 'answered', answer = ${answer}, change_id = ${changeId} where id = ${questionId}`,
  );
  order.openQuestions -= 1;
}

/**
 * Writes the answer that ends the order, as a request to cancel it. Safe to repeat with the same `requestId`. Throws
 * QuestionRefused.
 */
export async function answerWithEnd(
  orders: Database,
  wanted: {
    readonly orderId: string;
    readonly questionId: string;
    readonly requestId: string;
    readonly answer: SoldOutAnswer;
    readonly actorId: string;
    readonly ifVersion: number;
  },
): Promise<void> {
  const { orderId, questionId, requestId, answer, actorId, ifVersion } = wanted;
  await changeOrder(orders, orderId, `question:${questionId}:answered:${requestId}`, async (order, em) => {
    const question = await readToAnswer(em, order, questionId);
    if (order.changeId) throw new QuestionRefused('change_open');
    if (order.version !== ifVersion) throw new QuestionRefused('stale');
    await run(em, sql`update questions set status = 'answered', answer = ${answer} where id = ${questionId}`);
    await wantEnd(em, order, question, { id: requestId, by: 'host', actorId });
    return { type: 'sold_out_answered', actor: 'host', actorId };
  });
}
