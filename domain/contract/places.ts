/** The contract of places: where an order goes. */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { PLACE_KINDS } from '../place.ts';
import { id, text } from './fields.ts';

/** Where an order goes, as it was when the order was placed. */
export const placeSchema = z.strictObject({
  /** Says whether the order is brought or collected. */
  kind: z.enum(PLACE_KINDS),
  /** The spot of the shop that it is; absent where somebody typed it. */
  spotId: id.optional(),
  /** `A4`, `Terrace 2`; empty where the kind alone says it. */
  label: z.string(),
  /** The part of the shop that the spot is in. */
  area: z.string().optional(),
  /** Whom to call, where it is not the name of the contact. */
  name: z.string().optional(),
  note: z.string().optional(),
});
export type Place = z.infer<typeof placeSchema>;

const placeObjectSchema = z
  .strictObject({
    kind: z.enum(PLACE_KINDS),
    label: text(LIMITS.placeLength).optional(),
    name: text(LIMITS.nameLength).optional(),
    note: text(LIMITS.noteLength).optional(),
  })
  .refine(({ kind, label }) => label !== undefined || kind === 'pickup', {
    path: ['label'],
    error: 'is required, except of a pickup',
  });

/**
 * Where an order is to go. A text, as clients of 2026-11-27 send it, is a place of kind `other`: what it means is not
 * guessed from its words.
 */
export const placeInputSchema = z.union([
  placeObjectSchema,
  text(LIMITS.placeLength).transform((label) => ({ kind: 'other' as const, label })),
]);
export type PlaceInput = z.input<typeof placeObjectSchema>;
