/** The contract of places: where an order goes. */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { PLACE_KINDS, SPOT_KINDS } from '../place.ts';
import { id, pageQuery, text } from './fields.ts';

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
    /** One of the shop's spots: kind, label and area are then its own, whatever else is sent. */
    spotId: id.optional(),
    kind: z.enum(PLACE_KINDS).optional(),
    label: text(LIMITS.placeLength).optional(),
    name: text(LIMITS.nameLength).optional(),
    note: text(LIMITS.noteLength).optional(),
  })
  .refine(({ spotId, kind }) => spotId !== undefined || kind !== undefined, {
    path: ['kind'],
    error: 'is required without a spotId',
  })
  .refine(({ spotId, kind, label }) => spotId !== undefined || label !== undefined || kind === 'pickup', {
    path: ['label'],
    error: 'is required, except of a pickup or with a spotId',
  });

/**
 * Where an order is to go: a spot, or what somebody typed. A text, as clients of 2026-11-27 send it, is a place of kind `other`: what it means is not
 * guessed from its words.
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

/** What staff see of a spot besides. */
export const spotForStaffSchema = spotSchema.extend({
  /** Guests may choose it. */
  active: z.boolean(),
  /** What its printed code opens; it never changes. */
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

/** `PATCH /api/spots/:id`: only what is given changes. */
export const updateSpotSchema = z.strictObject({ ...spotFields, active: z.boolean() }).partial();
export type UpdateSpot = z.infer<typeof updateSpotSchema>;

export const spotAnswer = z.strictObject({ spot: spotSchema });
export const spotForStaffAnswer = z.strictObject({ spot: spotForStaffSchema });

/** `GET /api/spots?all=`; `all` (staff) shows those that are not in use, too, with the address of each. */
export const spotsQuerySchema = z.strictObject({ all: z.enum(['true', 'false']).optional(), ...pageQuery });
