/** Calls `work` once the page has loaded and the browser is idle. */
export function whenIdle(work: () => void): void {
  const wait = (): void => {
    // Safari lacks requestIdleCallback.
    if ('requestIdleCallback' in window) requestIdleCallback(work, { timeout: 2000 });
    else setTimeout(work, 200);
  };
  if (document.readyState === 'complete') wait();
  else window.addEventListener('load', wait, { once: true });
}
