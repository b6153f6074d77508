/** The basket of a tab: lines that its people add, change and share. All are safe to repeat. */

import { peopleTouched, removePeople } from '../../../domain/basket.ts';
import { LIMITS } from '../../../domain/limits.ts';
import { TAB_LIMITS } from '../../../domain/tab.ts';
import type { Database } from '../../database.ts';
import type { LineRow } from '../entities/order.ts';
import type { TabRow } from '../entities/tab.ts';
import type { OrdersManager } from '../orders/change-order.ts';
import {
  asBasketLine,
  deleteLines,
  insertLines,
  partsOf,
  readBasket,
  reshareLine,
  rewriteLine,
  sharingOf,
  type BasketLine,
} from './basket-lines.ts';
import { sharersOf, withSharers } from '../orders/sharers.ts';
import { changeTab, type TabChanged, type TabCommand } from './change-tab.ts';
import { presentTabLine } from './present-tab.ts';
import { presentPerson, readPeople, unready } from './tab-people.ts';
import { TabRefused } from './tab-refused.ts';

/**
 * Adds lines, all or none. Repeated with the same ids, also after they were changed or sent, it adds nothing. Throws
 * TabRefused: not_found (one of the people is not in the tab), tab_ended, tab_full or over_spending_limit.
 */
export async function addLines(
  orders: Database,
  tabId: string,
  command: TabCommand,
  lines: readonly BasketLine[],
): Promise<TabChanged> {
  const key = command.key ?? `added:${lines.map(({ id }) => id).join()}`;
  return changeTab(orders, tabId, { ...command, key }, async (tab, em) => {
    assertOpen(tab);
    await assertPeople(em, tabId, lines);
    const basket = await readBasket(em, tabId);
    await insertLines(em, tabId, lines);
    await accept(em, tab, basket);
    const [line, another] = lines;
    const data = { participantId: line!.participantId, ...(!another && { lineId: line!.id }) };
    return { type: 'line_added', data };
  });
}

/**
 * Changes a line to this content. Repeated, it changes nothing. Throws TabRefused: not_found (it is not in the basket,
 * or one of the people is not in the tab), tab_ended, over_spending_limit, or version_conflict with the `line` as it
 * is.
 */
export async function changeLine(
  orders: Database,
  tabId: string,
  command: TabCommand,
  { ifVersion, line }: { ifVersion: number; line: BasketLine },
): Promise<TabChanged> {
  return changeTab(orders, tabId, command, async (tab, em) => {
    assertOpen(tab);
    await assertPeople(em, tabId, [line]);
    const basket = await readBasket(em, tabId);
    const found = lineOf(basket, line.id);
    if (contentOf(asBasketLine(withSharers(found))) === contentOf(line)) return undefined;
    assertVersion(found, ifVersion);
    await rewriteLine(em, line);
    await accept(em, tab, basket);
    return { type: 'line_changed', data: { lineId: line.id, participantId: line.participantId } };
  });
}

/** Removes a line. Repeated, it changes nothing. Throws TabRefused as `changeLine` does. */
export async function removeLine(
  orders: Database,
  tabId: string,
  command: TabCommand,
  { lineId, ifVersion }: { lineId: string; ifVersion: number },
): Promise<TabChanged> {
  return changeTab(orders, tabId, { ...command, key: `removed:${lineId}` }, async (tab, em) => {
    assertOpen(tab);
    const basket = await readBasket(em, tabId);
    const found = lineOf(basket, lineId);
    assertVersion(found, ifVersion);
    await deleteLines(em, [lineId]);
    await accept(em, tab, basket);
    return { type: 'line_removed', data: { lineId, participantId: found.participantId } };
  });
}

/**
 * Takes a person out of those who pay a line: the others pay it, by their weights. Repeated, it changes nothing. Throws
 * TabRefused: not_found, tab_ended, over_spending_limit, or illegal_transition for the last who pays it.
 */
