/** The contract of the shop's settings. */

import { z } from 'zod';
import { isShopCurrency } from '../currency.ts';
import { LIMITS } from '../limits.ts';
import { isTimeZone } from '../shop.ts';
import { CARD_ON_FILE } from '../tab-card.ts';
import { TABS_OFFERED } from '../tab.ts';
import { amount, text, time } from './fields.ts';
import { refusedAs } from './problem-of.ts';

const line = (max: number) => z.union([text(max), z.enum([''])]);
const bound = z.int().min(1).max(1_000_000);

/** Every setting with its rule: `GET /api/settings`, the settings page and the table are generated from it. */
export const shopSettingsSchema = z.strictObject({
  /** The seller as shown on pages, mails and receipts. */
  name: text(LIMITS.nameLength),
  /** On one line, its parts separated by commas; empty if not stated. */
  address: line(200),
  /** Empty: not set. */
  taxId: line(LIMITS.nameLength),
  /** The IANA name of the shop's time zone. */
  timeZone: z
    .string()
    .max(60)
    .refine(isTimeZone, refusedAs({ code: 'not_a_time_zone' })),
  /** Of every price: three lowercase letters. It cannot change once there are prices. */
  currency: z.string().refine(isShopCurrency, refusedAs({ code: 'not_a_currency' })),
  /** How long an order that awaits payment keeps its stock, at most a day. */
  holdMinutes: z.number().min(0.01).max(1440),
  /** How long whoever ordered what has run out may think about it, before what she chose at ordering is done. */
  soldOutMinutes: z.number().min(0.01).max(120),
  /** The tip limit: the bill or this amount, whichever is more. */
  tipLimitAmount: amount,
  /** The most that an agent may refund on one order; managers may refund all of it. */
  agentRefundLimitAmount: amount,
  /** Whether guests may type a place instead of choosing a spot. Without spots they always may. */
  takesTypedPlaces: z.boolean(),
  /** Whether people may order together at each kind of spot, and when they pay; see domain/tabs-offered.ts. */
  tabsAtTables: z.enum(TABS_OFFERED),
  tabsAtLanes: z.enum(TABS_OFFERED),
  tabsAtCounters: z.enum(TABS_OFFERED),
  /** The same for tabs that are opened without the code of a spot. */
  tabsElsewhere: z.enum(TABS_OFFERED),
  /** Who is asked for a card on file before sending what is paid after; see domain/tab-card.ts. */
  cardOnFile: z.enum(CARD_ON_FILE),
  /** For `above`: what a tab may owe without a card. */
  cardOnFileAboveAmount: amount,
  /** After so many hours of silence what is owed is charged to the card on file; 0: never. */
  chargeAfterHours: z.number().min(0).max(168),
  /** Live orders and pieces that one guest, and one network, may hold without paying. */
  unpaidOrdersPerGuest: bound,
  unpaidPiecesPerGuest: bound,
  unpaidOrdersPerNetwork: bound,
  unpaidPiecesPerNetwork: bound,
  /** The part of a variant's stock on sale that one guest may hold unpaid. */
  unpaidStockPercent: z.int().min(0).max(100),
  /** What a guest, and a tab, that has paid nothing yet may order of what is paid after. */
  unpaidRoundsPerGuest: bound,
  unpaidAmountPerGuest: amount,
  unpaidRoundsPerTab: bound,
  unpaidAmountPerTab: amount,
  /** How many declines are allowed of one payer for one share of an order, and per network within an hour. */
  declinesPerOrder: bound,
  declinesPerNetwork: bound,
});
export type ShopSettings = z.output<typeof shopSettingsSchema>;
export type SettingName = keyof ShopSettings;

/** `PATCH /api/settings`: changes only the given fields. */
export const updateSettingsSchema = shopSettingsSchema.partial();
export type UpdateSettings = z.output<typeof updateSettingsSchema>;

export const settingsAnswer = z.strictObject({
  settings: shopSettingsSchema,
  /** Whether prices exist in the currency, so that it cannot change any more. */
  isCurrencyFixed: z.boolean(),
});

export const SHOP_CHANGE_TYPES = [
  'spot_added',
  'spot_changed',
  'spot_code_renewed',
  'settings_changed',
] as const;

/** `GET /api/settings/changes`: changes to settings and spots, newest first. */
export const shopChangeSchema = z.strictObject({
  /** Rises with every change of the shop. */
  id: z.string(),
  type: z.enum(SHOP_CHANGE_TYPES),
  at: time,
  /** The name of the staff member; null if that account is gone. */
  by: z.string().nullable(),
  /** The changed spot; null for a change of settings. */
  spot: z.string().nullable(),
  changes: z.array(
    z.strictObject({
      name: z.string(),
      from: z.union([z.string(), z.number(), z.boolean(), z.null()]),
      to: z.union([z.string(), z.number(), z.boolean(), z.null()]),
    }),
  ),
});
export type ShopChange = z.infer<typeof shopChangeSchema>;
