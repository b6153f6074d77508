/** What the shop allows at each kind of spot: ordering together, and how it is settled. */

import type { SettingName } from './contract/settings.ts';
import type { SpotKind } from './place.ts';
import type { Settlement, TabsOffered } from './tab.ts';

/** The setting of each kind of spot; `elsewhere` is a tab that was opened without a spot's code. */
export const OFFER_SETTINGS = {
  table: 'tabsAtTables',
  lane: 'tabsAtLanes',
  pickup: 'tabsAtCounters',
  elsewhere: 'tabsElsewhere',
} as const satisfies Record<SpotKind | 'elsewhere', SettingName>;

export type OfferSettings = Readonly<
  Record<(typeof OFFER_SETTINGS)[keyof typeof OFFER_SETTINGS], TabsOffered>
>;

const ALLOWED: Readonly<Record<TabsOffered, readonly Settlement[]>> = {
  before: ['before'],
  after: ['after'],
  both: ['before', 'after'],
  alone: [],
};

/** Returns how a tab that is opened at a spot of this kind may be settled; empty: there people order alone. */
export function settlementsAt(settings: OfferSettings, kind: SpotKind | 'elsewhere'): Settlement[] {
  return [...ALLOWED[settings[OFFER_SETTINGS[kind]]]];
}
