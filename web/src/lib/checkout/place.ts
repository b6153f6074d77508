import type { Place, PlaceInput, Spot } from '#domain/contract/places.ts';
import { SPOT_KINDS, type PlaceKind } from '#domain/place.ts';
import * as m from '#messages';
import { lineProblem } from '../forms/field-problems.ts';

/** Where an order is to go, while it is chosen: a spot of the shop, or what is typed where the shop allows it. */
export interface PlaceDraft {
  readonly kind: PlaceKind;
  readonly spot?: Spot | undefined;
  /** The number of the table or lane, or where else she is. */
  readonly label: string;
  /** The name to call. */
  readonly name: string;
}

export const NO_PLACE: PlaceDraft = { kind: 'table', label: '', name: '' };

/** Returns the draft for this spot; keeps a given name. */
export function draftOfSpot(spot: Spot, { name } = NO_PLACE): PlaceDraft {
  return { kind: spot.kind, spot, label: '', name };
}

/** Returns the place for the order request. */
export function placeInput({ kind, spot, label, name }: PlaceDraft): PlaceInput {
  const called = kind === 'pickup' && name.trim() !== '' ? { name: name.trim() } : {};
  if (spot) return { spotId: spot.id, ...called };
  return kind === 'pickup' ? { kind, ...called } : { kind, label: label.trim() };
}

/** Returns the place as pages name it. */
export function placeOfDraft({
  kind,
  spot,
  label,
  name,
}: PlaceDraft): Pick<Place, 'kind' | 'label' | 'name'> {
  const called = kind === 'pickup' && name.trim() !== '' ? { name: name.trim() } : {};
  return { kind, label: spot?.label ?? label.trim(), ...called };
}

/** The draft as it is with the spots that the shop has now: one that is gone is not chosen, the only one is. */
export function settleDraft(draft: PlaceDraft, spots: readonly Spot[], takesTyped: boolean): PlaceDraft {
  const kinds = kindsOf(spots, takesTyped);
  const kind = kinds.includes(draft.kind) ? draft.kind : kinds[0]!;
  const ofKind = spots.filter((spot) => spot.kind === kind);
  const spot = ofKind.length === 1 ? ofKind[0] : ofKind.find(({ id }) => id === draft.spot?.id);
  return { ...draft, kind, spot };
}

/** Groups spots by area; those without one under ''. */
export function byArea<One extends Spot>(spots: readonly One[]): [area: string, spots: One[]][] {
  const areas = new Map<string, One[]>();
  for (const spot of spots) areas.set(spot.area ?? '', [...(areas.get(spot.area ?? '') ?? []), spot]);
  return [...areas];
}

/**
 * Returns the kinds to choose from: those of the shop's spots and, where the shop accepts typed places, a free text.
 * Without spots, places are typed and all kinds are available.
 */
export function kindsOf(spots: readonly Spot[], takesTyped: boolean): readonly PlaceKind[] {
  if (spots.length === 0) return SPOT_KINDS;
  const kinds = SPOT_KINDS.filter((kind) => spots.some((spot) => spot.kind === kind));
  return takesTyped ? [...kinds, 'other'] : kinds;
}

const MISSING = {
  table: m.checkout.tableMissing,
  lane: m.checkout.laneMissing,
  pickup: m.checkout.pickupMissing,
  other: m.checkout.otherMissing,
} as const satisfies Record<PlaceKind, () => string>;

/** What is missing of a place, by field; undefined where nothing is. */
export function placeProblems(
  { kind, spot, label, name }: PlaceDraft,
  isChosen: boolean,
): Record<'place.spotId' | 'place.label' | 'place.name', string | undefined> {
  const empty = MISSING[kind]();
  const isTyped = !isChosen && kind !== 'pickup';
  return {
    'place.spotId': isChosen && !spot ? empty : undefined,
    'place.label': isTyped ? lineProblem(label, empty) : undefined,
    'place.name': kind === 'pickup' ? lineProblem(name, m.checkout.nameMissing()) : undefined,
  };
}
