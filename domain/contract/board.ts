/** The contract of the board: orders that are paid and not yet handed over. */

import { z } from 'zod';
import { orderForAgentsSchema } from './orders.ts';
import { orderWorkSchema } from './work.ts';

export const boardOrderSchema = z.union([orderForAgentsSchema, orderWorkSchema]);
export type BoardOrder = z.infer<typeof boardOrderSchema>;

export const boardSchema = z.strictObject({
  /** Sorted by waiting time, longest first. */
  orders: z.array(boardOrderSchema),
  /** How many orders were left out because the list would be too long. */
  hidden: z.int(),
});
export type Board = z.infer<typeof boardSchema>;
