import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../bench/chaos/random.ts';
import { openDatabase } from '../../db/database.ts';
import { CALLER_PATIENCE } from '../../db/patience.ts';
import { ordersDefinition } from '../../db/orders/definition.ts';
import { setting } from '../../dev/environment.ts';
import type { Order } from '../../domain/contract/orders.ts';
import type { WhatInput } from '../../domain/contract/tab-payments.ts';
import type { Tab } from '../../domain/contract/tabs.ts';
import { hasEnded } from '../../domain/order.ts';
import { openCuttingGate } from '../away/cutting-gate.ts';
import { playAll } from '../harness/play-all.ts';
import type { System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { patiently } from '../setup/patiently.ts';
import type { Visitor } from '../setup/visitor.ts';
import { codeOf, Group } from './groups.ts';
import { startTeaSystem } from './tea-system.ts';

/*
 * The API dies in the middle of everything that changes what a tab owes: after each of its steps in the database, of
 * which it never hears. Whoever asked asks again with the same key: it is done once, and the sums are right. Some steps
 * are played, others each time; CUTS=all plays every one, TABS_SEED=n repeats them, TABS_CUT=name plays that command alone.
 */
const SEED = Number(setting('TABS_SEED') ?? Date.now() % 1_000_000);
const PLAYS_ALL = setting('CUTS') === 'all';
const ONLY = setting('TABS_CUT');
/** The last step after which the API dies. No command has more than 12; a short one may be done without dying. */
const STEPS = PLAYS_ALL ? 12 : 6;
const SOME = 14;
const AT_ONCE = 4;

let system: System;
let tea: string;
beforeAll(async () => {
  ({ system, tea } = await startTeaSystem());
});
afterAll(() => system?.stop());

/** A tab of two, each with a line of two in a round that nobody has paid, and one of them shared. */
interface Scene {
  readonly group: Group;
  readonly round: Order;
  /** Set aside by the second of them, where the command needs it. */
  readonly claimed: Order | undefined;
  /** To which the tab goes, where the command needs it. */
  readonly otherId: string | undefined;
}

interface Command {
  readonly by: 'host' | 'second' | 'agent';
  readonly needs?: 'a claim' | 'another tab' | 'a basket';
  readonly ask: (scene: Scene) => readonly [path: string, body: object];
  /** What it has come to, at rest. */
  readonly came: (tab: Tab, scene: Scene) => void;
}

const TOTAL = 4 * 335;
const pay = (what: WhatInput, paymentMethodId?: string) => (scene: Scene) =>
  [scene.group.path('/payments'), { what, paymentMethodId }] as const;
const paidOnce = (amount: number) => (tab: Tab) =>
  expect(tab.payments.map((payment) => payment.amount)).toEqual([amount]);

const COMMANDS: Readonly<Record<string, Command>> = {
  round: {
    by: 'second',
    needs: 'a basket',
    ask: ({ group }) => [group.path('/rounds'), {}],
    came: ({ rounds, totalAmount, lines }) =>
      expect([rounds.length, totalAmount, lines.length]).toEqual([2, TOTAL + 335, 0]),
  },
  'pay by card': { by: 'second', ask: pay({ kind: 'mine' }, 'pm_card_visa'), came: paidOnce(2 * 335) },
  'pay lines': {
    by: 'host',
    ask: ({ group, round }) => [
      group.path('/payments'),
      {
        what: { kind: 'lines', lines: [{ lineId: round.lines[0]!.id, quantity: 1 }] },
        paymentMethodId: 'pm_card_visa',
      },
    ],
    came: paidOnce(335),
  },
  'a declined card': {
    by: 'host',
    ask: pay({ kind: 'rest' }, 'pm_card_chargeDeclined'),
    came: ({ payments, claims }) => expect([payments, claims]).toEqual([[], []]),
  },
  claim: {
    by: 'host',
    ask: pay({ kind: 'even', of: 2 }),
    came: ({ claims }) => expect(claims.map(({ amount }) => amount)).toEqual([2 * 335]),
  },
  'pay what is claimed': {
    by: 'second',
    needs: 'a claim',
    ask: ({ claimed }) => [
      `/api/orders/${claimed!.id}/shares/${claimed!.shares[0]!.id}/pay`,
      { paymentMethodId: 'pm_card_visa' },
    ],
    came: paidOnce(2 * 335),
  },
  cash: {
    by: 'agent',
    needs: 'a claim',
    ask: ({ claimed }) => [`/api/orders/${claimed!.id}/shares/${claimed!.shares[0]!.id}/cash`, {}],
    came: paidOnce(2 * 335),
  },
  'give up a claim': {
    by: 'second',
    needs: 'a claim',
    ask: ({ claimed }) => [`/api/orders/${claimed!.id}/cancel`, {}],
    came: ({ payments, claims }) => expect([payments, claims]).toEqual([[], []]),
  },
  'another claim': {
    by: 'second',
    needs: 'a claim',
    ask: pay({ kind: 'rest' }, 'pm_card_visa'),
    came: paidOnce(TOTAL),
  },
  'cancel a line': {
    by: 'agent',
    ask: ({ round }) => [
      `/api/orders/${round.id}/refunds`,
      { lines: [{ lineId: round.lines[0]!.id, quantity: 1 }], reason: 'was cold', restock: true },
    ],
    came: ({ totalAmount }) => expect(totalAmount).toBe(TOTAL - 335),
  },
  'cancel the round': {
    by: 'agent',
    ask: ({ round }) => [`/api/orders/${round.id}/cancel`, { reason: 'closed', restock: true }],
    came: ({ totalAmount }) => expect(totalAmount).toBe(0),
  },
  move: {
    by: 'agent',
    ask: ({ group }) => [group.path('/move'), { place: { kind: 'table', label: '12' } }],
    came: ({ place }) => expect(place).toMatchObject({ kind: 'table', label: '12' }),
  },
  merge: {
    by: 'agent',
    needs: 'another tab',
    ask: ({ group, otherId }) => [group.path('/merge'), { intoTabId: otherId }],
    came: ({ id, totalAmount }, { otherId }) => expect([id, totalAmount]).toEqual([otherId, TOTAL]),
  },
  close: {
    by: 'host',
    ask: ({ group }) => [group.path('/close'), {}],
    came: ({ status }) => expect(status).toBe('closing'),
  },
  'walk out': {
    by: 'agent',
    ask: ({ group }) => [group.path('/close'), { writeOff: { reason: 'they left' } }],
    came: ({ writtenOffAmount, owedAmount }) => expect([writtenOffAmount, owedAmount]).toEqual([TOTAL, 0]),
  },
};

async function setScene({ needs }: Command): Promise<Scene> {
  const group = await Group.openAfter(system, ['Ada', 'Ben']);
  const [, ben] = group.people;
  for (const one of group.people) await group.add(one, tea, { quantity: 2 });
  const round = await group.orderLines(group.host);
  const claim =
    needs === 'a claim'
      ? await group.payPart(ben!, { kind: 'mine' }, { paymentMethodId: undefined })
      : undefined;
  if (needs === 'a basket') await group.add(ben!, tea);
  const other = needs === 'another tab' ? await Group.openAfter(system, ['Dua']) : undefined;
  return { group, round, claimed: claim?.body.order as Order | undefined, otherId: other?.id };
}

/** An API that dies on demand: nobody hears of it any more, nor it of its database, until it is back. */
interface Mortal {
  /** Sends a request, of which the API dies at this step; resolves with whether it did. */
  ask(who: Visitor, step: number, path: string, body: object, key: string): Promise<boolean>;
  stop(): Promise<void>;
}

async function startMortal(): Promise<Mortal> {
  const gate = await openCuttingGate(system.config.databases.orders);
  const orders = await openDatabase(ordersDefinition, gate.url, { poolSize: 4, patience: CALLER_PATIENCE });
  const api = await system.startApi({ databases: { ...system.databases, orders } });
  return {
    ask: async (who, step, path, body, key) => {
      const dead = gate.cutAt(step).then(() => true);
      const asked = who.at(`http://127.0.0.1:${api.port}`).post(path, body, { key });
      const isDead = await Promise.race([dead, asked.then(() => false)]);
      // Whatever it was doing is over, and did not get through.
      await asked;
      await gate.open();
      return isDead;
    },
    stop: async () => {
      await api.stop();
      await orders.close();
      await gate.stop();
    },
  };
}

async function play(mortal: Mortal, name: string, step: number): Promise<boolean> {
  const command = COMMANDS[name]!;
  const scene = await setScene(command);
  const { group } = scene;
  const who =
    command.by === 'agent' ? system.agent : (command.by === 'host' ? group.host : group.people[1]!).who;
  const [path, body] = command.ask(scene);
  const key = randomUUID();
  const isDead = await mortal.ask(who, step, path, body, key);
  const again = await patiently(who, 'POST', path, body, key);
  expect(codeOf(again)).toBe(name === 'a declined card' ? 'card_declined' : 'ok');
  const now = await group.followed();
  // Only one that nobody pays stays. A card's answer may come before its payment is booked.
  const isAwaited = ({ until: end }: Tab['claims'][number]) => end === null || name !== 'claim';
  const tab = await until('the tab to be at rest', async () => {
    const found = await now.read();
    const isMoving = found.rounds.some(({ status }) => status !== 'confirmed' && !hasEnded(status));
    return !isMoving && !found.claims.some(isAwaited) && found;
  });
  command.came(tab, scene);
  expect(tab.totalAmount - tab.paidAmount - tab.writtenOffAmount).toBe(tab.owedAmount);
  for (const claim of tab.claims) await system.agent.command(`/api/orders/${claim.orderId}/cancel`);
  if (tab.owedAmount > 0) expect(codeOf(await now.payInCash(now.host, { kind: 'rest' }))).toBe('ok');
  return isDead;
}

test(
  `an API that dies in the middle of what changes a tab's sums (TABS_SEED=${SEED})`,
  { timeout: 1_200_000 },
  async () => {
    const random = createRandom(SEED);
    const all = Object.keys(COMMANDS)
      .filter((name) => ONLY === undefined || name === ONLY)
      .flatMap((name) => Array.from({ length: STEPS }, (_, index) => [name, index + 1] as const));
    const plays =
      PLAYS_ALL || ONLY !== undefined ? all : Array.from({ length: SOME }, () => random.pick(all));
    const failures: string[] = [];
    const dead: string[] = [];
    const mortals = await Promise.all(Array.from({ length: AT_ONCE }, startMortal));
    await playAll(plays, AT_ONCE, async ([name, step]) => {
      const mortal = mortals.pop()!;
      await play(mortal, name, step).then(
        (isDead) => isDead && dead.push(name),
        (error: unknown) => failures.push(`${name}, cut at step ${step}: ${String(error)}`),
      );
      mortals.push(mortal);
    });
    for (const mortal of mortals) await mortal.stop();
    expect(failures).toEqual([]);
    expect(dead.length).toBeGreaterThan(0);
  },
);
