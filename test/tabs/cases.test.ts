import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Order } from '../../domain/contract/orders.ts';
import { PlacedOrder } from '../harness/buyer.ts';
import { startSystem, type System } from '../harness/system.ts';
import { addProduct } from '../setup/menu.ts';
import { amountsOf, joinTab, secretOf } from '../setup/tabs.ts';
import { Visitor } from '../setup/visitor.ts';
import { codeOf, Group } from './groups.ts';

/*
 * Cases from the field: what people who run bars, tables and group orders reported of other systems. Others of the same
 * kinds are played at random (model.test.ts) and at the same instant (races.test.ts).
 */

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

/** Puts a product of this price on the menu and returns its variant. */
async function priced(unitAmount: number): Promise<string> {
  const { variants } = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount, available: 1000 }],
  });
  return variants[0]!.id;
}

/** What each person owes of a round, in the order of joining. */
const owed = ({ people }: Group, { shares }: Order) => amountsOf(shares, people);
const descending = (amounts: readonly number[]) => amounts.toSorted((left, right) => right - left);

test('10000 evenly by 3: 3334, 3333, 3333, and each receipt has exactly its part', async () => {
  const group = await Group.open(system, ['Ada', 'Ben', 'Cleo']);
  await group.add(group.host, await priced(10_000));
  const order = await group.sent({ kind: 'even' });
  expect(descending(owed(group, order))).toEqual([3334, 3333, 3333]);
  for (const { amount, allocations } of order.shares)
    expect(allocations).toEqual([{ lineId: order.lines[0]!.id, amount }]);
  for (const one of group.people) expect(codeOf(await group.pay(one, order))).toBe('ok');
  expect((await group.order(order.id)).shares.map(({ amount }) => amount).toSorted()).toEqual([
    3333, 3333, 3334,
  ]);
});

test('2 evenly by 4: 1, 1, 0, 0; nobody owes less than 0, and who owes 0 holds nobody up', async () => {
  const group = await Group.open(system, ['Ada', 'Ben', 'Cleo', 'Dua']);
  const lines = [await group.add(group.host, await priced(50)), await group.add(group.host, await priced(2))];
  const even = await group.host.who.post(group.path('/rounds/preview'), {
    ...{ lineIds: [lines[1]], split: { kind: 'even' } },
  });
  const parts = even.body.shares.map(({ amount }: { amount: number }) => amount);
  expect(descending(parts)).toEqual([1, 1, 0, 0]);
  const amounts = [group.people[0]!, group.people[1]!, group.people[2]!, group.people[3]!].map(
    ({ participantId }, index) => ({ participantId, amount: index === 0 ? 52 : 0 }),
  );
  const order = await group.sent({ kind: 'custom', amounts });
  expect(codeOf(await group.pay(group.host, order))).toBe('ok');
  await new PlacedOrder(system, system.agent, order.id).untilStatus('confirmed');
});

test('custom amounts that are 1 too many are refused with by how much, and nothing is sent', async () => {
  const group = await Group.open(system, ['Ada', 'Ben', 'Cleo', 'Dua', 'Eve']);
  await group.add(group.host, await priced(52_434));
  const wanted = [11_011, 20_974, 10_487, 8_914, 1_049];
  const split = {
    kind: 'custom' as const,
    amounts: group.people.map(({ participantId }, index) => ({ participantId, amount: wanted[index]! })),
  };
  const preview = await group.host.who.post(group.path('/rounds/preview'), { split });
  expect(preview.body.differenceAmount).toEqual(1);
  expect(codeOf(await group.send(split))).toBe('split_mismatch');
  expect((await group.read()).rounds).toEqual([]);
  split.amounts[1]!.amount -= 1;
  expect(owed(group, await group.sent(split))).toEqual([11_011, 20_973, 10_487, 8_914, 1_049]);
});

