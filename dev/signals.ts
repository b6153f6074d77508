/** Being asked to stop: Ctrl-C, a closed terminal, or the end of the process that started us. */

/** The wish to stop, whoever has it. */
export interface StopRequest {
  /** Resolves with the first wish, and never before. */
  readonly asked: Promise<void>;
  /** Aborted from the first wish on. */
  readonly signal: AbortSignal;
  /** Wishes it ourselves. */
  ask(): void;
  /** Everything has stopped: the process may end. */
  done(): void;
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * From now on no signal ends this process at once. One Ctrl-C may arrive several times (from the terminal and from
 * npm), so a repeated one does nothing.
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
