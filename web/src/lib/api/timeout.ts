/** A timeout combined with a caller's signal. */
export interface Timeout {
  /** Aborts on timeout, or with the caller's signal. */
  readonly signal: AbortSignal;
  isOver(): boolean;
  /** Call it once the response is there. */
  stop(): void;
}

/** Starts it. `AbortSignal.any` would do the same, but some guests' browsers are older. */
export function startTimeout(milliseconds: number, outer?: AbortSignal): Timeout {
  const controller = new AbortController();
  let isOver = false;
  const timer = setTimeout(() => {
    isOver = true;
    controller.abort();
  }, milliseconds);
  const passOn = (): void => controller.abort(outer?.reason);
  if (outer?.aborted) passOn();
  else outer?.addEventListener('abort', passOn, { once: true });
  return {
    signal: controller.signal,
    isOver: () => isOver,
    stop: () => {
      clearTimeout(timer);
      outer?.removeEventListener('abort', passOn);
    },
  };
}
