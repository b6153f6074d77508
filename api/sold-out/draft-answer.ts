/** Prices an answer about a line that has run out: the change of the order that it makes. */

import { priceLines } from '../../db/catalog/products/pricing.ts';
import type { Databases } from '../../db/databases.ts';
import type { AddedLine } from '../../db/orders/entities/change.ts';
import type { QuestionRow } from '../../db/orders/entities/question.ts';
import { addedLine } from '../../db/orders/questions/decide.ts';
import type { Order } from '../../domain/contract/orders.ts';
import type { PreviewAnswer } from '../../domain/contract/sold-out.ts';
import type { ChangeDraft } from '../../domain/order-change.ts';
import { draftAnswer } from '../../domain/sold-out-answer.ts';
import { invalidRequest } from '../http/api-error.ts';

/**
 * Returns the change that an answer makes; the suggestion keeps the price with which it was suggested. Throws
 * invalid_request.
 */
export async function draftOfAnswer(
  { catalog }: Pick<Databases, 'catalog'>,
  order: Order,
  question: QuestionRow,
  { answer, add }: Pick<PreviewAnswer, 'answer' | 'add'>,
  changeId: string,
): Promise<ChangeDraft<AddedLine>> {
  const lines = order.lines.map((line) => ({ ...line, returnedQuantity: line.refundedQuantity }));
  if (answer !== 'choose' && add) throw invalidRequest('Nothing is added.', [REFUSED_ADD]);
  const instead = answer === 'take' ? question.suggestion : answer === 'choose' ? await price() : null;
  if (answer === 'take' && !instead)
    throw invalidRequest('Nothing was suggested.', [
      { path: ['answer'], code: 'not_one_of', values: ['choose', 'leave_out', 'cancel'] },
    ]);
  const added = instead ? [addedLine(instead, changeId, question.participantId)] : [];
  return draftAnswer(question, answer, lines, added);

  async function price() {
    if (!add) throw invalidRequest('Say what you would like instead.', [{ path: ['add'], code: 'required' }]);
    const pricing = await priceLines(catalog, [add]);
    if ('lines' in pricing) return pricing.lines[0]!;
    throw invalidRequest(
      'This cannot be ordered.',
      pricing.problems.map((problem) => ({ ...problem, path: ['add', ...problem.path.slice(2)] })),
    );
  }
}

const REFUSED_ADD = { path: [], code: 'unknown_fields', keys: ['add'] } as const;
