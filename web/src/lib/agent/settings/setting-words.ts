import { staffSettings } from '#messages';
import type { SettingName } from '#domain/contract/settings.ts';
import { CARD_ON_FILE, type CardOnFile } from '#domain/tab-card.ts';
import { TABS_OFFERED, type TabsOffered } from '#domain/tab.ts';

/** Labels of the settings. */
export const SETTING_WORDS: Readonly<Record<SettingName, (currency: string) => string>> = {
  name: () => staffSettings.name(),
  address: () => staffSettings.address(),
  taxId: () => staffSettings.taxId(),
  timeZone: () => staffSettings.timeZone(),
  currency: () => staffSettings.currency(),
  holdMinutes: () => staffSettings.holdMinutes(),
  soldOutMinutes: () => staffSettings.soldOutMinutes(),
  tipLimitAmount: (currency) => staffSettings.tipLimit({ currency }),
  agentRefundLimitAmount: (currency) => staffSettings.refundLimit({ currency }),
  takesTypedPlaces: () => staffSettings.typedPlaces(),
  tabsAtTables: () => staffSettings.tabsAtTables(),
  tabsAtLanes: () => staffSettings.tabsAtLanes(),
  tabsAtCounters: () => staffSettings.tabsAtCounters(),
  tabsElsewhere: () => staffSettings.tabsElsewhere(),
  cardOnFile: () => staffSettings.cardOnFile(),
  cardOnFileAboveAmount: (currency) => staffSettings.cardAboveAmount({ currency }),
  chargeAfterHours: () => staffSettings.chargeAfterHours(),
  unpaidOrdersPerGuest: () => staffSettings.ordersPerGuest(),
  unpaidPiecesPerGuest: () => staffSettings.piecesPerGuest(),
  unpaidOrdersPerNetwork: () => staffSettings.ordersPerNetwork(),
  unpaidPiecesPerNetwork: () => staffSettings.piecesPerNetwork(),
  unpaidStockPercent: () => staffSettings.stockPercent(),
  unpaidRoundsPerGuest: () => staffSettings.roundsPerGuest(),
  unpaidAmountPerGuest: (currency) => staffSettings.amountPerGuest({ currency }),
  unpaidRoundsPerTab: () => staffSettings.roundsPerTab(),
  unpaidAmountPerTab: (currency) => staffSettings.amountPerTab({ currency }),
  declinesPerOrder: () => staffSettings.declinesPerOrder(),
  declinesPerNetwork: () => staffSettings.declinesPerNetwork(),
};

/** What the shop may offer to groups. */
export const OFFER_WORDS: Readonly<Record<TabsOffered, () => string>> = {
  before: () => staffSettings.offersBefore(),
  after: () => staffSettings.offersAfter(),
  both: () => staffSettings.offersBoth(),
  alone: () => staffSettings.offersAlone(),
};

/** Whom the shop may ask for a card on file. */
export const CARD_WORDS: Readonly<Record<CardOnFile, () => string>> = {
  never: () => staffSettings.cardNever(),
  guests: () => staffSettings.cardGuests(),
  always: () => staffSettings.cardAlways(),
  above: () => staffSettings.cardAbove(),
};

const SPOT_FIELDS: Readonly<Record<string, () => string>> = {
  kind: () => staffSettings.spotKind(),
  label: () => staffSettings.spotLabel(),
  area: () => staffSettings.spotArea(),
  active: () => staffSettings.spotActive(),
};

/** Returns the words of a choice's value; undefined if it is none. */
export function choiceWords(value: string): string | undefined {
  const offered = TABS_OFFERED.find((one) => one === value);
  const asked = CARD_ON_FILE.find((one) => one === value);
  return (offered && OFFER_WORDS[offered]()) ?? (asked && CARD_WORDS[asked]());
}

/** Returns the label of a changed field: a setting, or a field of a spot. */
export function fieldWords(field: string, isSpot: boolean, currency: string): string {
  if (isSpot) return SPOT_FIELDS[field]?.() ?? field;
  return Object.hasOwn(SETTING_WORDS, field) ? SETTING_WORDS[field as SettingName](currency) : field;
}
