/** A spot by its printed code, which nobody can guess. */

import type { SpotRow } from '../../db/catalog/entities.ts';
import { findSpotByCode } from '../../db/catalog/spots/spots.ts';
import type { Database } from '../../db/database.ts';
import { readSpotCode } from '../../domain/spot-code.ts';
import { notFound } from '../http/api-error.ts';
import type { Client } from '../http/client-address.ts';
import type { RateLimits } from '../http/rate-limits.ts';
import { spotNotInUse } from './settle-place.ts';

/** Whose wrong codes are counted together, beside those of each network. */
const EVERYBODY = 'everybody';

/**
 * Returns the spot in use with this code. Throws not_found, spot_not_in_use, or too_many_requests after too many wrong
 * codes; right ones do not count, however many people scan at once.
 */
export async function findSpot(
  { catalog, rateLimits }: { catalog: Database; rateLimits: RateLimits },
  typed: string,
  client: Client,
): Promise<SpotRow> {
  const wrong = notFound('A table or counter with this code');
  const attempt = async () => {
    const code = readSpotCode(typed);
    const spot = code === undefined ? undefined : await findSpotByCode(catalog, code);
    if (!spot) throw wrong;
    if (!spot.active) throw spotNotInUse(spot);
    return spot;
  };
  const who = { client, person: EVERYBODY };
  return rateLimits.countFailures('spotCode', who, attempt, (error) => error === wrong);
}
