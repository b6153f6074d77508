/** Times on pages, on the shop's clock and counted from the server's. All are ISO 8601. */

import { serverClock } from '../session/server-clock.svelte.ts';
import { shopClock } from '../session/shop-clock.svelte.ts';

/** A time of day: `12:29`. */
export function timeText(at: string): string {
  return shopClock.time.time(at);
}

/** A moment as short as it stays clear: `Today, 12:29`, `22 Nov, 12:29`, `22 Nov 2025, 12:29`. */
export function momentText(at: string, now = new Date(serverClock.now)): string {
  return shopClock.time.moment(at, now);
}

/** The same within a sentence: `today, 12:29`. */
export function saidMoment(at: string, now: Date): string {
  const text = momentText(at, now);
  return text.slice(0, 1).toLocaleLowerCase() + text.slice(1);
}

/** As `momentText`, but to the second today, where the order of things matters: `12:29:05`. */
export function exactText(at: string, now: Date): string {
  const { time } = shopClock;
  return time.isSameDay(at, now) ? time.second(at) : time.moment(at, now);
}

/** Date and time in full, always with the zone, as a document has them: `25 November 2026 at 12:29 CET`. */
export function dateText(at: string): string {
  return shopClock.time.whole(at);
}
