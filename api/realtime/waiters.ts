/** Requests that wait for something to become true of an order; each looks again when the order changes. */
export interface Waiters {
  /**
   * Waits until `isSettled` answers true: asked at once and whenever the order changes. Answers whether it did
   * within `timeoutMs`. Errors of `isSettled` are thrown.
   */
  waitFor(orderId: string, isSettled: () => Promise<boolean>, timeoutMs: number): Promise<boolean>;
  wake(orderId: string): void;
  wakeAll(): void;
  isEmpty(): boolean;
}

/** Keeps them by order. */
export function createWaiters(): Waiters {
  const waiters = new Map<string, Set<() => void>>();
  const wake = (orderId: string) => {
    for (const wakeOne of waiters.get(orderId) ?? []) wakeOne();
  };
  return {
    waitFor: (orderId, isSettled, timeoutMs) => waitFor(waiters, orderId, isSettled, timeoutMs),
    wake,
    wakeAll: () => {
      for (const orderId of waiters.keys()) wake(orderId);
    },
    isEmpty: () => waiters.size === 0,
  };
}

async function waitFor(
  waiters: Map<string, Set<() => void>>,
  orderId: string,
  isSettled: () => Promise<boolean>,
  timeoutMs: number,
): Promise<boolean> {
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
    for (;;) {
      woken = false;
      if (await isSettled()) return true;
      const left = deadline - Date.now();
      if (left <= 0) return false;
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
