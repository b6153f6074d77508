/** Saying what goes on during a long step, so that it never looks stuck. */

/** Takes a short text about how far a step is; called often, shown as the caller sees fit. */
export type ReportProgress = (text: string) => void;

/** Seconds or minutes and seconds since `startedAt` (a Date.now() value), for people. */
export function elapsedSince(startedAt: number): string {
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
