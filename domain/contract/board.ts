/** The contract of the board: paid and not yet handed over. */

import { z } from 'zod';
import { orderForAgentsSchema } from './orders.ts';
import { orderWorkSchema } from './work.ts';

export const boardOrderSchema = z.union([orderForAgentsSchema, orderWorkSchema]);
export type BoardOrder = z.infer<typeof boardOrderSchema>;

export const boardSchema = z.strictObject({
  /** What has waited longest first. */
  orders: z.array(boardOrderSchema),
  /** How many orders it leaves out, as it would be too long. */
  hidden: z.int(),
});
export type Board = z.infer<typeof boardSchema>;
