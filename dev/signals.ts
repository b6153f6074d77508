/** Requests to stop: Ctrl-C, a closed terminal, or the end of the parent process. */

/** A request to stop from any source. */
export interface StopRequest {
  /** Resolves with the first request, and never before. */
  readonly asked: Promise<void>;
  /** Aborted from the first request on. */
  readonly signal: AbortSignal;
  /** Requests a stop from within. */
  ask(): void;
  /** Everything has stopped: the process may end. */
  done(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * From now on no signal ends this process immediately. One Ctrl-C may arrive several times (from the terminal and from
 * npm), so repeats do nothing.
 */
export function whenAskedToStop(): StopRequest {
  const wish = new AbortController();
  const asked = new Promise<void>((resolve) => {
    wish.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const onSignal = () => wish.abort();
  for (const signal of SIGNALS) process.on(signal, onSignal);
  process.on('disconnect', onSignal);
  process.channel?.unref();
  return {
    asked,
    signal: wish.signal,
    ask: onSignal,
    done() {
      process.off('disconnect', onSignal);
      if (process.connected) process.disconnect();
    },
  };
}
