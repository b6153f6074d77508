/** Runs all of these in order with limited concurrency; rejects as soon as one rejects. */
export async function playAll<T>(
  plays: readonly T[],
  atOnce: number,
  play: (one: T) => Promise<void>,
): Promise<void> {
  const rest = plays.values();
  const next = async () => {
    for (const one of rest) await play(one);
  };
  await Promise.all(Array.from({ length: atOnce }, next));
}
