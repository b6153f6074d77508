/** What is heard of something again and again is seen to at once, then once per pause. */

export interface Pauses {
  /** Sees to these: at once, or, if that is less than a pause ago, together with whatever else is heard until then. */
  hear(ids: readonly string[], isWhole: boolean): void;
  /** What waits for this one is not seen to any more. */
  forget(id: string): void;
}

/** `see` receives what is due; `isWhole` if any of what was heard of it was. */
export function createPauses(ms: number, see: (ids: readonly string[], isWhole: boolean) => void): Pauses {
  interface Pause {
    readonly timer: NodeJS.Timeout;
    isHeard: boolean;
    isWhole: boolean;
  }
  const pauses = new Map<string, Pause>();

  const begin = (id: string) => {
    const timer = setTimeout(() => {
      const { isHeard, isWhole } = pauses.get(id)!;
      pauses.delete(id);
      if (isHeard) hear([id], isWhole);
    }, ms);
    pauses.set(id, { timer, isHeard: false, isWhole: false });
  };
  const hear = (ids: readonly string[], isWhole: boolean) => {
    const due: string[] = [];
    for (const id of ids) {
      const pause = pauses.get(id);
      if (pause) {
        pause.isHeard = true;
        pause.isWhole ||= isWhole;
      } else {
        due.push(id);
        if (ms > 0) begin(id);
      }
    }
    if (due.length > 0) see(due, isWhole);
  };
  return {
    hear,
    forget: (id) => {
      clearTimeout(pauses.get(id)?.timer);
      pauses.delete(id);
    },
  };
}
