import { staffSpots } from '#messages';
import type { SpotKind } from '#domain/place.ts';

/** What staff read of each kind of spot. */
export const SPOT_WORDS: Readonly<Record<SpotKind, string>> = {
  table: staffSpots.kindTable(),
  lane: staffSpots.kindLane(),
  pickup: staffSpots.kindPickup(),
};
