/** A limit of time beside a caller's own signal. */
export interface Timeout {
  /** Aborts when the time is over, or with the caller's signal. */
  readonly signal: AbortSignal;
  isOver(): boolean;
  /** Call it once there is an answer. */
  stop(): void;
}

/** Starts it. `AbortSignal.any` would do the same, in browsers that are newer than some of our guests'. */
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
