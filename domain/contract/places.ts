/** The contract of places: where an order goes. */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { PLACE_KINDS, SPOT_KINDS } from '../place.ts';
import { id, pageQuery, text } from './fields.ts';
import { refusedAs } from './problem-of.ts';

/** Where an order goes, as recorded when it was placed. */
export const placeSchema = z.strictObject({
  /** Decides whether the order is brought or collected. */
  kind: z.enum(PLACE_KINDS),
  /** The shop's spot; absent if the place was typed. */
  spotId: id.optional(),
  /** `A4`, `Terrace 2`; empty if the kind alone names it. */
  label: z.string(),
  /** The part of the shop in which the spot is. */
  area: z.string().optional(),
  /** The name to call, if it is not the contact's. */
  name: z.string().optional(),
  note: z.string().optional(),
});
export type Place = z.infer<typeof placeSchema>;

const placeObjectSchema = z
  .strictObject({
    /** One of the shop's spots; its kind, label and area override anything else in the request. */
    spotId: id.optional(),
    kind: z.enum(PLACE_KINDS).optional(),
    label: text(LIMITS.placeLength).optional(),
    name: text(LIMITS.nameLength).optional(),
    note: text(LIMITS.noteLength).optional(),
  })
  .refine(({ spotId, kind }) => spotId !== undefined || kind !== undefined, {
    ...refusedAs({ code: 'required' }),
    path: ['kind'],
  })
  .refine(({ spotId, kind, label }) => spotId !== undefined || label !== undefined || kind === 'pickup', {
    ...refusedAs({ code: 'required' }),
    path: ['label'],
  });

/**
 * Where an order is to go: a spot, or a typed place. A plain string, as clients of 2026-11-27 send it, becomes a place
 * of kind `other`; its meaning is not guessed.
 */
export const placeInputSchema = z.union([
  placeObjectSchema,
  text(LIMITS.placeLength).transform((label): z.output<typeof placeObjectSchema> => ({
    kind: 'other',
    label,
  })),
]);
export type PlaceInput = z.input<typeof placeObjectSchema>;

/** A spot of the shop, as guests choose it. */
export const spotSchema = z.strictObject({
  id,
  kind: z.enum(SPOT_KINDS),
  /** `A4`, `Terrace 2`. */
  label: z.string(),
  area: z.string().nullable(),
});
export type Spot = z.infer<typeof spotSchema>;

/** The further fields of a spot that staff see. */
export const spotForStaffSchema = spotSchema.extend({
  /** Whether guests may choose it. */
  active: z.boolean(),
  /** The code in its printed link; it never changes. */
  url: z.string(),
});
export type SpotForStaff = z.infer<typeof spotForStaffSchema>;

const spotFields = {
  kind: z.enum(SPOT_KINDS),
  label: text(LIMITS.placeLength),
  area: text(LIMITS.nameLength).nullable(),
};

/** `POST /api/spots`. */
export const createSpotSchema = z.strictObject({ ...spotFields, area: spotFields.area.default(null) });
export type CreateSpot = z.output<typeof createSpotSchema>;

/** `PATCH /api/spots/:id`: changes only the given fields. */
export const updateSpotSchema = z.strictObject({ ...spotFields, active: z.boolean() }).partial();
export type UpdateSpot = z.infer<typeof updateSpotSchema>;

export const spotAnswer = z.strictObject({ spot: spotSchema });
export const spotForStaffAnswer = z.strictObject({ spot: spotForStaffSchema });

/** `GET /api/spots?all=`; `all` (staff) includes those that are not in use, with the address of each. */
export const spotsQuerySchema = z.strictObject({ all: z.enum(['true', 'false']).optional(), ...pageQuery });
