import type { SpotKind } from '#domain/place.ts';

/** What staff read of each kind of spot. */
export const SPOT_WORDS: Readonly<Record<SpotKind, string>> = {
  table: 'Table: orders are brought there',
  lane: 'Lane: orders are brought there',
  pickup: 'Pick-up: orders are collected there',
};
