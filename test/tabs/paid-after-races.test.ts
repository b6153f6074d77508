import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom, type Random } from '../../bench/chaos/random.ts';
import { setting } from '../../dev/environment.ts';
import type { Order } from '../../domain/contract/orders.ts';
import type { WhatInput } from '../../domain/contract/tab-payments.ts';
import type { Tab } from '../../domain/contract/tabs.ts';
import { hasEnded } from '../../domain/order.ts';
import { hasTabEnded } from '../../domain/tab.ts';
import { playAll } from '../harness/play-all.ts';
import type { System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import type { Seated } from '../setup/tabs.ts';
import type { Reply } from '../setup/visitor.ts';
import { giveCard } from './give-card.ts';
import { codeOf, Group } from './groups.ts';
import { startTeaSystem } from './tea-system.ts';

/*
 * Two of everything that changes what a tab owes, in the same instant, on a tab with a round of three people and a claim
 * that is running. Whatever wins, the sums are right, and the rest is paid once. Some pairs are played, others each
 * time; AFTER_RACES=n plays every pair n times, TABS_SEED=n repeats pairs and delays, TABS_RACE=name plays the pairs
 * of that name alone.
 */
const SEED = Number(setting('TABS_SEED') ?? Date.now() % 1_000_000);
const TIMES = setting('AFTER_RACES');
const ONLY = setting('TABS_RACE');
const SOME = 10;
const AT_ONCE = 5;

let system: System;
let tea: string;
beforeAll(async () => {
  ({ system, tea } = await startTeaSystem());
});
afterAll(() => system?.stop());

interface Scene {
  readonly group: Group;
  readonly people: readonly [Seated, Seated, Seated];
  /** Confirmed, and nothing of it is paid: a line of two each, and one that all share. */
  readonly round: Order;
  /** Cleo's, of her own part. */
  readonly claimed: Order;
}

const linesOf = ({ round }: Scene, who: Seated): WhatInput => ({
  kind: 'lines',
  lines: round.lines
    .filter(
      ({ participantId, sharedBetween }) => participantId === who.participantId && sharedBetween.length === 1,
    )
    .map(({ id }) => ({ lineId: id, quantity: 1 })),
});

const linesOfBen = ({ round, people: [, ben] }: Scene) =>
  round.lines.filter(
    ({ participantId, sharedBetween }) => participantId === ben.participantId && sharedBetween.length === 1,
  );

/** Ben changes his line of two. */
async function changeOwn(
  { round, people: [, ben] }: Scene,
  set: { readonly lineId: string; readonly quantity: number },
  expectedDifference: number,
): Promise<Reply<any>> {
  const { order } = (await ben.who.get(`/api/orders/${round.id}`)).body;
  const body = { ifVersion: order.version, set: [set], expectedDifference };
  return ben.who.post(`/api/orders/${round.id}/changes`, body);
}

const ACTIONS: Readonly<Record<string, (scene: Scene) => Promise<Reply<any>>>> = {
  round: async ({ group, people: [, ben] }) => {
    const added = await ben.who.post(group.path('/lines'), { variantId: tea, quantity: 1 });
    return added.status === 201 ? ben.who.post(group.path('/rounds'), {}) : added;
  },
  mine: ({ group, people: [, ben] }) => group.payPart(ben, { kind: 'mine' }),
  these: (scene) => scene.group.payPart(scene.people[0], linesOf(scene, scene.people[1])),
  amount: ({ group, people: [ada] }) => group.payPart(ada, { kind: 'amount', amount: 500 }),
  even: ({ group, people: [ada] }) => group.payPart(ada, { kind: 'even', of: 2 }),
  rest: ({ group, people: [ada] }) => group.payPart(ada, { kind: 'rest' }),
  cash: ({ group, people: [, ben] }) => group.payInCash(ben, { kind: 'mine' }),
  'change more': (scene) => changeOwn(scene, { lineId: linesOfBen(scene)[0]!.id, quantity: 3 }, 335),
  'change less': (scene) => changeOwn(scene, { lineId: linesOfBen(scene)[0]!.id, quantity: 1 }, -335),
  'change off': (scene) => changeOwn(scene, { lineId: linesOfBen(scene)[0]!.id, quantity: 0 }, -670),
  'cancel round': ({ round }) => system.agent.post(`/api/orders/${round.id}/cancel`, { reason: 'closed' }),
  'cancel line': ({ round }) =>
    system.agent.post(`/api/orders/${round.id}/refunds`, {
      lines: [{ lineId: round.lines[0]!.id, quantity: 1 }],
      reason: 'was cold',
    }),
  move: ({ group }) =>
    system.agent.post(group.path('/move'), {
      place: { kind: 'table', label: crypto.randomUUID().slice(0, 8) },
    }),
  merge: async ({ group }) => {
    const other = await Group.openAfter(system, ['Dua']);
    return system.agent.post(group.path('/merge'), { intoTabId: other.id });
  },
  close: ({ group }) => group.host.who.post(group.path('/close'), {}),
  // The host has given hers.
  'close with a card': ({ group }) => group.host.who.post(group.path('/close'), {}),
  'walk out': ({ group }) => system.agent.post(group.path('/close'), { writeOff: { reason: 'they left' } }),
  "claim's end": ({ claimed, people: [, , cleo] }) => cleo.who.post(`/api/orders/${claimed.id}/cancel`, {}),
  "claim's payment": ({ claimed, people: [, , cleo] }) =>
    cleo.who.post(`/api/orders/${claimed.id}/shares/${claimed.shares[0]!.id}/pay`, {
      paymentMethodId: 'pm_card_visa',
    }),
};

/** What may win instead, and what a busy machine says, which may have done it. */
const LOST = [
  ...['already_claimed', 'nothing_owed', 'illegal_transition', 'tab_ended', 'invalid_request'],
  'try_again',
  // A change beside another, or beside something else of its round.
  'version_conflict',
];

async function setScene({ hasCard }: { hasCard: boolean }): Promise<Scene> {
  const group = await Group.openAfter(system, ['Ada', 'Ben', 'Cleo']);
  const people = group.people as unknown as Scene['people'];
  if (hasCard) await giveCard(group, people[0]);
  for (const one of people) await group.add(one, tea, { quantity: 2 });
  await group.add(people[0], tea, {
    sharedBetween: people.map(({ participantId }) => ({ participantId })),
  });
  const round = await group.orderLines(group.host);
  const claimed = await group.payPart(people[2], { kind: 'mine' }, { paymentMethodId: undefined });
  return { group, people, round, claimed: claimed.body.order as Order };
}

/** Waits until nothing of the tab is on its way but Cleo's claim, if it runs still, which then is given up. */
async function untilAtRest({ group, claimed, people: [, , cleo] }: Scene): Promise<Tab> {
  const rest = (mayClaim: boolean) =>
    until('the tab to be at rest', async () => {
      const tab = await group.read();
      const isMoving = tab.rounds.some(({ status }) => status !== 'confirmed' && !hasEnded(status));
      const isCharging = tab.card?.isCharging && tab.owed.some(({ openAmount }) => openAmount > 0);
      return (
        !isMoving &&
        !isCharging &&
        tab.claims.every(({ orderId }) => mayClaim && orderId === claimed.id) &&
        tab
      );
    });
  const tab = await rest(true);
  if (tab.claims.length === 0) return tab;
  await cleo.who.post(`/api/orders/${claimed.id}/cancel`, {});
  return rest(false);
}

const sumOf = (items: readonly { readonly amount: number }[]) =>
  items.reduce((sum, { amount }) => sum + amount, 0);

function assertSums({ owed, payments, totalAmount, paidAmount, writtenOffAmount, owedAmount }: Tab): void {
  expect(sumOf(owed.map(({ openAmount }) => ({ amount: openAmount })))).toBe(owedAmount);
  for (const { due, openAmount } of owed) expect(sumOf(due)).toBe(openAmount);
  expect(sumOf(payments.map(({ amount, refundedAmount }) => ({ amount: amount - refundedAmount })))).toBe(
    paidAmount,
  );
  expect(totalAmount - paidAmount - writtenOffAmount).toBe(owedAmount);
}

async function play(names: readonly [string, string], random: Random): Promise<void> {
  const scene = await setScene({ hasCard: names.includes('close with a card') });
  const replies = await Promise.all(
    names.map(async (name) => {
      await delay(random.pick([0, 0, random.between(0, 4), random.between(0, 25)]));
      return ACTIONS[name]!(scene);
    }),
  );
  for (const reply of replies) if (codeOf(reply) !== 'ok') expect(LOST).toContain(codeOf(reply));
  const now = { ...scene, group: await scene.group.followed() };
  const tab = await untilAtRest(now);
  assertSums(tab);
  if (tab.owedAmount === 0 || hasTabEnded(tab.status)) return expect(tab.owedAmount).toBe(0);
  expect(codeOf(await now.group.payInCash(scene.people[0], { kind: 'rest' }))).toBe('ok');
  const paid = await untilAtRest(now);
  assertSums(paid);
  expect(paid.owedAmount).toBe(0);
}

const names = Object.keys(ACTIONS);
const PAIRS = names.flatMap((one, index) => names.slice(index).map((other) => [one, other] as const));

test(`two at once on a tab that is settled after (TABS_SEED=${SEED})`, { timeout: 1_200_000 }, async () => {
  const random = createRandom(SEED);
  const wanted = PAIRS.filter((pair) => ONLY === undefined || pair.join(' and ').includes(ONLY));
  const all = wanted.flatMap((pair) => Array.from({ length: Number(TIMES ?? 1) }, () => pair));
  const plays =
    TIMES === undefined && ONLY === undefined ? Array.from({ length: SOME }, () => random.pick(all)) : all;
  const failures: string[] = [];
  await playAll([...plays.entries()], AT_ONCE, async ([number, pair]) => {
    await play(pair, createRandom(SEED * 1000 + number)).catch((error: unknown) =>
      failures.push(`${pair.join(' and ')}: ${String(error)}`),
    );
  });
  expect(failures).toEqual([]);
});
