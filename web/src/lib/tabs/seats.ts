/** The tab that this browser was in last, so that other pages lead back to it. */

import { createSubscriber } from 'svelte/reactivity';
import { readStored, writeStored } from '../browser/stored.ts';
import { deviceNow } from '../shop/server-clock.svelte.ts';

const STORED_AS = 'sharetab.tab.1';
/** Nobody is led back to a tab of another day. */
const SEAT_MS = 12 * 3600 * 1000;

export interface Seat {
  readonly tabId: string;
  /** What it is called. */
  readonly title: string;
}

let tellReaders = (): void => undefined;
const followChanges = createSubscriber((update) => {
  tellReaders = update;
  return () => (tellReaders = () => undefined);
});

/** Remembers the tab. */
export function rememberSeat(seat: Seat): void {
  writeStored(STORED_AS, { ...seat, at: deviceNow() });
  tellReaders();
}

/** Returns the tab that this browser is in, if any. Reactive. */
export function readSeat(): Seat | undefined {
  followChanges();
  return storedSeat();
}

function storedSeat(): Seat | undefined {
  const stored = readStored<Partial<Seat & { at: number }> | null>(STORED_AS);
  if (typeof stored?.tabId !== 'string' || typeof stored.title !== 'string') return undefined;
  if (!stored.at || Math.abs(deviceNow() - stored.at) > SEAT_MS) return undefined;
  return { tabId: stored.tabId, title: stored.title };
}

/** Returns the tab to which every page leads back that is not its own. */
export function seatAwayFrom(pathname: string): Seat | undefined {
  const seat = readSeat();
  return seat && !pathname.startsWith(`/tabs/${seat.tabId}`) ? seat : undefined;
}

/** Forgets the tab, if it is the one that is remembered. */
export function forgetSeat(tabId: string): void {
  if (storedSeat()?.tabId !== tabId) return;
  writeStored(STORED_AS, undefined);
  tellReaders();
}
