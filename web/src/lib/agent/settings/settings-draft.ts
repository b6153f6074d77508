/** The settings in the form, and their API input. */

import { staffSettings } from '#messages';
import { problemsOf } from '#domain/contract/problem-of.ts';
import {
  shopSettingsSchema,
  type SettingName,
  type ShopSettings,
  type UpdateSettings,
} from '#domain/contract/settings.ts';
import { withoutIsolates } from '#domain/isolate.ts';
import { changedFields } from '../../forms/changed-fields.ts';
import { fieldWords } from '../../forms/field-words.ts';
import { amountText, parseAmount } from '../../ui/amount-text.ts';

/** The input type of each setting. */
export const SETTING_KINDS = {
  name: 'text',
  address: 'text',
  taxId: 'text',
  timeZone: 'text',
  currency: 'text',
  holdMinutes: 'number',
  soldOutMinutes: 'number',
  tipLimitAmount: 'amount',
  agentRefundLimitAmount: 'amount',
  takesTypedPlaces: 'switch',
  tabsAtTables: 'choice',
  tabsAtLanes: 'choice',
  tabsAtCounters: 'choice',
  tabsElsewhere: 'choice',
  cardOnFile: 'choice',
  cardOnFileAboveAmount: 'amount',
  chargeAfterHours: 'number',
  unpaidOrdersPerGuest: 'count',
  unpaidPiecesPerGuest: 'count',
  unpaidOrdersPerNetwork: 'count',
  unpaidPiecesPerNetwork: 'count',
  unpaidStockPercent: 'count',
  unpaidRoundsPerGuest: 'count',
  unpaidAmountPerGuest: 'amount',
  unpaidRoundsPerTab: 'count',
  unpaidAmountPerTab: 'amount',
  declinesPerOrder: 'count',
  declinesPerNetwork: 'count',
} as const satisfies Record<SettingName, 'text' | 'number' | 'amount' | 'count' | 'switch' | 'choice'>;

const NAMES = Object.keys(SETTING_KINDS) as SettingName[];

/** Every setting as text; a switch is `true` or `false`. */
export type SettingsDraft = Record<SettingName, string>;

/** Returns a draft equal to the saved settings. */
export function draftOf(settings: ShopSettings): SettingsDraft {
  const written = NAMES.map((name) => {
    const value = settings[name];
    const text =
      SETTING_KINDS[name] === 'amount' ? amountText(Number(value), settings.currency) : String(value);
    return [name, withoutIsolates(text)];
  });
  return Object.fromEntries(written) as SettingsDraft;
}

/** Returns the changes relative to `saved`, or the problems, by the setting's name. */
export function readDraft(
  draft: SettingsDraft,
  saved: SettingsDraft,
): { changes: UpdateSettings; problems: Partial<Record<SettingName, string>> } {
  const problems: Partial<Record<SettingName, string>> = {};
  const values: Partial<Record<SettingName, unknown>> = {};
  const currency = draft.currency.trim();
  for (const [name, text] of Object.entries(changedFields(saved, draft)) as [SettingName, string][]) {
    const value = valueOf(name, text.trim(), currency);
    const read = shopSettingsSchema.shape[name].safeParse(value);
    if (value === undefined) problems[name] = missingWords(name, text);
    else if (!read.success)
      problems[name] = fieldWords(problemsOf(read.error.issues, [name])[0], { currency: saved.currency });
    else values[name] = read.data;
  }
  return { changes: values as UpdateSettings, problems };
}

function valueOf(name: SettingName, text: string, currency: string): string | number | boolean | undefined {
  switch (SETTING_KINDS[name]) {
    case 'text':
    case 'choice':
      return text;
    case 'switch':
      return text === 'true';
    case 'amount':
      return parseAmount(text, currency);
    case 'count':
      return /^\d{1,7}$/.test(text) ? Number(text) : undefined;
    case 'number':
      return /^\d{1,5}([.,]\d{1,4})?$/.test(text) ? Number(text.replace(',', '.')) : undefined;
  }
}

function missingWords(name: SettingName, text: string): string {
  if (text.trim() === '') return staffSettings.fillIn();
  return SETTING_KINDS[name] === 'count' ? staffSettings.wholeNumber() : staffSettings.oddNumber();
}
