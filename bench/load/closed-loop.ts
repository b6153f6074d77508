/** The result of a closed loop. Times are in milliseconds. */
export interface LoopResult<T> {
  readonly results: readonly T[];
  /** From the first start to the last end. */
  readonly elapsedMs: number;
}

/**
 * Runs `work` `count` times in `atATime` parallel lanes: each lane starts its next run when its last has ended. `lane`
 * counts from 0. The first failure stops the loop and is thrown once the current runs have ended.
 */
export async function runClosedLoop<T>(
  options: { count: number; atATime: number; signal?: AbortSignal },
  work: (lane: number) => Promise<T>,
): Promise<LoopResult<T>> {
  const results: T[] = [];
  const failures: unknown[] = [];
  let started = 0;
  const runLane = async (lane: number) => {
    while (started < options.count && failures.length === 0) {
      options.signal?.throwIfAborted();
      started += 1;
      try {
        results.push(await work(lane));
      } catch (error) {
        failures.push(error);
      }
    }
  };
  const began = performance.now();
  await Promise.all(
    Array.from({ length: Math.min(options.atATime, options.count) }, (_, lane) => runLane(lane)),
  );
  if (failures.length > 0) throw failures[0];
  return { results, elapsedMs: performance.now() - began };
}
