/** An order as those see it who make it: what, for whom and where to, and nothing of money. */

import { z } from 'zod';
import { chosenOptionSchema, lineSchema, orderSchema, type Order } from './orders.ts';

const workLineSchema = lineSchema
  .pick({ id: true, variantId: true, name: true, note: true, participantId: true })
  .extend({
    options: z.array(chosenOptionSchema.omit({ amount: true })),
    /** Units that somebody still waits for. */
    quantity: z.int(),
  });

export const orderWorkSchema = orderSchema
  .pick({
    id: true,
    code: true,
    number: true,
    status: true,
    version: true,
    place: true,
    host: true,
    participants: true,
    confirmedAt: true,
    createdAt: true,
    updatedAt: true,
  })
  .extend({ lines: z.array(workLineSchema) });
export type OrderWork = z.infer<typeof orderWorkSchema>;

/** Takes each field by name: one that is added to an order does not come here by itself. */
export function workOf(order: Order): OrderWork {
  const { id, code, number, status, version, place, host, confirmedAt, createdAt, updatedAt } = order;
  return {
    ...{ id, code, number, status, version, place, host, confirmedAt, createdAt, updatedAt },
    participants: order.participants.map(({ id: participantId, name }) => ({ id: participantId, name })),
    lines: order.lines.map((line) => ({
      id: line.id,
      variantId: line.variantId,
      name: line.name,
      note: line.note,
      participantId: line.participantId,
      options: line.options.map((option) => ({ id: option.id, group: option.group, name: option.name })),
      quantity: line.quantity - line.refundedQuantity,
    })),
  };
}
