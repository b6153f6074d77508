/**
 * The open questions of an order that a transaction has locked. `orders.open_questions` says whether there are any, so
 * that orders without one run no further statement.
 */

import { sql } from 'kysely';
import { hasEnded } from '../../../domain/order.ts';
import { unitsLeft } from '../../../domain/sold-out-answer.ts';
import { run, selectRows } from '../../sql.ts';
import { readBill, type OrderBill } from '../changes/read-bill.ts';
import type { OrderRow } from '../entities/order.ts';
import { QuestionEntity } from '../entities/question.ts';
import { askForPerson, type OrdersManager } from '../orders/change-order.ts';

/** Ends the questions of an order that has ended. What was handed over although something is missing needs a person. */
export async function closeQuestions(em: OrdersManager, order: OrderRow): Promise<void> {
  if (order.openQuestions === 0) return;
  await run(
    em,
    sql`update questions set status = 'withdrawn' where order_id = ${order.id} and status = 'open'`,
  );
  order.openQuestions = 0;
  if (order.status === 'completed') askForPerson(order, 'sold_out');
}

/**
 * Asks again, since the change that was to do what was answered was given up, about the units that are still on the bill;
 * `after`: not decided before that time.
 */
export async function reopenQuestion(
  em: OrdersManager,
  order: OrderRow,
  questionId: string,
  after?: Date,
): Promise<void> {
  await run(
    em,
    sql`update questions set status = 'open', answer = null, change_id = null,
          deadline = greatest(deadline, ${after ?? null}::timestamptz)
        where id = ${questionId}`,
  );
  order.openQuestions += 1;
  if (hasEnded(order.status)) await closeQuestions(em, order);
  // Its units may have been refunded meanwhile.
  else await fitQuestions(em, order);
}

/** Lowers questions to the units that are still on the bill; one of which none are left is over. */
export async function fitQuestions(em: OrdersManager, order: OrderRow): Promise<void> {
  if (order.openQuestions === 0) return;
  const { lines } = await readAskedBill(em, order);
  for (const { id, ...question } of await selectRows(
    em,
    QuestionEntity,
    sql`order_id = ${order.id} and status = 'open' for no key update`,
  )) {
    const left = unitsLeft(question, lines);
    if (left === question.quantity) continue;
    if (left > 0) await run(em, sql`update questions set quantity = ${left} where id = ${id}`);
    else {
      await run(em, sql`update questions set status = 'withdrawn', is_moot = true where id = ${id}`);
      order.openQuestions -= 1;
    }
  }
}

/** Reads the bill; units that were canceled count as returned. */
export async function readAskedBill(em: OrdersManager, order: OrderRow): Promise<OrderBill> {
  const bill = await readBill(em, order);
  return {
    ...bill,
    lines: bill.lines.map((line) => ({
      ...line,
      returnedQuantity: Math.max(line.returnedQuantity, line.canceledQuantity ?? 0),
    })),
  };
}
