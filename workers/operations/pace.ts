/** Tracks whether a service answers quickly, for steps that are worth trying at once only then. */
export interface Pace {
  /** False after a call that failed or was slow, and while one is slow, until the next quick one. */
  isQuick(): boolean;
  /** Runs a call, and returns or throws as it does. */
  measure<T>(call: () => Promise<T>): Promise<T>;
}

/** Creates a pace. `quickMs`: the maximum duration of a healthy call. */
export function createPace(quickMs: number): Pace {
  let wasQuick = true;
  /** The oldest pending call comes first. */
  const underWay = new Set<{ readonly since: number }>();
  const isWithin = (call: { readonly since: number }) => performance.now() - call.since < quickMs;
  return {
    isQuick: () => {
      const [longest] = underWay;
      return wasQuick && (!longest || isWithin(longest));
    },
    async measure(run) {
      const call = { since: performance.now() };
      underWay.add(call);
      let succeeded = false;
      try {
        const answer = await run();
        succeeded = true;
        return answer;
      } finally {
        underWay.delete(call);
        wasQuick = succeeded && isWithin(call);
      }
    },
  };
}
