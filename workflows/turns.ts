/**
 * One local activity at a time. Temporal replays a workflow whose local activities overlap in another order than they
 * happened in: an update that is handled while one is under way, and that starts another, would then have no history
 * that it fits, and the workflow's task would fail over and over.
 */

/** What was asked for last, in this workflow: each has this module for itself. */
let last: Promise<unknown> = Promise.resolve();

/** Runs `work` after all that was asked for before is over, however that went. Returns or throws as it does. */
export function inTurn<T>(work: () => Promise<T>): Promise<T> {
  const mine = last.then(work, work);
  last = mine;
  return mine;
}
