/** Questions about what has run out, in the form of the contract. */

import { sql } from 'kysely';
import type { Order } from '../../../domain/contract/orders.ts';
import type { Sql } from '../../sql.ts';
import type { QuestionRow } from '../entities/question.ts';

/** The questions of the order `o`, oldest first; null if it has none. */
export const QUESTIONS_OF_ORDER: Sql = sql`(
  select json_agg(q order by q.created_at, q.id) from questions q where q.order_id = o.id)`;

export function presentQuestion(row: QuestionRow): Order['questions'][number] {
  const { suggestion } = row;
  return {
    id: row.id,
    lineId: row.lineId,
    name: row.name,
    quantity: row.quantity,
    participantId: row.participantId,
    suggestion: suggestion
      ? {
          variantId: suggestion.variantId,
          name: suggestion.name,
          options: suggestion.options.map(({ id }) => id),
          optionNames: suggestion.options.map(({ name }) => name),
          unitAmount: suggestion.unitAmount,
          quantity: suggestion.quantity,
        }
      : null,
    status: row.status,
    answer: row.answer ?? null,
    deadline: new Date(row.deadline).toISOString(),
    at: new Date(row.createdAt).toISOString(),
  };
}
