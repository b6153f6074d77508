/** The times of a round: how long it may be paid, and when those who owe are reminded. In milliseconds since 1970. */

const MINUTE = 60_000;
/** The longest that a round holds its stock. */
const LONGEST_MS = 24 * 60 * MINUTE;
/** The last reminder comes this long before the deadline. */
const LAST_CALL_MS = 5 * MINUTE;

/** Returns how long a round may be paid: until its tab's deadline, if that lies ahead; else for the shop's hold. */
export function roundHoldMs(tab: { readonly deadline: Date | null }, holdMs: number, now: number): number {
  const left = (tab.deadline?.getTime() ?? 0) - now;
  return left > 0 ? Math.min(left, LONGEST_MS) : holdMs;
}

/** A reminder before a round's deadline: at half time, and shortly before it. */
export const REMINDERS = ['half_time', 'last_call'] as const;
export type Reminder = (typeof REMINDERS)[number];

/**
 * Returns when those who owe are reminded, in the order of time. Nobody is reminded within a minute of sending, nor
 * twice within two minutes.
 */
export function remindersOf({
  sentAt,
  deadline,
}: {
  readonly sentAt: number;
  readonly deadline: number;
}): { readonly reminder: Reminder; readonly at: number }[] {
  const half = { reminder: 'half_time', at: (sentAt + deadline) / 2 } as const;
  const last = { reminder: 'last_call', at: deadline - LAST_CALL_MS } as const;
  const earliest = sentAt + MINUTE;
  if (last.at < earliest) return half.at < earliest ? [] : [half];
  return last.at - half.at < 2 * MINUTE ? [last] : [half, last];
}
