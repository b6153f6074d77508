/** The contract of a page's first request: what it needs to know of the shop. */

import { z } from 'zod';
import { CARD_ON_FILE } from '../tab-card.ts';
import { SETTLEMENTS } from '../tab.ts';
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
  /** How a tab without a spot may be settled, the usual way first; empty: there people order alone. */
  tabSettlements: z.array(z.enum(SETTLEMENTS)),
  /** Who is asked for a card on file in a tab that is paid after, and when it is charged; see domain/tab-card.ts. */
  cardOnFile: z.enum(CARD_ON_FILE),
  cardOnFileAboveAmount: z.int(),
  /** Hours of silence; 0: never by itself. */
  chargeAfterHours: z.number(),
  /** The seller and its time zone; address and tax id are empty if not set. */
  shop: z.strictObject({ name: z.string(), address: z.string(), taxId: z.string(), timeZone: z.string() }),
});
export type PublicConfig = z.infer<typeof publicConfigSchema>;
