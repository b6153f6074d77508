/** The errors for questions that are not asked, and answers that are not taken. */

import type { QuestionRefused } from '../../db/orders/questions/ask.ts';
import type { Order } from '../../domain/contract/orders.ts';
import { ApiError, illegalTransition, invalidRequest, notFound } from '../http/api-error.ts';

const ANSWER = { action: 'answer' };

/** `order`: as the caller may see it. */
export function refusalOfQuestion({ reason, most }: QuestionRefused, order: Order): Error {
  const { status } = order;
  switch (reason) {
    case 'not_now':
      return illegalTransition(status, ANSWER);
    case 'unknown_line':
      return notFound('This line');
    case 'one_is_open':
      return illegalTransition(status, ANSWER, {
        reason: 'question_open',
        sentence: 'Somebody is asked about this line already.',
      });
    case 'more_than_left':
      return invalidRequest('Not as many are left of this line.', [
        { path: ['quantity'], code: 'too_high', maximum: most ?? 0 },
      ]);
    case 'over':
      return illegalTransition(status, ANSWER, {
        reason: 'question_over',
        sentence: 'This question is answered, decided or taken back already.',
      });
    case 'stale':
      return new ApiError('version_conflict', 'This order has changed meanwhile. Please look again.', {
        order,
      });
    case 'change_open':
      return illegalTransition(status, ANSWER, {
        reason: 'change_open',
        sentence: 'Another change of this order is being made at this moment.',
      });
  }
}
