/** The waiting time of an order in words, and its urgency for coloring. */

import { staffBoard } from '#messages';
import { COLUMNS, type BoardStatus } from './board-statuses.ts';
import type { BoardOrder } from '#domain/contract/board.ts';
import { isOnBoard, piecesToMake } from './columns.ts';

export type WaitLevel = 'fine' | 'slow' | 'late';

/** Returns whole minutes between two times in milliseconds; never negative, since clocks differ. */
export function minutesBetween(from: number, to: number): number {
  return Math.max(0, Math.floor((to - from) / 60_000));
}

/** Returns the urgency of an order in `status` that was paid `minutes` ago. */
export function waitLevel(status: BoardStatus, minutes: number): WaitLevel {
  const limits = COLUMNS[status];
  if (minutes >= limits.late) return 'late';
  return minutes >= limits.slow ? 'slow' : 'fine';
}

/** Formats as `just now`, `4 min`, `1 h 05`, `3 days`: short enough to read in passing. */
export function waitingText(minutes: number): string {
  if (minutes < 1) return staffBoard.justNow();
  if (minutes < 60) return staffBoard.minutes({ minutes });
  if (minutes < 24 * 60) {
    const rest = String(minutes % 60).padStart(2, '0');
    return staffBoard.hours({ hours: Math.floor(minutes / 60), minutes: rest });
  }
  return staffBoard.days({ days: Math.floor(minutes / (24 * 60)) });
}

/** Returns how many of these orders are late at `now` (milliseconds). */
export function countLate(orders: readonly BoardOrder[], now: number): number {
  return orders.filter(({ status, confirmedAt, createdAt, lines }) => {
    if (piecesToMake({ lines }) === 0) return false;
    const minutes = minutesBetween(Date.parse(confirmedAt ?? createdAt), now);
    return isOnBoard(status) && waitLevel(status, minutes) === 'late';
  }).length;
}
