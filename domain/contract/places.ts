/** The contract of places: where an order goes. */

import { z } from 'zod';
import { LIMITS } from '../limits.ts';
import { PLACE_KINDS, SPOT_ACTS, SPOT_KINDS } from '../place.ts';
import { CARD_REFUSALS } from '../tab-card.ts';
import { KNOCK_STATUSES, SETTLEMENTS, TAB_STATUSES } from '../tab.ts';
import { currency, id, pageQuery, text, time } from './fields.ts';
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

/** Somebody who asks to be let into a tab, as its people and staff see her. */
export const knockerSchema = z.strictObject({
  id,
  name: z.string(),
  at: time,
  expiresAt: time,
});
export type Knocker = z.infer<typeof knockerSchema>;

/** A request to be let into the tab of a spot, as the one who waits sees it. */
export const knockSchema = z.strictObject({
  id,
  name: z.string(),
  /** `over`: nobody answered in time, or the tab has ended. */
  status: z.enum(KNOCK_STATUSES),
  expiresAt: time,
  /** The tab, once she is let in. */
  tabId: id.nullable(),
});
export type Knock = z.infer<typeof knockSchema>;

/** The further fields of a spot that staff see. */
export const spotForStaffSchema = spotSchema.extend({
  /** Whether guests may choose it. */
  active: z.boolean(),
  /** What its printed code opens; another one once the code is renewed. */
  url: z.string(),
  /** The tab that runs there; null if the spot is free. */
  tab: z
    .strictObject({
      id,
      title: z.string().nullable(),
      status: z.enum(TAB_STATUSES),
      settlement: z.enum(SETTLEMENTS),
      /** How many are in it now. */
      people: z.int(),
      currency,
      owedAmount: z.int(),
      paidAmount: z.int(),
      /** Rounds that are being paid or prepared. */
      runningRounds: z.int(),
      openedAt: time,
      lastOrderAt: time.nullable(),
      lastActivityAt: time,
      /** Why its card on file was refused; null if it was not. */
      cardRefused: z.enum(CARD_REFUSALS).nullable(),
      /** Who waits to be let in. */
      knocks: z.array(knockerSchema),
    })
    .nullable(),
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

/** `GET /api/spots/:code`: the spot and what one may do there; nothing of what was ordered, and nobody's name. */
export const spotOfCodeAnswer = z.strictObject({
  spot: spotSchema,
  /** Whether a tab is running there. */
  hasTab: z.boolean(),
  /** That tab, for who is in it. */
  tabId: id.nullable(),
  /** What whoever asks may do there now. */
  may: z.array(z.enum(SPOT_ACTS)),
  /** How a tab that is opened there may be settled, the usual way first. */
  settlements: z.array(z.enum(SETTLEMENTS)),
  /** Her own request to be let into that tab. */
  knock: knockSchema.nullable(),
});
export type SpotOfCode = z.infer<typeof spotOfCodeAnswer>;

/** `POST /api/spots/:code/knock`. */
export const knockInputSchema = z.strictObject({ name: text(LIMITS.nameLength) });

/** `guestToken` proves her while she waits, and in the tab from then on. */
export const knockedAnswer = z.strictObject({ knock: knockSchema, guestToken: z.string().optional() });
export const knockAnswer = z.strictObject({ knock: knockSchema });

/** `POST /api/tabs/:id/knocks/:knockId`. */
export const answerKnockSchema = z.strictObject({ letIn: z.boolean() });

export const spotForStaffAnswer = z.strictObject({ spot: spotForStaffSchema });

/** `GET /api/spots?all=`; `all` (staff) includes those that are not in use, with the address of each. */
export const spotsQuerySchema = z.strictObject({ all: z.enum(['true', 'false']).optional(), ...pageQuery });