export async function stepOut(
  orders: Database,
  tabId: string,
  command: TabCommand,
  { lineId, participantId }: { lineId: string; participantId: string },
): Promise<TabChanged> {
  return changeTab(orders, tabId, command, async (tab, em) => {
    assertOpen(tab);
    const basket = await readBasket(em, tabId);
    const found = lineOf(basket, lineId);
    const sharers = sharersOf(found);
    const others = sharers.filter((one) => one.participantId !== participantId);
    if (others.length === sharers.length) return undefined;
    if (others.length === 0) throw new TabRefused('illegal_transition');
    await reshareLine(em, lineId, { participantId: found.participantId, sharers: others });
    await accept(em, tab, basket);
    return { type: 'sharing_left', data: { lineId, participantId } };
  });
}

/**
 * Takes all that is a person's out of the basket, in the caller's transaction: what she alone pays goes; the others who
 * share a line pay her part of it, and have it if it was hers.
 */
export async function takeOutOfBasket(
  em: OrdersManager,
  tabId: string,
  participantId: string,
): Promise<void> {
  const basket = (await readBasket(em, tabId)).map(withSharers);
  const left = removePeople(basket, (id) => id === participantId);
  const kept = new Set(left.map(({ id }) => id));
  await deleteLines(
    em,
    basket.flatMap(({ id }) => (kept.has(id) ? [] : [id])),
  );
  for (const { id, participantId: owner, sharedBetween } of left.filter((line) => !basket.includes(line)))
    await reshareLine(em, id, { participantId: owner, sharers: sharedBetween });
  await unready(em, peopleTouched(basket, left));
}

/** Accepts a change of the basket, or throws; whoever's lines it touched looks at them again. */
async function accept(em: OrdersManager, tab: TabRow, before: readonly LineRow[]): Promise<void> {
  const after = await readBasket(em, tab.id);
  assertFits(tab, before, after);
  await unready(em, peopleTouched(before.map(withSharers), after.map(withSharers)));
}

function assertOpen(tab: TabRow): void {
  if (tab.status !== 'open') throw new TabRefused('tab_ended');
}

async function assertPeople(em: OrdersManager, tabId: string, lines: readonly BasketLine[]): Promise<void> {
  const people = await readPeople(em, tabId);
  for (const { participantId, sharers } of lines) {
    presentPerson(people, participantId);
    for (const sharer of sharers) presentPerson(people, sharer.participantId);
  }
}

function lineOf(basket: readonly LineRow[], id: string): LineRow {
  const line = basket.find((one) => one.id === id);
  if (!line) throw new TabRefused('not_found');
  return line;
}

function assertVersion(line: LineRow, ifVersion: number): void {
  if (line.version !== ifVersion) throw new TabRefused('version_conflict', { line: presentTabLine(line) });
}

/** Returns what a request decides of a line, to be compared: prices are the shop's. */
function contentOf({ variantId, options, quantity, note, participantId, sharers }: BasketLine): string {
  const ids = options.map(({ id }) => id).toSorted();
  const { sharedBetween, weights } = sharingOf(sharers);
  const parts = sharedBetween.map((id, index) => `${id}:${weights?.[index] ?? 1}`).toSorted();
  return JSON.stringify([variantId, ids, quantity, note, participantId, parts]);
}

/** Throws if the basket is too large, or somebody's part of it rose above the limit per person. */
function assertFits(tab: TabRow, before: readonly LineRow[], basket: readonly LineRow[]): void {
  const total = basket.reduce((sum, { amount }) => sum + amount, 0);
  if (basket.length > TAB_LIMITS.lines || total > LIMITS.amount) throw new TabRefused('tab_full');
  if (!tab.spendingLimit) return;
  const old = partsOf(tab.currency, before);
  for (const [participantId, amount] of partsOf(tab.currency, basket)) {
    if (amount > tab.spendingLimit && amount > (old.get(participantId) ?? 0))
      throw new TabRefused('over_spending_limit', { participantId, amount, limit: tab.spendingLimit });
  }
}
