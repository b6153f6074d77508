import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setting } from '../../dev/environment.ts';
import type { Order } from '../../domain/contract/orders.ts';
import { hasEnded } from '../../domain/order.ts';
import { createRandom, type Random } from '../../bench/chaos/random.ts';
import { PlacedOrder } from '../harness/buyer.ts';
import { playAll } from '../harness/play-all.ts';
import type { System } from '../harness/system.ts';
import { joinTab, type Seated } from '../setup/tabs.ts';
import { Visitor, type Reply } from '../setup/visitor.ts';
import { codeOf, Group } from './groups.ts';
import { startTeaSystem } from './tea-system.ts';

/*
 * Two requests on one tab in the same instant, each with a random delay of some milliseconds. Either order of the two
 * may win, but what follows must be one of the two stories, whole. TABS_RACES=n plays every pair n times (once by default),
 * TABS_SEED=n repeats the delays, TABS_RACE=name plays that pair alone.
 */
const SEED = Number(setting('TABS_SEED') ?? Date.now() % 1_000_000);
const TIMES = Number(setting('TABS_RACES') ?? 1);
const AT_ONCE = 6;
/** For a race with a deadline. */
const SHORT_HOLD_MS = 2_000;

let system: System;
let tea: string;
beforeAll(async () => {
  ({ system, tea } = await startTeaSystem());
});
afterAll(() => system?.stop());

interface Race {
  readonly random: Random;
  /** Runs both in the same instant. */
  both<One, Other>(one: () => Promise<One>, other: () => Promise<Other>): Promise<[One, Other]>;
}

/** A group of three, each with a tea, and the round of them. */
async function sentRound(of: { url?: string } = {}): Promise<{
  group: Group;
  order: Order;
  people: readonly [Seated, Seated, Seated];
}> {
  const group = await Group.open(system, ['Ada', 'Ben', 'Cleo'], of);
  for (const one of group.people) await group.add(one, tea);
  return { group, order: await group.sent(), people: group.people as never };
}

/** Waits until the order is at rest, and returns it. */
async function settled(order: Pick<Order, 'id'>): Promise<Order> {
  return new PlacedOrder(system, system.agent, order.id).until(
    'rest',
    ({ status }) => status === 'confirmed' || hasEnded(status),
    60_000,
  );
}

/** All or nothing: what Stripe took, and gave back, of an order that ended so. */
async function expectAllOrNothing(order: Order): Promise<void> {
  const placed = new PlacedOrder(system, system.agent, order.id);
  const { captured, refunded } = await placed.atStripe();
  expect(captured - refunded).toBe(order.status === 'confirmed' ? order.totalAmount : 0);
}

