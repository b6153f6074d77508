/** The difference between two states of a tab, as it goes to every screen. */

import { isDeepStrictEqual } from 'node:util';
import type { Tab } from '../../domain/contract/tabs.ts';
import type { TabPatch } from '../../domain/socket.ts';

type Fields = TabPatch['fields'];

/**
 * Returns what leads from `before` to `now`. Who is here does not count as a difference: it changes without a version
 * and has its own event.
 */
export function patchBetween(before: Tab, now: Tab): TabPatch {
  const { participants, lines, rounds, parts, owed, payments, ...fields } = now;
  const removedLines = before.lines.filter(({ id }) => !lines.some((line) => line.id === id));
  const removedOwed = before.owed.filter(({ lineId }) => !owed.some((line) => line.lineId === lineId));
  const changed = {
    participants: changedIn(before.participants, participants, ({ id, isHere: _, ...rest }) => [id, rest]),
    lines: changedIn(before.lines, lines, (line) => [line.id, line]),
    removedLines: removedLines.map(({ id }) => id),
    rounds: changedIn(before.rounds, rounds, (round) => [round.orderId, round]),
    parts: changedIn(before.parts, parts, (part) => [part.participantId, part]),
    owed: changedIn(before.owed, owed, (line) => [line.lineId, line]),
    removedOwed: removedOwed.map(({ lineId }) => lineId),
    payments: changedIn(before.payments, payments, (payment) => [payment.orderId, payment]),
  };
  return {
    fields: Object.fromEntries(
      Object.entries(fields).filter(
        ([name, value]) => !isDeepStrictEqual(value, before[name as keyof Fields]),
      ),
    ),
    ...(Object.fromEntries(Object.entries(changed).filter(([, items]) => items.length > 0)) as Partial<
      typeof changed
    >),
  };
}

/** Returns the items of `now` that are new or different; `keyOf` returns an item's key and what of it counts. */
function changedIn<Item>(
  before: readonly Item[],
  now: readonly Item[],
  keyOf: (item: Item) => readonly [key: string, content: unknown],
): Item[] {
  const known = new Map(before.map(keyOf));
  return now.filter((item) => {
    const [key, content] = keyOf(item);
    return !isDeepStrictEqual(known.get(key), content);
  });
}
