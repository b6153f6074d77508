/** Callers that wait for a condition on an order; each checks it again when the order changes. */
export interface Waiters {
  /**
   * Waits until `look` returns a value, and returns it; undefined after `timeoutMs`. Calls `look` immediately (unless
   * it cannot succeed yet), on every change of the order, and at the timeout. Throws errors of `look`.
   */
  waitFor<T>(
    orderId: string,
    look: Look<T>,
    timeoutMs: number,
    options?: { lookAtOnce?: boolean },
  ): Promise<T | undefined>;
  wake(orderId: string): void;
  wakeAll(): void;
  /** How many wait. */
  count(): number;
}

/** Returns undefined or false until the condition holds. */
type Look<T> = () => Promise<T | undefined | false>;

/** Keeps the waiters by order. */
export function createWaiters(): Waiters {
  const waiters = new Map<string, Set<() => void>>();
  const wake = (orderId: string) => {
    for (const wakeOne of waiters.get(orderId) ?? []) wakeOne();
  };
  return {
    waitFor: (orderId, look, timeoutMs, { lookAtOnce = true } = {}) =>
      waitFor(waiters, orderId, look, { timeoutMs, lookAtOnce }),
    wake,
    wakeAll: () => {
      for (const orderId of waiters.keys()) wake(orderId);
    },
    count: () => [...waiters.values()].reduce((sum, ofOrder) => sum + ofOrder.size, 0),
  };
}

async function waitFor<T>(
  waiters: Map<string, Set<() => void>>,
  orderId: string,
  look: Look<T>,
  { timeoutMs, lookAtOnce }: { timeoutMs: number; lookAtOnce: boolean },
): Promise<T | undefined> {
  const deadline = Date.now() + timeoutMs;
  let wake = () => {};
  let woken = false;
  const onChange = () => {
    woken = true;
    wake();
  };
  const all = waiters.get(orderId) ?? new Set();
  waiters.set(orderId, all.add(onChange));
  try {
    for (let mayBeThere = lookAtOnce; ; mayBeThere = true) {
      woken = false;
      const found = mayBeThere && (await look());
      if (found !== undefined && found !== false) return found;
      const left = deadline - Date.now();
      if (left <= 0) return undefined;
      if (woken) continue;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  } finally {
    all.delete(onChange);
    if (all.size === 0 && waiters.get(orderId) === all) waiters.delete(orderId);
  }
}
