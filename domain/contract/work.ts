/** An order as shown to those who prepare it: what, for whom and where to, without any amounts. */

import { z } from 'zod';
import { appliedChangeSchema, questionSchema } from './order-changes.ts';
import {
  allergiesSchema,
  chosenOptionSchema,
  lineSchema,
  orderSchema,
  type Allergies,
  type Order,
} from './orders.ts';

const workLineSchema = lineSchema
  .pick({ id: true, variantId: true, name: true, note: true, participantId: true, sharedBetween: true })
  .extend({
    options: z.array(chosenOptionSchema.omit({ amount: true })),
    /** Units that still have to be prepared. */
    quantity: z.int(),
  });

const workQuestionSchema = questionSchema.extend({
  suggestion: questionSchema.shape.suggestion.unwrap().omit({ unitAmount: true }).nullable(),
});

export const orderWorkSchema = orderSchema
  .pick({
    id: true,
    code: true,
    number: true,
    status: true,
    version: true,
    paidAfter: true,
    tab: true,
    place: true,
    movedFrom: true,
    host: true,
    participants: true,
    confirmedAt: true,
    createdAt: true,
    updatedAt: true,
  })
  .extend({
    lines: z.array(workLineSchema),
    allergies: z.array(allergiesSchema),
    changes: z.array(appliedChangeSchema.omit({ differenceAmount: true })),
    questions: z.array(workQuestionSchema),
  });
export type OrderWork = z.infer<typeof orderWorkSchema>;

/** Picks each field by name, so that a field added to an order isn't exposed automatically. */
export function workOf(order: Order, allergies: readonly Allergies[]): OrderWork {
  const { id, code, number, status, version, paidAfter, tab, place, movedFrom, host } = order;
  const { confirmedAt, createdAt, updatedAt } = order;
  return {
    ...{ id, code, number, status, version, paidAfter, tab, place, movedFrom, host },
    ...{ confirmedAt, createdAt, updatedAt },
    allergies: allergies.map(({ participantId, text }) => ({ participantId, text })),
    participants: order.participants.map(({ id: participantId, name }) => ({ id: participantId, name })),
    changes: order.changes.map(({ differenceAmount: _, ...change }) => change),
    questions: order.questions.map((question) => ({
      ...question,
      suggestion: question.suggestion && withoutAmount(question.suggestion),
    })),
    lines: order.lines.map((line) => ({
      id: line.id,
      variantId: line.variantId,
      name: line.name,
      note: line.note,
      participantId: line.participantId,
      sharedBetween: line.sharedBetween,
      options: line.options.map((option) => ({ id: option.id, group: option.group, name: option.name })),
      quantity: line.quantity - line.refundedQuantity,
    })),
  };
}

function withoutAmount<Priced extends { readonly unitAmount: number }>({
  unitAmount: _,
  ...rest
}: Priced): Omit<Priced, 'unitAmount'> {
  return rest;
}