test('one weight of a shared dish changed from 1 to 2 leaves the others, and opens again as 2, 1, 1, 1', async () => {
  const group = await Group.open(system, ['Ada', 'Ben', 'Cleo', 'Dua']);
  const ids = group.people.map(({ participantId }) => participantId);
  const even = ids.map((participantId) => ({ participantId, weight: 1 }));
  const lineId = await group.add(group.host, await priced(1000), { sharedBetween: even });
  const changed = even.map((one, index) => ({ ...one, weight: index === 0 ? 2 : 1 }));
  await group.host.who.call('PATCH', group.path(`/lines/${lineId}`), {
    body: { ifVersion: 1, sharedBetween: changed },
  });
  expect((await group.read()).lines[0]!.sharedBetween).toEqual(changed);
  expect(owed(group, await group.sent())).toEqual([400, 200, 200, 200]);
});

test('even, but her steak is hers; of two lines of one product, only the chosen one is hers', async () => {
  const group = await Group.open(system, ['Ada', 'Ben', 'Cleo', 'Dua']);
  const dish = await priced(600);
  const hers = await group.add(group.host, dish, { note: 'rare' });
  await group.add(group.people[1]!, dish, { note: 'well done' });
  await group.add(group.people[2]!, dish);
  expect(owed(group, await group.sent({ kind: 'even', except: [hers] }))).toEqual([900, 300, 300, 300]);
});

test('two waiters and a guest fill one tab at once: all of it is there', async () => {
  const group = await Group.open(system, ['Ada']);
  const [beer, food] = [await priced(450), await priced(1200)];
  const participantId = group.host.participantId;
  const adds = [beer, beer, food].map((variantId) =>
    system.agent.post(group.path('/lines'), { variantId, quantity: 1, participantId }),
  );
  const codes = (await Promise.all([...adds, group.add(group.host, food).then(() => undefined)])).map(
    (reply) => reply && codeOf(reply),
  );
  expect(codes).toEqual(['ok', 'ok', 'ok', undefined]);
  expect((await group.read()).basketAmount).toBe(3300);
});

test('the invitation opened again by who is in is no second seat and no form; the host comes back to a locked tab', async () => {
  const group = await Group.open(system, ['Ada', 'Ben']);
  const [host, ben] = [group.people[0]!, group.people[1]!];
  await host.who.call('PATCH', group.path(), { body: { isLocked: true } });
  for (const { who, participantId, guestToken } of [host, ben]) {
    for (const phone of [who, withToken(guestToken!)]) {
      const again = await phone.post('/api/tabs/join', { secret: secretOf(host.tab) });
      expect([codeOf(again), again.body.participant?.id]).toEqual(['ok', participantId]);
    }
  }
  expect((await group.read()).participants.length).toBe(2);
});

/** Her phone after a restart, or another browser of it: it has the token alone. */
function withToken(guestToken: string): Visitor {
  const phone = new Visitor(system.url);
  phone.guestToken = guestToken;
  return phone;
}

test('a host who eats nothing opens the tab, shares the link and owes nothing; a second round has only what is new', async () => {
  const group = await Group.open(system, ['Ada', 'Ben']);
  const ben = group.people[1]!;
  const [tea, cake] = [await priced(350), await priced(500)];
  await group.add(ben, tea);
  const first = await group.sent();
  expect(owed(group, first)).toEqual([0, 350]);
  expect(codeOf(await group.pay(ben, first))).toBe('ok');
  const late = await joinTab(new Visitor(system.url), group.host, { name: 'Cleo' });
  await group.add(late, cake);
  const second = await group.sent();
  expect(second.lines.map(({ variantId }) => variantId)).toEqual([cake]);
  expect(codeOf(await group.pay(late, second))).toBe('ok');
  const { rounds } = await group.read();
  expect(rounds.map(({ number, totalAmount }) => [number, totalAmount])).toEqual([
    [1, 350],
    [2, 500],
  ]);
});
