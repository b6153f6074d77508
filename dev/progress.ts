/** Progress messages of long steps, so that they never look stuck. */

/** Receives short texts about a step's progress; called often. */
export type ReportProgress = (text: string) => void;

/** Formats the time since `startedAt` (a Date.now() value) in minutes and seconds. */
export function elapsedSince(startedAt: number): string {
  const seconds = Math.round((Date.now() - startedAt) / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
