import { SpotEntity } from '../../db/catalog/entities.ts';
import { createSpot, LabelTaken } from '../../db/catalog/spots/spots.ts';
import type { Database } from '../../db/database.ts';
import { deriveId } from '../../db/ids.ts';
import type { CreateSpot } from '../../domain/contract/places.ts';

const numbered = (count: number, spot: (number: number) => CreateSpot) =>
  Array.from({ length: count }, (_, index) => spot(index + 1));

/** A hall, a terrace, bowling lanes, and the bar where orders are collected. */
export const SPOTS: readonly CreateSpot[] = [
  ...numbered(12, (number) => ({ kind: 'table', label: String(number), area: 'Hall' })),
  ...numbered(6, (number) => ({ kind: 'table', label: `Terrace ${number}`, area: 'Terrace' })),
  ...numbered(8, (number) => ({ kind: 'lane', label: String(number), area: 'Bowling' })),
  { kind: 'pickup', label: 'Bar', area: null },
];

/**
 * Adds demo spots that never existed, each with a new code; returns how many. Existing ones stay, and one whose label
 * is taken is skipped. Idempotent.
 */
export async function loadSpots(catalog: Database): Promise<number> {
  const ids = SPOTS.map(({ kind, label }) => deriveId('demo', 'spot', kind, label));
  const rows = await catalog.em.fork().find(SpotEntity, { id: { $in: ids } });
  const existing = new Set(rows.map(({ id }) => id));
  let added = 0;
  for (const [index, spot] of SPOTS.entries()) {
    const id = ids[index]!;
    if (existing.has(id)) continue;
    try {
      await createSpot(catalog, spot, { id });
      added += 1;
    } catch (error) {
      if (!(error instanceof LabelTaken)) throw error;
    }
  }
  return added;
}
