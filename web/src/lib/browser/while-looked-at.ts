/**
 * Calls `read` every `interval` milliseconds while the page is visible, and never again before the last call is over.
 * Returns a function that ends it.
 */
export function whileLookedAt(interval: number, read: () => Promise<void>): () => void {
  let isReading = false;
  const timer = setInterval(() => {
    if (isReading || document.visibilityState !== 'visible') return;
    isReading = true;
    void read().finally(() => (isReading = false));
  }, interval);
  return () => clearInterval(timer);
}
