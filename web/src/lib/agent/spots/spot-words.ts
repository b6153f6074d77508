import { staffSpots } from '#messages';
import type { SpotKind } from '#domain/place.ts';

/** Labels of the kinds of spot. */
export const SPOT_WORDS: Readonly<Record<SpotKind, string>> = {
  table: staffSpots.kindTable(),
  lane: staffSpots.kindLane(),
  pickup: staffSpots.kindPickup(),
};
