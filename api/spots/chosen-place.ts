import { hasSpots, readSpot } from '../../db/catalog/spots/spots.ts';
import type { Database } from '../../db/database.ts';
import type { OpenTab } from '../../domain/contract/tabs.ts';
import type { Place } from '../../domain/contract/places.ts';
import type { ShopSettings } from '../../domain/contract/settings.ts';
import { refuseTyped, settlePlace } from './settle-place.ts';

/** Returns a place that was chosen by hand, as it is stored. Throws as `settlePlace`, or as `refuseTyped`. */
export async function chosenPlace(
  catalog: Database,
  shop: ShopSettings,
  place: NonNullable<OpenTab['place']>,
): Promise<Place> {
  const { spotId } = place;
  const spot = spotId === undefined ? undefined : await readSpot(catalog, spotId);
  if (spotId === undefined && !shop.takesTypedPlaces && (await hasSpots(catalog))) refuseTyped();
  return settlePlace(place, spot)!;
}
