import { readStored, writeStored } from '../browser/stored.ts';
import { deviceNow } from '../session/server-clock.svelte.ts';
import { placeProblem, type Place } from './place.ts';

const STORED_AS = 'sharetab.visit.2';
/** Nobody sits at a table for longer: who comes another day says anew where she is. */
const VISIT_MS = 4 * 3600 * 1000;

interface StoredVisit {
  readonly place: Place;
  readonly at: number;
}

/** Where the guest of this browser is: from the code on her table, or from her last order of this visit. */
class Visit {
  place: Place | undefined = $state.raw(storedPlace());

  /** Keeps a place for the hours of a visit. */
  stayAt(place: Place): void {
    this.place = place;
    writeStored(STORED_AS, { place, at: deviceNow() } satisfies StoredVisit);
  }

  /** Takes the place that a code on a table or a lane carries: `/?table=7`, `/?lane=3`. */
  arriveBy(search: Pick<URLSearchParams, 'get'>): void {
    for (const kind of ['table', 'lane'] as const) {
      const detail = search.get(kind)?.trim();
      if (detail && placeProblem({ kind, detail }) === undefined) this.stayAt({ kind, detail });
    }
  }
}

function storedPlace(): Place | undefined {
  const stored = readStored<Partial<StoredVisit> | null>(STORED_AS);
  if (!stored?.at || Math.abs(deviceNow() - stored.at) > VISIT_MS) return undefined;
  const { place } = stored;
  const isPlace =
    ['table', 'lane', 'pickup'].includes(place?.kind ?? '') && typeof place?.detail === 'string';
  return isPlace ? place : undefined;
}

/** The one visit of this page. */
export const visit = new Visit();
