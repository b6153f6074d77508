/** The contract of an order's earlier bills. */

import { z } from 'zod';
import { id, time } from './fields.ts';

export const earlierBillSchema = z.strictObject({
  version: z.int(),
  /** When a change made the next version of it. */
  replacedAt: time,
  /** That change, as the order's `changes` tell of it; null if it is not known. */
  changeId: id.nullable(),
  totalAmount: z.int(),
  lines: z.array(
    z.strictObject({
      lineId: id,
      name: z.string(),
      /** Names of the chosen options. */
      options: z.array(z.string()),
      quantity: z.int(),
      unitAmount: z.int(),
      discountAmount: z.int(),
      /** Quantity × unit price − discount. */
      amount: z.int(),
      taxRate: z.int(),
    }),
  ),
  /** The tax in it, by rate. */
  taxes: z.array(z.strictObject({ rate: z.int(), grossAmount: z.int(), taxAmount: z.int() })),
});
export type EarlierBillShown = z.output<typeof earlierBillSchema>;
