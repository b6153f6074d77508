import type { Tab } from '#domain/contract/tabs.ts';
import type { TabPatch } from '#domain/socket.ts';

/**
 * Returns the tab after a patch. Items that were known keep their place, new ones come last, so that nothing jumps.
 * Harmless if it was applied before, or if the tab is newer than where the patch starts.
 */
export function applyPatch(tab: Tab, patch: TabPatch): Tab {
  const removed = new Set(patch.removedLines);
  const paid = new Set(patch.removedOwed);
  return {
    ...tab,
    ...patch.fields,
    participants: merge(tab.participants, patch.participants, ({ id }) => id),
    lines: merge(tab.lines, patch.lines, ({ id }) => id).filter(({ id }) => !removed.has(id)),
    rounds: merge(tab.rounds, patch.rounds, ({ orderId }) => orderId),
    parts: merge(tab.parts, patch.parts, ({ participantId }) => participantId),
    owed: merge(tab.owed, patch.owed, ({ lineId }) => lineId).filter(({ lineId }) => !paid.has(lineId)),
    payments: merge(tab.payments, patch.payments, ({ orderId }) => orderId),
  };
}

function merge<Item>(
  known: Item[],
  changed: readonly Item[] | undefined,
  keyOf: (item: Item) => string,
): Item[] {
  if (!changed) return known;
  const news = new Map(changed.map((item) => [keyOf(item), item]));
  const kept = known.map((item) => {
    const key = keyOf(item);
    const now = news.get(key) ?? item;
    news.delete(key);
    return now;
  });
  return [...kept, ...news.values()];
}
