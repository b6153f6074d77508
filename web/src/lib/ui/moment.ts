/** Times on pages, in the shop's time zone and relative to the server's clock. All inputs are ISO 8601. */

import { serverClock } from '../shop/server-clock.svelte.ts';
import { shopClock } from '../shop/shop-clock.svelte.ts';

/** Formats a time of day: `12:29`. */
export function timeText(at: string): string {
  return shopClock.time.time(at);
}

/** Formats a moment as short as it stays clear: `Today, 12:29`, `22 Nov, 12:29`, `22 Nov 2025, 12:29`. */
export function momentText(at: string, now = new Date(serverClock.now)): string {
  return shopClock.time.moment(at, now);
}

/** Like `momentText`, within a sentence: `today, 12:29`. */
export function saidMoment(at: string, now: Date): string {
  const text = momentText(at, now);
  return text.slice(0, 1).toLocaleLowerCase() + text.slice(1);
}

/** Formats a moment within a sentence, as short as it stays clear: `12:29`, `22 Nov, 12:29`. */
export function shortMoment(at: string, now: Date): string {
  return shopClock.time.isSameDay(at, now) ? timeText(at) : momentText(at, now);
}

/** Like `momentText`, with seconds for today, where the sequence matters: `12:29:05`. */
export function exactText(at: string, now: Date): string {
  const { time } = shopClock;
  return time.isSameDay(at, now) ? time.second(at) : time.moment(at, now);
}

/** Formats date and time in full with the zone, for documents: `25 November 2026 at 12:29 CET`. */
export function dateText(at: string): string {
  return shopClock.time.whole(at);
}
