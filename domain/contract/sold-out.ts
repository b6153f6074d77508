/** The contract of what runs out after it was ordered: staff say so, and whoever ordered it says what is to be done. */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { SOLD_OUT_ANSWERS } from '../sold-out.ts';
import { createChangeSchema, changeSchema } from './changes.ts';
import { id } from './fields.ts';
import { lineInputSchema, orderAnswer, orderSchema } from './orders.ts';
import { orderWorkSchema } from './work.ts';

/** `POST /api/orders/:id/lines/:lineId/sold-out`. */
export const soldOutSchema = z.strictObject({
  /** How many are missing; absent: all that are left of the line. */
  quantity: z.int().min(1).max(LIMITS.quantityPerLine).optional(),
  /** What she could have instead, at today's price. */
  suggestion: lineInputSchema.optional(),
  /** Nobody can order it any more: its stock is set to 0. */
  takeOffMenu: z.boolean().optional(),
});

/** `POST /api/orders/:id/questions/:questionId/preview`. */
export const previewAnswerSchema = z.strictObject({
  /** `choose`: what is in `add`; `cancel`: nothing of hers, or, if she has ordered alone, nothing at all. */
  answer: z.enum(SOLD_OUT_ANSWERS),
  /** The version of the order that the answer is based on. */
  ifVersion: z.int().min(1).max(2_147_483_647),
  /** For `choose`: what she has instead. */
  add: lineInputSchema.optional(),
});
export type PreviewAnswer = z.output<typeof previewAnswerSchema>;

/** `POST /api/orders/:id/questions/:questionId/answer`. */
export const answerQuestionSchema = previewAnswerSchema.extend({
  /** What the preview said that it costs more or, if it is negative, gives back; needed for `take` and `choose`. */
  expectedDifference: z.int().min(-LIMITS.amount).max(LIMITS.amount).optional(),
  payment: createChangeSchema.shape.payment,
});
export type AnswerQuestion = z.output<typeof answerQuestionSchema>;

/** Who only makes orders gets what is to be made, without amounts. */
export const askedAnswer = orderAnswer.extend({
  order: z.union([orderSchema, orderWorkSchema]),
  questionId: id,
});

/** `change`: what carries the answer out; null if nothing is left of the order, which ends. */
export const answeredAnswer = orderAnswer.extend({ change: changeSchema.nullable() });
