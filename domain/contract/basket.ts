/** The contract of a tab's basket: its lines, and who shares them. */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { TAB_LIMITS } from '../tab.ts';
import { TAX_CLASSES } from '../tax-class.ts';
import { id, text } from './fields.ts';
import { chosenOptionSchema, lineInputSchema } from './orders.ts';

const ifVersion = z.int().min(1);

/** Who shares a line, and with what weight; 1 if none is given. */
export const sharerSchema = z.strictObject({
  participantId: id,
  weight: z.int().min(1).max(TAB_LIMITS.weight).default(1),
});
const sharedBetween = z.array(sharerSchema).min(1).max(TAB_LIMITS.people);

/** `POST /api/tabs/:id/lines`. */
export const tabLineInputSchema = lineInputSchema.extend({
  /** Whose line it is; only the host and staff may name somebody else. */
  participantId: id.optional(),
  /** Absent: its owner alone. */
  sharedBetween: sharedBetween.optional(),
});
export type TabLineInput = z.output<typeof tabLineInputSchema>;

/** `PATCH /api/tabs/:id/lines/:lineId`: changes only the given fields. */
export const updateTabLineSchema = z.strictObject({
  ifVersion,
  ...tabLineInputSchema.omit({ note: true }).partial().shape,
  note: text(LIMITS.noteLength).nullable().optional(),
});
export type UpdateTabLine = z.output<typeof updateTabLineSchema>;

/** `DELETE /api/tabs/:id/lines/:lineId?ifVersion=`, or the same in the body: clients differ in which they can send. */
export const removeTabLineQuerySchema = z.strictObject({
  ifVersion: z.coerce.number().pipe(ifVersion).optional(),
});
export const removeTabLineSchema = z.strictObject({ ifVersion }).partial();

/** A line in the basket. */
export const tabLineSchema = z.strictObject({
  id,
  /** Rises with every change; changes name the version that they are based on. */
  version: z.int(),
  participantId: id,
  sharedBetween: z.array(z.strictObject({ participantId: id, weight: z.int() })),
  variantId: id,
  productId: id.nullable(),
  category: z.string().nullable(),
  name: z.string(),
  options: z.array(chosenOptionSchema),
  quantity: z.int(),
  unitAmount: z.int(),
  amount: z.int(),
  taxRate: z.int(),
  taxClass: z.enum(TAX_CLASSES).nullable(),
  note: z.string().nullable(),
});
export type TabLine = z.infer<typeof tabLineSchema>;
