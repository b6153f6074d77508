import * as m from '#messages';
import { PLACE_KINDS } from '#domain/place.ts';
import { isApiError, sentenceFor } from '../api/api-error.ts';
import { readSpotOfCode } from '../api/spots.ts';
import { readStored, writeStored } from '../browser/stored.ts';
import { deviceNow } from '../shop/server-clock.svelte.ts';
import { toast } from '../ui/toast.ts';
import { draftOfSpot, type PlaceDraft } from './place.ts';

const STORED_AS = 'sharetab.visit.2';
/** Longer than anybody sits at a table: on another day a guest chooses anew. */
const VISIT_MS = 4 * 3600 * 1000;

interface StoredVisit {
  readonly place: PlaceDraft;
  readonly at: number;
}

/** The guest's place: from the code on her table, or from her last order of this visit. */
class Visit {
  place: PlaceDraft | undefined = $state.raw(storedPlace());
  #arrivedBy: string | undefined;

  /** Keeps a place for the hours of a visit. */
  stayAt(place: PlaceDraft): void {
    this.place = place;
    writeStored(STORED_AS, { place, at: deviceNow() } satisfies StoredVisit);
  }

  /** Reads the spot of a printed code, `/?spot=…`, once; reports an unknown one. */
  async arriveBy(search: Pick<URLSearchParams, 'get'>): Promise<void> {
    const code = search.get('spot')?.trim();
    if (!code || code === this.#arrivedBy) return;
    this.#arrivedBy = code;
    try {
      this.stayAt(draftOfSpot((await readSpotOfCode(code)).spot, this.place));
    } catch (error) {
      if (!isApiError(error)) throw error;
      toast.warning(error.code === 'not_found' ? m.checkout.unknownCode() : sentenceFor(error));
    }
  }
}

function storedPlace(): PlaceDraft | undefined {
  const stored = readStored<Partial<StoredVisit> | null>(STORED_AS);
  if (!stored?.at || Math.abs(deviceNow() - stored.at) > VISIT_MS) return undefined;
  const { place } = stored;
  const isPlace =
    PLACE_KINDS.some((kind) => kind === place?.kind) &&
    typeof place?.label === 'string' &&
    typeof place.name === 'string';
  return isPlace ? place : undefined;
}

/** The one visit of this page. */
export const visit = new Visit();