const RACES: Readonly<Record<string, (race: Race) => Promise<void>>> = {
  'join and send': async ({ both }) => {
    const group = await Group.open(system, ['Ada', 'Ben']);
    await group.add(group.host, tea, { quantity: 3 });
    const [joined, sent] = await both(
      () => joinTab(new Visitor(system.url), group.host, { name: 'Cleo' }),
      () => group.send({ kind: 'even' }),
    );
    expect(codeOf(sent)).toBe('ok');
    const order = await group.order(sent.body.order.id);
    const amounts = order.shares.map(({ amount }) => amount).toSorted((a, b) => b - a);
    expect([
      [503, 502],
      [335, 335, 335],
    ]).toContainEqual(amounts);
    // In it or not, she may follow it.
    expect(codeOf(await joined.who.get(`/api/orders/${order.id}`))).toBe('ok');
  },
  'edit and send': async ({ both }) => {
    const group = await Group.open(system, ['Ada', 'Ben']);
    const lineId = await group.add(group.people[1]!, tea);
    const [edited, sent] = await both(
      () =>
        group.people[1]!.who.call('PATCH', group.path(`/lines/${lineId}`), {
          body: { ifVersion: 1, quantity: 2 },
        }),
      () => group.host.who.post(group.path('/rounds'), { expectedAmount: 335 }),
    );
    // What the host was not shown is not sent.
    expect([
      ['ok', 'version_conflict'],
      ['not_found', 'ok'],
    ]).toContainEqual([codeOf(edited), codeOf(sent)]);
    const { lines } = await group.read();
    expect(lines.map(({ quantity }) => quantity)).toEqual(codeOf(sent) === 'ok' ? [] : [2]);
  },
  'add and send': async ({ both }) => {
    const group = await Group.open(system, ['Ada', 'Ben']);
    await group.add(group.host, tea);
    const [added, sent] = await both(
      () => group.people[1]!.who.post(group.path('/lines'), { variantId: tea, quantity: 1 }),
      () => group.send(),
    );
    expect([codeOf(added), codeOf(sent)]).toEqual(['ok', 'ok']);
    const order = await group.order(sent.body.order.id);
    const { lines } = await group.read();
    expect(order.lines.length + lines.length).toBe(2);
  },
  'send and send, with one key': async ({ both }) => {
    const group = await Group.open(system, ['Ada']);
    await group.add(group.host, tea);
    const key = randomUUID();
    const [one, other] = await both(
      () => group.send(undefined, key),
      () => group.send(undefined, key),
    );
    expect([codeOf(one), codeOf(other)]).toEqual(['ok', 'ok']);
    expect(one.body.order.id).toBe(other.body.order.id);
    expect((await group.read()).rounds.length).toBe(1);
  },
  'send and send, with two keys': async ({ both }) => {
    const group = await Group.open(system, ['Ada']);
    await group.add(group.host, tea);
    const [one, other] = await both(
      () => group.send(),
      () => group.send(),
    );
    expect([codeOf(one), codeOf(other)].toSorted()).toEqual(['invalid_request', 'ok']);
    expect((await group.read()).rounds.length).toBe(1);
  },
  'take back and pay': async ({ both }) => {
    const { group, order, people } = await sentRound();
    const [taken, paid] = await both(
      () => group.host.who.post(`/api/orders/${order.id}/cancel`, {}),
      () => group.pay(people[1], order),
    );
    expect(codeOf(taken)).toBe('ok');
    expect(['ok', 'illegal_transition']).toContain(codeOf(paid));
    const end = await settled(order);
    expect(end).toMatchObject({ status: 'canceled', reason: 'taken_back' });
    await expectAllOrNothing(end);
    expect((await group.read()).lines.length).toBe(3);
  },
  'take back and capture': async ({ both }) => {
    const { group, order, people } = await sentRound();
    await group.pay(people[0], order);
    await group.pay(people[1], order);
    const [taken, paid] = await both(
      () => group.host.who.post(`/api/orders/${order.id}/cancel`, {}),
      () => group.pay(people[2], order),
    );
    const end = await settled(order);
    // The host may cancel a confirmed order, too: then everybody has her money back.
    if (end.status === 'confirmed')
      expect([codeOf(taken), codeOf(paid)]).toEqual(['illegal_transition', 'ok']);
    await expectAllOrNothing(end);
  },
  'cover and cover': async ({ both }) => {
    const { group, order, people } = await sentRound();
    const share = group.shareOf(order, people[0]);
    const answers = await both(
      () => group.onShare(people[1], order, share, 'cover'),
      () => group.onShare(people[2], order, share, 'cover'),
    );
    const now = group.shareOf(await group.order(order.id), people[0]);
    const winner = people.find(({ participantId }) => participantId === now.participantId)!;
    expect(winner).not.toBe(people[0]);
    expect(answers.map(codeOf)).toContain('ok');
    expect(now.amount).toBe(share.amount);
    expect(codeOf(await group.onShare(people[0], order, share, 'pay'))).toBe('forbidden');
    await group.onShare(winner, order, share, 'pay');
    for (const one of people.slice(1)) await group.pay(one, order);
    const end = await settled(order);
    expect(end.status).toBe('confirmed');
    await expectAllOrNothing(end);
  },
  'cover and pay': async ({ both }) => {
    const { group, order, people } = await sentRound();
    const share = group.shareOf(order, people[0]);
    const [covered, paid] = await both(
      () => group.onShare(people[1], order, share, 'cover'),
      () => group.onShare(people[0], order, share, 'pay'),
    );
    const now = group.shareOf(await group.order(order.id), people[0]);
    const story = JSON.stringify([covered.status, paid.status, paid.body, now]);
    expect(codeOf(paid) === 'ok' && codeOf(covered) === 'ok', story).toBe(false);
    if (codeOf(covered) === 'ok') await group.onShare(people[1], order, now, 'pay');
    else expect([now.participantId, now.status]).toEqual([people[0].participantId, 'authorized']);
    for (const one of people.slice(1)) await group.pay(one, order);
    const end = await settled(order);
    expect(end.status).toBe('confirmed');
    await expectAllOrNothing(end);
  },
  'drop and pay': async ({ both }) => {
    const { group, order, people } = await sentRound();
    const share = group.shareOf(order, people[1]);
    await group.pay(people[0], order);
    await group.pay(people[2], order);
    const [dropped, paid] = await both(
      () => group.onShare(group.host, order, share, 'drop'),
      () => group.onShare(people[1], order, share, 'pay'),
    );
    const end = await settled(order);
    expect(end.status).toBe('confirmed');
    expect([codeOf(dropped) === 'ok', codeOf(paid) === 'ok'].filter(Boolean).length).toBe(1);
    expect(end.totalAmount).toBe(codeOf(paid) === 'ok' ? 1005 : 670);
    expect((await group.read()).lines.length).toBe(codeOf(paid) === 'ok' ? 0 : 1);
    await expectAllOrNothing(end);
  },
  'drop and cover': async ({ both }) => {
    const { group, order, people } = await sentRound();
    const share = group.shareOf(order, people[1]);
    const answers = await both(
      () => group.onShare(group.host, order, share, 'drop'),
      () => group.onShare(people[2], order, share, 'cover'),
    );
    expect(codeOf(answers[0])).toBe('ok');
    for (const one of [people[0], people[2]]) await group.pay(one, order);
    const end = await settled(order);
    expect([end.status, end.totalAmount]).toEqual(['confirmed', 670]);
    await expectAllOrNothing(end);
  },
  'remove and authorize': async ({ both }) => {
    const { group, order, people } = await sentRound();
    const [removed, paid] = await both(
      () => group.host.who.call('DELETE', group.path(`/participants/${people[1].participantId}`)),
      () => group.pay(people[1], order),
    );
    // What she has in a round that was sent stays hers to pay, and to see.
    expect([codeOf(removed), codeOf(paid)]).toEqual(['ok', 'ok']);
    expect(codeOf(await people[1].who.get(group.path()))).toBe('not_found');
    expect(codeOf(await people[1].who.get(`/api/orders/${order.id}`))).toBe('ok');
    for (const one of [people[0], people[2]]) await group.pay(one, order);
    await expectAllOrNothing(await settled(order));
  },
  'cancel and capture, by staff': async ({ both }) => {
    const { group, order, people } = await sentRound();
    for (const one of people.slice(1)) await group.pay(one, order);
    const [canceled, paid] = await both(
      () => system.agent.post(`/api/orders/${order.id}/cancel`, { reason: 'closed' }),
      () => group.pay(people[0], order),
    );
    const end = await settled(order);
    expect(['ok', 'illegal_transition']).toContain(codeOf(canceled));
    if (codeOf(canceled) === 'ok') expect(end.status).toBe('canceled');
    else expect([end.status, codeOf(paid)]).toEqual(['confirmed', 'ok']);
    await expectAllOrNothing(await settled(order));
  },
  'the deadline and the last payment': async ({ random }) => {
    const { group, order, people } = await sentRound({ url: await system.urlWithHold(SHORT_HOLD_MS) });
    const sentAt = Date.parse(order.createdAt);
    for (const one of people.slice(1)) await group.pay(one, order);
    await delay(Math.max(0, sentAt + SHORT_HOLD_MS + random.between(-120, 40) - Date.now()));
    const paid = await group.pay(people[0], order);
    const end = await settled(order);
    expect(['confirmed', 'expired']).toContain(end.status);
    if (end.status === 'expired') expect(['illegal_transition', 'ok']).toContain(codeOf(paid));
    await expectAllOrNothing(end);
  },
  'close and join': async ({ both }) => {
    const group = await Group.open(system, ['Ada']);
    const [closed, joined] = await both(
      () => group.host.who.post(group.path('/close'), {}),
      () => new Visitor(system.url).post('/api/tabs/join', { code: group.host.tab.joinCode, name: 'Ben' }),
    );
    expect(codeOf(closed)).toBe('ok');
    expect(['ok', 'not_found', 'tab_ended']).toContain(codeOf(joined));
    const { participants } = await group.read();
    expect(participants.length).toBe(codeOf(joined) === 'ok' ? 2 : 1);
  },
  'close and send': async ({ both }) => {
    const group = await Group.open(system, ['Ada']);
    await group.add(group.host, tea);
    const [closed, sent] = await both(
      () => group.host.who.post(group.path('/close'), {}),
      () => group.send(),
    );
    expect(codeOf(closed)).toBe('ok');
    expect(['ok', 'tab_ended']).toContain(codeOf(sent));
    if (codeOf(sent) === 'ok') {
      await group.pay(group.host, await group.order(sent.body.order.id));
      expect((await settled(sent.body.order)).status).toBe('confirmed');
    }
  },
  'remove and edit': async ({ both }) => {
    const group = await Group.open(system, ['Ada', 'Ben']);
    const [, ben] = group.people as [Seated, Seated];
    const [removed, added] = await both<Reply<any>, Reply<any>>(
      () => group.host.who.call('DELETE', group.path(`/participants/${ben.participantId}`)),
      () => ben.who.post(group.path('/lines'), { variantId: tea, quantity: 1 }),
    );
    expect(codeOf(removed)).toBe('ok');
    expect(['ok', 'not_found']).toContain(codeOf(added));
    // Nothing of hers is left, whoever was first.
    expect((await group.read()).lines).toEqual([]);
  },
  'lock and join': async ({ both }) => {
    const group = await Group.open(system, ['Ada']);
    const [locked, joined] = await both(
      () => group.host.who.call('PATCH', group.path(), { body: { isLocked: true } }),
      () => new Visitor(system.url).post('/api/tabs/join', { code: group.host.tab.joinCode, name: 'Ben' }),
    );
    expect(codeOf(locked)).toBe('ok');
    expect(['ok', 'tab_locked']).toContain(codeOf(joined));
    expect((await group.read()).participants.length).toBe(codeOf(joined) === 'ok' ? 2 : 1);
  },
};

describe(`two at once (TABS_SEED=${SEED})`, () => {
  const failures = new Map<string, string[]>();
  beforeAll(async () => {
    const only = setting('TABS_RACE');
    const plays = Object.keys(RACES)
      .filter((name) => only === undefined || name === only)
      .flatMap((name) => Array.from({ length: TIMES }, () => name));
    await playAll([...plays.entries()], AT_ONCE, async ([number, name]) => {
      const random = createRandom(SEED * 1000 + number);
      const both: Race['both'] = (one, other) => {
        const soon = async <T>(ask: () => Promise<T>) => {
          await delay(random.pick([0, 0, random.between(0, 4), random.between(0, 25)]));
          return ask();
        };
        return Promise.all([soon(one), soon(other)]);
      };
      try {
        await RACES[name]!({ random, both });
      } catch (error) {
        failures.set(name, [...(failures.get(name) ?? []), String(error)]);
      }
    });
  }, 600_000);

  test.each(Object.keys(RACES))('%s', (name) => {
    expect(failures.get(name) ?? []).toEqual([]);
  });
});
