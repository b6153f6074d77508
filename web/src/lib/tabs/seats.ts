/** The tab that this browser was in last, so that other pages lead back to it. */

import { readStored, writeStored } from '../browser/stored.ts';
import { deviceNow } from '../shop/server-clock.svelte.ts';

const STORED_AS = 'sharetab.tab.1';
/** Nobody is led back to a tab of another day. */
const SEAT_MS = 12 * 3600 * 1000;

export interface Seat {
  readonly tabId: string;
  readonly title: string | null;
  /** The name of its host, for a tab without a title. */
  readonly host: string;
}

/** Remembers the tab. */
export function rememberSeat(seat: Seat): void {
  writeStored(STORED_AS, { ...seat, at: deviceNow() });
}

/** Returns the tab that this browser is in, if any. */
export function readSeat(): Seat | undefined {
  const stored = readStored<Partial<Seat & { at: number }> | null>(STORED_AS);
  if (typeof stored?.tabId !== 'string' || typeof stored.host !== 'string') return undefined;
  if (!stored.at || Math.abs(deviceNow() - stored.at) > SEAT_MS) return undefined;
  return {
    tabId: stored.tabId,
    host: stored.host,
    title: typeof stored.title === 'string' ? stored.title : null,
  };
}

/** Forgets the tab, if it is the one that is remembered. */
export function forgetSeat(tabId: string): void {
  if (readSeat()?.tabId === tabId) writeStored(STORED_AS, undefined);
}
