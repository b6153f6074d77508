/** Caches the result of `read` for `milliseconds`; a failure is not cached. */
export function remember<T>(read: () => Promise<T>, milliseconds: number): () => Promise<T> {
  let kept: { value: Promise<T>; until: number } | undefined;
  return () => {
    const now = Date.now();
    if (kept && now < kept.until) return kept.value;
    const value = read();
    kept = { value, until: now + milliseconds };
    value.catch(() => (kept = undefined));
    return value;
  };
}
