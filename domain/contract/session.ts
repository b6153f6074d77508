/** The contract of a page's first requests: the shop, the session, and the form of an error. */

import { z } from 'zod';
import { LANGUAGES } from '../../messages/compiled/languages.ts';
import { ERROR_CODES } from '../failures.ts';
import { ACTION_NAMES, ROLES } from '../permissions.ts';
import { currency } from './fields.ts';

/** `GET /api/config`: the settings that a page needs first. */
export const publicConfigSchema = z.strictObject({
  currency,
  stripePublishableKey: z.string(),
  stripeJsUrl: z.string(),
  /** Set on a laptop, where mails can be read in the mail sink's page and test cards work. */
  demo: z.boolean(),
  /** The tip limit: the bill or this amount, whichever is more; above it the API responds `tip_too_large`. */
  tipLimitAmount: z.int(),
  /** Whether guests may type a place instead of choosing a spot. */
  takesTypedPlaces: z.boolean(),
  /** The seller and its time zone; address and tax id are empty if not set. */
  shop: z.strictObject({ name: z.string(), address: z.string(), taxId: z.string(), timeZone: z.string() }),
});
export type PublicConfig = z.infer<typeof publicConfigSchema>;

/** `GET /api/me`: the signed-in account, or null. */
export const meSchema = z.strictObject({
  user: z
    .strictObject({
      id: z.string(),
      name: z.string(),
      email: z.string(),
      role: z.enum(ROLES),
      emailVerified: z.boolean(),
      /** Her permissions in the shop, and, by her role alone, on any order. */
      may: z.array(z.enum(ACTION_NAMES)),
      /** The language of her pages and mails; null until it is known. */
      language: z.enum(LANGUAGES).nullable(),
    })
    .nullable(),
});

/** `PATCH /api/me`: changes the signed-in account. */
export const changeMeSchema = z.strictObject({ language: z.enum(LANGUAGES) });

export type Me = z.infer<typeof meSchema>;

export const errorSchema = z.strictObject({
  error: z.strictObject({
    code: z.enum(ERROR_CODES),
    /** A sentence for people. */
    message: z.string(),
    details: z.unknown().optional(),
  }),
});
