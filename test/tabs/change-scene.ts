/** Rounds that are changed while something else happens to them, and what must hold of them afterwards. */

import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'vitest';
import type { Random } from '../../bench/chaos/random.ts';
import type { Order, OrderLine } from '../../domain/contract/orders.ts';
import { hasEnded } from '../../domain/order.ts';
import { SOLD_OUT_CHOICES } from '../../domain/sold-out.ts';
import { PlacedOrder } from '../harness/buyer.ts';
import { placeGroupOrder } from '../harness/group.ts';
import type { System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import type { Seated } from '../setup/tabs.ts';
import { signUp, Visitor, type Reply } from '../setup/visitor.ts';
import { sell } from '../setup/menu.ts';
import { codeOf, Group } from './groups.ts';
import { startTeaSystem } from './tea-system.ts';

/** What a shop sells of which rounds are changed. */
export interface ChangeShop {
  readonly system: System;
  readonly manager: Visitor;
  /** At PRICE. */
  readonly tea: string;
  /** At DEAR. */
  readonly juice: string;
}
export const PRICE = 335;
export const DEAR = 520;

/** Opens such a shop, with enough of everything. */
export async function startChangeShop(): Promise<ChangeShop> {
  const { system, tea } = await startTeaSystem();
  const manager = new Visitor(system.url);
  await signUp(manager, system.databases, 'manager');
  return { system, tea, manager, juice: await sell(system.databases, DEAR, { available: 100_000 }) };
}

export type Guest = Pick<Seated, 'who' | 'participantId'>;

/** An order of two people: something for each, and one that they share. */
export interface Scene {
  readonly shop: ChangeShop;
  /** The host. */
  readonly ada: Guest;
  readonly ben: Guest;
  /** All of them. */
  readonly guests: readonly Guest[];
  readonly order: PlacedOrder;
  readonly before: Order;
}

/** A round of a tab: two for each, and one that they share. */
export interface TabScene extends Scene {
  readonly group: Group;
}

export type Act<S extends Scene = TabScene> = (scene: S) => Promise<Reply<any>>;
export type Acts<S extends Scene = TabScene> = Readonly<Record<string, Act<S>>>;

/** What came of something that has no answer. */
export const SILENT = { status: 200, body: {} } as Reply<any>;

export function ownLine({ before }: Pick<Scene, 'before'>, { participantId }: Guest): OrderLine {
  return before.lines.find(
    (line) => line.participantId === participantId && line.sharedBetween.length === 1,
  )!;
}

export function sharedLine({ before }: Pick<Scene, 'before'>): OrderLine {
  return before.lines.find(({ sharedBetween }) => sharedBetween.length > 1)!;
}

export function shareOf(
  { before }: Pick<Scene, 'before'>,
  { participantId }: Guest,
): Order['shares'][number] {
  return before.shares.find((share) => (share.ownerId ?? share.participantId) === participantId)!;
}

/** Sends a round of two people; it is paid unless `isPaid` says that nobody has paid it. */
export async function setScene(shop: ChangeShop, random: Random, { isPaid = true } = {}): Promise<TabScene> {
  const group = await Group.open(shop.system, ['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  for (const who of group.people) {
    const body = { ifSoldOut: random.pick(SOLD_OUT_CHOICES) };
    await who.who.call('PATCH', group.path(`/participants/${who.participantId}`), { body });
    await group.add(who, shop.tea, { quantity: 2 });
  }
  await group.add(ada, shop.tea, {
    sharedBetween: group.people.map(({ participantId }) => ({ participantId })),
  });
  const sent = await group.sent();
  const order = new PlacedOrder(shop.system, ada.who, sent.id);
  const scene = { shop, group, ada, ben, guests: group.people, order };
  if (!isPaid) return { ...scene, before: sent };
  for (const who of group.people) await order.payShare(who.who, group.shareOf(sent, who).id, 'pm_card_visa');
  return { ...scene, before: await group.confirmed(sent.id) };
}

/** How long a change may wait for others, where it must not be long. */
const SHORT_MS = 6_000;
const LONG_MS = 10 * 60_000;

/** Places an order of two people like that, without a tab, that is paid; `isShort`: its changes wait for seconds only. */
export async function setLooseScene(
  shop: ChangeShop,
  random: Random,
  { isShort = false } = {},
): Promise<Scene> {
  for (;;) {
    const { order, payers } = await placeGroupOrder(shop.system, {
      ...{ variantId: shop.tea, count: 2, quantity: 2, ifSoldOut: random.pick(SOLD_OUT_CHOICES) },
      holdMs: isShort ? SHORT_MS : LONG_MS,
    });
    await Promise.all(payers.map(({ guest, shareId }) => order.payShare(guest, shareId, 'pm_card_visa')));
    const before = await order.until('its end, or its confirmation', ({ status }) =>
      ['confirmed', 'expired', 'canceled'].includes(status),
    );
    const guests = payers.map(({ guest: who, participantId }) => ({ who, participantId }));
    const [ada, ben] = guests;
    // On a busy machine, it may be too late to pay.
    if (before.status === 'confirmed') return { shop, ada: ada!, ben: ben!, guests, order, before };
  }
}

/** Has staff take back whatever change is open. */
export async function takeBack({ order, shop }: Pick<Scene, 'order' | 'shop'>): Promise<Reply<any>> {
  const { change } = await order.read();
  return change ? shop.system.agent.post(`/api/orders/${order.id}/changes/${change.id}/withdraw`) : SILENT;
}

/** Waits until no change is under way; staff take back what waits for somebody. */
async function untilAtRest(scene: Scene): Promise<Order> {
  const { order } = scene;
  const isOver = async () => (await order.read()).change === null && order.read();
  for (let looks = 0; looks < 10 && !(await isOver()); looks += 1) await delay(100);
  if (!(await isOver())) await takeBack(scene);
  return until(`no change of order ${order.id} to be open`, isOver);
}

/** What may win instead, and what a busy machine says. */
const LOST = [
  ...['illegal_transition', 'version_conflict', 'invalid_request', 'card_declined', 'forbidden', 'tab_ended'],
  ...['not_found', 'out_of_stock', 'already_claimed', 'nothing_owed', 'try_again'],
];

/** What somebody did, and what she was told; `mayChange`: it may have changed the order. */
export interface Told {
  readonly reply: Reply<any>;
  readonly mayChange: boolean;
}

/**
 * Expects, once all is at rest, that everybody was told what came of it, and that the order comes to what its changes made
 * of it; with `isReduced`, something else has taken lines off it.
 */
export async function judge(scene: Scene, told: readonly Told[], { isReduced = false } = {}): Promise<void> {
  const { before } = scene;
  for (const { reply } of told)
    if (codeOf(reply) !== 'ok') expect(LOST, JSON.stringify(reply.body)).toContain(codeOf(reply));
  const now = await untilAtRest(scene);
  const known = before.changes.map(({ id }) => id);
  const applied = now.changes.filter(({ id }) => !known.includes(id));
  const ids = applied.map(({ id }) => id);
  for (const { reply } of told) {
    const { id, status } = reply.body?.change ?? {};
    if (status === 'applied') expect(ids).toContain(id);
    if (status === 'given_up') expect(ids).not.toContain(id);
  }
  const mayHave = told.filter(
    ({ reply, mayChange }) => mayChange && ['ok', 'try_again'].includes(codeOf(reply)),
  );
  expect(applied.length, JSON.stringify(told.map(({ reply }) => reply.body))).toBeLessThanOrEqual(
    mayHave.length,
  );
  if (isReduced || (hasEnded(now.status) && now.status !== 'completed')) return;
  const sum = applied.reduce((total, { differenceAmount }) => total + differenceAmount, 0);
  expect(now.totalAmount).toBe(before.totalAmount + sum);
}
