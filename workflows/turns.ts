/**
 * Runs one local activity at a time. Temporal replays overlapping local activities in another order than they happened
 * in: if an update handled during one started another, no replay would match the history, and the workflow's task would
 * fail repeatedly.
 */

/** The last requested work in this workflow: each workflow has its own instance of this module. */
let last: Promise<unknown> = Promise.resolve();

/** Runs `work` after all work requested before has settled. Returns or throws as it does. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work, work);
  last = mine;
  return mine;
}
