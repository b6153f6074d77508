import type { Texts } from '../compiler/catalog.ts';

/**
 * Returns the messages, as `noun.key`, that no source uses: neither by name (`cart.remove`, `%message.cart.remove%`), nor,
 * where a noun is asked for by a code (`decline[…]`) or handed on as a whole, by the name of the message as a code.
 */
export function findUnused(texts: Texts, sources: readonly string[]): string[] {
  const all = sources.join('\n');
  const members = new Set(
    [...all.matchAll(/\b([a-zA-Z]\w*)(?=\s*\.\s*([a-zA-Z]\w*))/g)].map(([, noun, key]) => `${noun}.${key}`),
  );
  const words = new Set(all.match(/\b[a-zA-Z]\w*\b/g));
  return Object.entries(texts).flatMap(([noun, messages]) => {
    const isHandedOn = new RegExp(`\\.${noun}\\s*,|\\b${noun}\\s*(\\[|\\)|:|;|as\\b)`).test(all);
    return Object.keys(messages)
      .filter((key) => !members.has(`${noun}.${key}`) && !(isHandedOn && words.has(key)))
      .map((key) => `${noun}.${key}`);
  });
}
