/** Plays all of these, so many at once, in their order; rejects as soon as one does. */
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
