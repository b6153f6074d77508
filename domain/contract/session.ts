/** The contract of what a page asks first: the shop, who is signed in, and what an error looks like. */

import { z } from 'zod';
import { ERROR_CODES } from '../failures.ts';
import { ACTION_NAMES, ROLES } from '../permissions.ts';
import { currency } from './fields.ts';

/** `GET /api/config`: what a page needs to know before anything else. */
export const publicConfigSchema = z.strictObject({
  currency,
  stripePublishableKey: z.string(),
  stripeJsUrl: z.string(),
  /** Set on a laptop, where a mail can be read in the mail sink's page and test cards work. */
  demo: z.boolean(),
  /** A tip may be as high as its bill, or this if that is more; above it is `tip_too_large`. */
  tipLimitAmount: z.int(),
  /** Guests may type where they are, besides choosing a spot. */
  takesTypedPlaces: z.boolean(),
  /** Who sells, and where its clock is; address and tax id are empty where they are not set. */
  shop: z.strictObject({ name: z.string(), address: z.string(), taxId: z.string(), timeZone: z.string() }),
});
export type PublicConfig = z.infer<typeof publicConfigSchema>;

/** `GET /api/me`: the signed-in person, or null. */
export const meSchema = z.strictObject({
  user: z
    .strictObject({
      id: z.string(),
      name: z.string(),
      email: z.string(),
      role: z.enum(ROLES),
      emailVerified: z.boolean(),
      /** What she may do in the shop, and, by her role alone, to any order. */
      may: z.array(z.enum(ACTION_NAMES)),
    })
    .nullable(),
});
export type Me = z.infer<typeof meSchema>;

export const errorSchema = z.strictObject({
  error: z.strictObject({
    code: z.enum(ERROR_CODES),
    /** A sentence for people. */
    message: z.string(),
    details: z.unknown().optional(),
  }),
});
