/** Routes for what runs out after it was ordered. */

import { changePreviewAnswer } from '../changes.ts';
import {
  answeredAnswer,
  answerQuestionSchema,
  askedAnswer,
  previewAnswerSchema,
  soldOutSchema,
} from '../sold-out.ts';
import type { RouteTable } from '../route.ts';

export const soldOutRoutes = {
  'POST /api/orders/:id/lines/:lineId/sold-out': {
    tag: 'Orders',
    summary: 'Say that units of a line are not available',
    description:
      'Whoever ordered the line is asked on her page, in her tab and by mail what is to be done: take the suggestion, ' +
      'choose something else, leave it out, or cancel. If she has not answered within the shop’s `soldOutMinutes`, what she ' +
      'chose at ordering is done. One question per line at a time. The units are never put on sale again.',
    permission: 'order.advance',
    idempotencyKey: 'required',
    body: soldOutSchema,
    answers: { 201: askedAnswer },
    errors: ['illegal_transition', 'idempotency_conflict'],
  },
  'POST /api/orders/:id/questions/:questionId/preview': {
    tag: 'Orders',
    summary: 'What an answer about a line that has run out would cost',
    description: 'Writes nothing. Only for whoever is asked.',
    permission: 'order.answer',
    body: previewAnswerSchema,
    answers: { 200: changePreviewAnswer },
    errors: ['forbidden', 'illegal_transition', 'version_conflict'],
  },
  'POST /api/orders/:id/questions/:questionId/answer': {
    tag: 'Orders',
    summary: 'Say what is to be done about a line that has run out',
    description:
      'Carried out as a change of the order, also while it is prepared, for that line alone; something that costs more is ' +
      'paid as any change is. An answer that leaves nothing of the order ends it, and its payments are refunded. Nobody ' +
      'else pays more by it. 202: still on its way.',
    permission: 'order.answer',
    idempotencyKey: 'required',
    body: answerQuestionSchema,
    answers: { 201: answeredAnswer, 202: answeredAnswer },
    errors: [
      'card_declined',
      'counter_only',
      'forbidden',
      'illegal_transition',
      'version_conflict',
      'out_of_stock',
      'already_claimed',
      'idempotency_conflict',
      'too_many_requests',
      'try_again',
    ],
  },
  'POST /api/orders/:id/questions/:questionId/withdraw': {
    tag: 'Orders',
    summary: 'Take the question about a line back: it was found after all',
    permission: 'order.advance',
    answers: { 200: askedAnswer.omit({ questionId: true }) },
    errors: ['illegal_transition'],
  },
} as const satisfies RouteTable;
