/** Whether those we call answer quickly, for steps that are worth trying at once only then. */
export interface Pace {
  /** False after a call that failed or took long, or while one does, until one is quick again. */
  isQuick(): boolean;
  /** Runs a call, and answers or throws as it does. */
  measure<T>(call: () => Promise<T>): Promise<T>;
}

/** `quickMs`: what a call takes at most when all is well. */
export function createPace(quickMs: number): Pace {
  let wasQuick = true;
  /** The longest under way comes first. */
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
