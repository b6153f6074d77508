/** Patches: what differs between two states of an order or a tab, as it goes to every screen. */

import type { Order } from './contract/orders.ts';
import type { Tab } from './contract/tabs.ts';
import type { OrderPatch, TabPatch } from './socket.ts';

type Item = Readonly<Record<string, unknown>>;

/** The lists that are patched item by item; all other fields are patched as values. */
interface PatchForm {
  /** By list: the field by which its items are known. */
  readonly lists: Readonly<Record<string, string>>;
  /**
   * `items`: a known item that differs comes whole, and new ones come last. `fields`: only what differs in it; a list
   * whose order has changed comes whole.
   */
  readonly sends: 'items' | 'fields';
}

const TAB: PatchForm = {
  lists: {
    participants: 'id',
    lines: 'id',
    rounds: 'orderId',
    parts: 'participantId',
    owed: 'lineId',
    payments: 'orderId',
  },
  sends: 'items',
};

const ORDER: PatchForm = { lists: { participants: 'id', lines: 'id', shares: 'id' }, sends: 'fields' };

/** Returns the tab after a patch; see `applyPatch`. */
export function applyTabPatch(tab: Tab, patch: TabPatch): Tab {
  return applyPatch(tab, patch, TAB);
}

/** Returns the order after a patch; see `applyPatch`. */
export function applyOrderPatch(order: Order, patch: OrderPatch): Order {
  return applyPatch(order, patch, ORDER);
}

/**
 * Applies a patch. Items that were known keep their place, new ones come last, so that nothing jumps. Harmless if it was
 * applied before, or if `whole` is newer than where the patch starts.
 */
function applyPatch<Whole extends object>(
  whole: Whole,
  patch: { readonly fields: object },
  { lists }: PatchForm,
): Whole {
  const patched = { ...whole, ...patch.fields } as Record<string, unknown>;
  const told = patch as Readonly<Record<string, unknown>>;
  for (const [name, key] of Object.entries(lists)) {
    const changed = told[name] as readonly Item[] | undefined;
    const removed = told[removedName(name)] as readonly unknown[] | undefined;
    if (!changed && !removed) continue;
    const gone = new Set(removed);
    patched[name] = merge(patched[name] as readonly Item[], changed ?? [], key).filter(
      (item) => !gone.has(item[key]),
    );
  }
  return patched as Whole;
}

/** Returns the patch that does what two do, one after the other. */
export function composeTabPatches(first: TabPatch, second: TabPatch): TabPatch {
  const composed: Record<string, unknown> = {};
  const [one, other] = [first, second] as unknown as Readonly<Record<string, readonly Item[] | undefined>>[];
  for (const [list, key] of Object.entries(TAB.lists)) {
    const gone = removedName(list);
    const keysIn = (patch: typeof one) => (patch?.[gone] ?? []) as readonly unknown[];
    const removed = new Set(keysIn(other));
    const items = merge(one?.[list] ?? [], other?.[list] ?? [], key).filter(
      (item) => !removed.has(item[key]),
    );
    const back = new Set(items.map((item) => item[key]));
    for (const id of keysIn(one)) if (!back.has(id)) removed.add(id);
    if (items.length > 0) composed[list] = items;
    if (removed.size > 0) composed[gone] = [...removed];
  }
  return { fields: { ...first.fields, ...second.fields }, ...composed };
}

function merge(known: readonly Item[], changed: readonly Item[], key: string): Item[] {
  const news = new Map(changed.map((item) => [item[key], item]));
  const kept = known.map((item) => {
    const now = news.get(item[key]);
    news.delete(item[key]);
    return now ? { ...item, ...now } : item;
  });
  return [...kept, ...news.values()];
}

/** Returns what leads from `before` to `now`, two states of one order as the same viewer sees it. */
export function orderPatchBetween(before: Order, now: Order): OrderPatch {
  return patchBetween(before, now, ORDER);
}

/**
 * Returns what leads from `before` to `now`. Who is here does not count as a difference: it changes without a version
 * and has its own event.
 */
export function tabPatchBetween(before: Tab, now: Tab): TabPatch {
  const isHere = new Map(now.participants.map((one) => [one.id, one.isHere]));
  const participants = before.participants.map((one) => ({ ...one, isHere: isHere.get(one.id) ?? false }));
  return patchBetween({ ...before, participants }, now, TAB);
}

function patchBetween<Whole extends object>(
  before: Whole,
  now: Whole,
  { lists, sends }: PatchForm,
): { readonly fields: Partial<Whole> } {
  const fields: Record<string, unknown> = {};
  const changes: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(now)) {
    const old: unknown = before[name as keyof Whole];
    const key = lists[name];
    if (key === undefined) {
      if (!isSame(old, value)) fields[name] = value;
      continue;
    }
    const known = new Map((old as readonly Item[]).map((item) => [item[key], item]));
    const items = value as readonly Item[];
    const keys = new Set(items.map((item) => item[key]));
    const kept = [...known.keys()].filter((one) => keys.has(one));
    if (sends === 'fields' && !kept.every((one, index) => items[index]![key] === one)) {
      fields[name] = value;
      continue;
    }
    const changed = items.filter((item) => !isSame(known.get(item[key]), item));
    const removed = [...known.keys()].filter((one) => !keys.has(one));
    if (changed.length > 0)
      changes[name] =
        sends === 'items' ? changed : changed.map((item) => differing(known.get(item[key]), item, key));
    if (removed.length > 0) changes[removedName(name)] = removed;
  }
  return { fields: fields as Partial<Whole>, ...changes };
}

/** Returns what differs in a known item, with its key; all of a new one. */
function differing(old: Item | undefined, item: Item, key: string): Item {
  if (!old) return item;
  return Object.fromEntries(
    Object.entries(item).filter(([name, value]) => name === key || !isSame(old[name], value)),
  );
}

/** Compares two values of JSON. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) return false;
  const [names, others] = [Object.keys(one), Object.keys(other)];
  return (
    Array.isArray(one) === Array.isArray(other) &&
    names.length === others.length &&
    names.every(
      (name) => Object.hasOwn(other, name) && isSame((one as Item)[name], (other as unknown as Item)[name]),
    )
  );
}

/** The name under which a patch has the keys of removed items: `removedLines`. */
function removedName(list: string): string {
  return `removed${list[0]!.toUpperCase()}${list.slice(1)}`;
}
