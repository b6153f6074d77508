/** Moving and merging tabs, over HTTP, with a real worker. */

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { query, run } from '../../db/sql.ts';
import type { SpotForStaff } from '../../domain/contract/places.ts';
import type { Order } from '../../domain/contract/orders.ts';
import { orderWorkflowId } from '../../temporal/orders/messages.ts';
import { TAB_ID } from '../../temporal/search-attributes.ts';
import { startTabSystem, type TabSystem } from '../../test/harness/tab-system.ts';
import { until } from '../../test/harness/until.ts';
import { addProduct } from '../../test/setup/menu.ts';
import { changeSettings } from '../../test/setup/shop-settings.ts';
import { refusalOf, type Seated } from '../../test/setup/tabs.ts';
import { Screen } from '../../test/setup/tab-screen.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';
import { Group } from '../../test/tabs/groups.ts';

let shop: TabSystem;
let manager: Visitor;
beforeAll(async () => {
  shop = await startTabSystem();
  manager = new Visitor(shop.system.url);
  await signUp(manager, shop.system.databases, 'manager');
});
afterAll(() => shop?.system.stop());

const codeOf = ({ url }: SpotForStaff) => url.slice(url.lastIndexOf('/') + 1);

async function addSpot(label: string): Promise<SpotForStaff> {
  return (await manager.command('/api/spots', { kind: 'table', label })).body.spot as SpotForStaff;
}

/** A group at a spot, whose tab is settled after. */
async function seatAt(spot: SpotForStaff, ...names: string[]): Promise<Group> {
  return Group.openAfter(shop.system, names, { spotCode: codeOf(spot) });
}

const move = (group: Pick<Group, 'path'>, body: object, key: string = randomUUID()) =>
  shop.system.agent.post(group.path('/move'), body, { key });

/** All that a move must leave alone. */
async function moneyAndStock(): Promise<unknown> {
  const { orders, catalog } = shop.system.databases;
  const rows = await query(
    orders.em.fork(),
    sql`select (select json_agg(l order by l::text) from ledger_entries l) as ledger,
          (select json_agg(p order by p.id) from payments p) as payments,
          (select json_agg(s order by s.id) from shares s) as shares,
          (select json_agg(l order by l.id) from lines l) as lines`,
  );
  const stock = await query(
    catalog.em.fork(),
    sql`select json_agg(v order by v.id) as stock, (select json_agg(h order by h::text) from holds h) as holds from variants v`,
  );
  return JSON.stringify([rows, stock]);
}

describe('a tab moves', () => {
  test('19, 23: every running ticket says the new place and the old one at once; no stock and no payment is touched', async () => {
    const [one, two] = [await addSpot('Move 1'), await addSpot('Move 2')];
    const group = await seatAt(one, 'Ada', 'Ben');
    const [ada, ben] = group.people as [Seated, Seated];
    const first = await group.orderLines(ada, [shop.menu.tea]);
    await shop.system.agent.command(`/api/orders/${first.id}/advance`, { to: 'preparing' });
    const second = await group.orderLines(ben, [shop.menu.steak]);
    const over = await group.orderLines(ben, [shop.menu.pizza]);
    for (const to of ['preparing', 'ready', 'completed'])
      await shop.system.agent.command(`/api/orders/${over.id}/advance`, { to });
    const claim = await group.payPart(ben, { kind: 'mine' }, { paymentMethodId: undefined });
    expect(claim.status).toBe(201);
    const screen = await Screen.open(ada);
    const board = await shop.system.agent.connect();
    await board.emitWithAck('board:watch', {});
    const told: { id: string; place: unknown; movedFrom: unknown }[] = [];
    board.on('board:changed', ({ orders }: { orders: typeof told }) => void told.push(...orders));

    const before = await moneyAndStock();
    const key = randomUUID();
    const moved = await move(group, { spotId: two.id }, key);
    expect(moved).toMatchObject({ status: 200, body: { tab: { spot: { id: two.id, label: 'Move 2' } } } });
    const { version } = moved.body.tab;
    for (const again of [await move(group, { spotId: two.id }, key), await move(group, { spotId: two.id })])
      expect(again).toMatchObject({ status: 200, body: { tab: { version } } });
    expect(refusalOf(await move(group, { spotId: one.id }, key))).toEqual([409, 'idempotency_conflict']);

    for (const [{ id }, status] of [
      [first, 'preparing'],
      [second, 'confirmed'],
    ] as const) {
      expect(await group.order(id)).toMatchObject({
        ...{ status, place: { label: 'Move 2' }, movedFrom: { label: 'Move 1' } },
      });
      const events = (await shop.system.agent.get(`/api/orders/${id}/events`)).body.items;
      expect(events.filter(({ type }: { type: string }) => type === 'moved')).toHaveLength(1);
    }
    expect(await group.order(over.id)).toMatchObject({ place: { label: 'Move 1' }, movedFrom: null });
    expect(await moneyAndStock()).toBe(before);
    await until('the board to say it', () =>
      [first, second].every(({ id }) =>
        told.some(
          (card) => card.id === id && (card.movedFrom as { label?: string } | null)?.label === 'Move 1',
        ),
      ),
    );
    await until('the screen to follow', () => screen.tab.spot?.id === two.id);
    expect(screen.changes.filter(({ type }) => type === 'moved')).toHaveLength(1);
    screen.socket.close();
    board.close();

    // The old table is free, and this one is taken.
    const stranger = new Visitor(shop.system.url);
    expect((await stranger.get(`/api/spots/${codeOf(one)}`)).body).toMatchObject({ hasTab: false });
    expect((await stranger.get(`/api/spots/${codeOf(two)}`)).body).toMatchObject({
      hasTab: true,
      tabId: null,
    });
    // The next round goes to the new table, and has not moved.
    const third = await group.orderLines(ada, [shop.menu.tea]);
    expect(third).toMatchObject({ place: { label: 'Move 2' }, movedFrom: null });

    const others = await seatAt(one, 'Cleo');
    expect(await move(group, { spotId: one.id })).toMatchObject({
      status: 409,
      body: { error: { code: 'spot_taken', details: { tabId: others.id, mayMerge: true } } },
    });
    const paidBefore = await Group.open(shop.system, ['Dua']);
    expect((await move(paidBefore, { spotId: one.id })).body.error.details).toMatchObject({
      mayMerge: false,
    });
    expect(refusalOf(await move(group, {}))).toEqual([400, 'invalid_request']);
    expect(refusalOf(await move(group, { spotId: randomUUID() }))).toEqual([400, 'invalid_request']);
  });

  test('by its host, to where the shop has people order together; then it takes nobody’s seat', async () => {
    const [one, two] = [await addSpot('Host 1'), await addSpot('Host 2')];
    const group = await Group.open(shop.system, ['Ada', 'Ben'], { spotCode: codeOf(one) });
    const [ada, ben] = group.people as [Seated, Seated];
    await group.add(ada, shop.menu.tea);
    const round = await group.sent();
    const there = { spotId: two.id };
    expect(refusalOf(await ben.who.post(group.path('/move'), there))).toEqual([403, 'forbidden']);
    expect(
      (await ada.who.call('PATCH', group.path(), { body: { place: there, title: 'Friday' } })).status,
    ).toBe(200);
    expect(await group.order(round.id)).toMatchObject({
      ...{ status: 'awaiting_payment', place: { label: 'Host 2' }, movedFrom: { label: 'Host 1' } },
    });
    const types = (await ada.who.get(group.path('/events'))).body.items.map(
      ({ type }: { type: string }) => type,
    );
    expect(types.slice(-2)).toEqual(['moved', 'settings_changed']);
    const taken = async (...spots: SpotForStaff[]) =>
      Promise.all(
        spots.map(
          async (spot) => (await new Visitor(shop.system.url).get(`/api/spots/${codeOf(spot)}`)).body.hasTab,
        ),
      );
    expect(await taken(one, two)).toEqual([false, false]);
    // Who scans the code sits there, and needs a free spot.
    const byCode = (spot: SpotForStaff, who: Seated = ada) =>
      who.who.post(group.path('/move'), { spotCode: codeOf(spot) });
    expect(refusalOf(await byCode(one, ben))).toEqual([403, 'forbidden']);
    expect((await byCode(one)).body.tab.spot.id).toBe(one.id);
    expect(await taken(one, two)).toEqual([true, false]);
    await Group.open(shop.system, ['Cleo'], { spotCode: codeOf(two) });
    const { status, body } = await byCode(two);
    expect([status, body.error]).toMatchObject([409, { code: 'spot_taken' }]);
    expect(body.error.details).toBeUndefined();
    expect(refusalOf(await ada.who.post(group.path('/move'), { spotCode: 'ZZZZZZZZZZZZ' }))).toEqual([
      404,
      'not_found',
    ]);
    expect((await ada.who.post(group.path('/move'), { spotId: two.id })).status).toBe(200);
    await changeSettings(shop.system, { tabsAtTables: 'alone' });
    expect(refusalOf(await ada.who.post(group.path('/move'), { spotId: one.id }))).toEqual([
      409,
      'alone_only',
    ]);
    expect((await move(group, { spotId: one.id })).body.tab.spot.id).toBe(one.id);
    await changeSettings(shop.system, { tabsAtTables: 'before' });
    expect((await group.pay(ada, round)).status).toBe(200);
  });

  test('of many moves to one free table one succeeds, with openings and rounds in between', async () => {
    const target = await addSpot('Race');
    const groups = [];
    for (const label of ['Race 1', 'Race 2', 'Race 3'])
      groups.push(await seatAt(await addSpot(label), 'Ada'));
    for (const group of groups) await group.add(group.host, shop.menu.tea);
    const replies = await Promise.all([
      ...groups.map((group) => move(group, { spotId: target.id })),
      new Visitor(shop.system.url).post('/api/tabs', { name: 'Eve', spotCode: codeOf(target) }),
      ...groups.map((group) => group.send()),
    ]);
    const [atTarget, sent] = [replies.slice(0, 4), replies.slice(4)];
    expect(atTarget.filter(({ status }) => status < 300)).toHaveLength(1);
    for (const reply of atTarget)
      if (reply.status >= 300) expect(refusalOf(reply)).toEqual([409, 'spot_taken']);
    for (const [index, { body }] of sent.entries()) {
      const { place } = await groups[index]!.read();
      const { order: round } = body;
      expect((await groups[index]!.confirmed(round.id as string)).place).toEqual(place);
    }
  });
});

const merge = (from: Pick<Group, 'path'>, into: Pick<Group, 'id'>) =>
  shop.system.agent.post(from.path('/merge'), { intoTabId: into.id });

/** What the kitchen has of these orders, without where they go. */
async function tickets(orders: readonly Pick<Order, 'id'>[]): Promise<object[]> {
  const now = await Promise.all(orders.map(({ id }) => shop.system.agent.get(`/api/orders/${id}`)));
  return now.map(({ body: { order: one } }) => ({
    ...{ id: one.id, number: one.number, status: one.status, lines: one.lines, totalAmount: one.totalAmount },
  }));
}

describe('a tab is merged into another', () => {
  test('16, 17, 18: all is owed together and stays as it was in the kitchen; its people are led to the other tab, also live', async () => {
    const [one, two] = [await addSpot('Merge 1'), await addSpot('Merge 2')];
    const [first, second] = [await seatAt(one, 'Mia', 'Ben'), await seatAt(two, 'Mia', 'Cleo')];
    const [mia, ben] = first.people as [Seated, Seated];
    const [otherMia, cleo] = second.people as [Seated, Seated];
    const rounds = [
      await first.orderLines(mia, [shop.menu.tea, { quantity: 2 }]),
      await second.orderLines(otherMia, [shop.menu.tea, { quantity: 3 }], [shop.menu.steak]),
    ];
    const { databases } = shop.system;
    const cola = (
      await addProduct(databases, { name: 'Cola', variants: [{ name: '', unitAmount: 500, available: 9 }] })
    ).variants[0]!.id;
    const colas = [await first.orderLines(ben, [cola])];
    await run(databases.catalog.em.fork(), sql`update variants set unit_amount = 400 where id = ${cola}`);
    colas.push(await second.orderLines(cleo, [cola]));
    await second.add(cleo, shop.menu.pizza);
    expect((await second.payPart(cleo, { kind: 'mine' })).status).toBe(201);
    const claim = await second.payPart(otherMia, { kind: 'mine' }, { paymentMethodId: undefined });
    const screen = await Screen.open(cleo);
    const before = [await tickets([...rounds, ...colas]), await first.read(), await second.read()] as const;
    const merged = await merge(second, first);
    expect(merged.status).toBe(200);
    await until('operators find what is on its way by the tab that it is in', async () => {
      const found = [rounds[1]!, colas[1]!, claim.body.order].map(async ({ id }) => {
        const workflow = shop.system.temporal.workflow.getHandle(orderWorkflowId(id));
        return (await workflow.describe()).typedSearchAttributes.get(TAB_ID);
      });
      return (await Promise.all(found)).every((tabId) => tabId === first.id);
    });
    const tab = await first.read();
    expect(await tickets([...rounds, ...colas])).toEqual(before[0]);
    expect(tab.totalAmount).toBe(before[1].totalAmount + before[2].totalAmount);
    expect(tab.totalAmount).toBe(5 * 350 + 600 + 900);
    expect(tab).toMatchObject({ paidAmount: 400, owedAmount: tab.totalAmount - 400, status: 'open' });
    expect(tab.rounds.map(({ orderId, number }) => [orderId, number])).toEqual([
      ...[rounds[0]!, colas[0]!].map(({ id }, index) => [id, index + 1]),
      ...[rounds[1]!, colas[1]!].map(({ id }, index) => [id, index + 3]),
    ]);
    expect(tab.participants.map(({ name }) => name)).toEqual(['Mia', 'Ben', 'Mia 2', 'Cleo']);
    expect(tab.claims).toMatchObject([{ participantId: otherMia.participantId, amount: 1650 }]);
    expect(tab.lines).toMatchObject([{ participantId: cleo.participantId, amount: 1000 }]);
    for (const { id } of [rounds[1]!, colas[1]!])
      expect(await first.order(id)).toMatchObject({
        ...{ tab: { id: first.id }, place: { label: 'Merge 1' }, movedFrom: { label: 'Merge 2' } },
      });

    // Her old page leads her on, by the same token.
    const old = (await cleo.who.get(second.path())).body;
    expect(old.tab).toMatchObject({
      ...{ status: 'closed', mergedInto: first.id, joinCode: null, owedAmount: 0, rounds: [], lines: [] },
    });
    expect((await cleo.who.get(first.path())).body.viewer).toMatchObject({
      ...{ participantId: cleo.participantId, isHost: false },
    });
    await until('the open page to hear of it', () => screen.tab.mergedInto === first.id);
    expect(screen.changes.at(-1)).toMatchObject({ type: 'merged_into' });
    screen.socket.close();
    expect(refusalOf(await mia.who.get(second.path()))).toEqual([404, 'not_found']);
    expect(refusalOf(await cleo.who.post(second.path('/rounds'), {}))).toEqual([409, 'tab_ended']);
    const stranger = new Visitor(shop.system.url);
    expect((await stranger.get(`/api/spots/${codeOf(two)}`)).body.hasTab).toBe(false);
    const byCode = await stranger.post('/api/tabs/join', { code: cleo.tab.joinCode, name: 'Eve' });
    expect(refusalOf(byCode)).toEqual([404, 'not_found']);

    // What was set aside is paid in the other tab, and everybody can go on there.
    const { order: settlement, share } = claim.body;
    const paid = await otherMia.who.post(`/api/orders/${settlement.id}/shares/${share.id}/pay`, {
      paymentMethodId: 'pm_card_visa',
    });
    expect(paid.status).toBe(200);
    await first.orderLines(cleo);
    expect((await first.payPart(mia, { kind: 'rest' })).status).toBe(201);
    expect(await first.read()).toMatchObject({ owedAmount: 0, claims: [], owed: [] });

    // Nothing more happens if it is asked again.
    const { version } = await first.read();
    expect((await merge(second, first)).body.tab).toMatchObject({ id: first.id, version });
    expect((await second.read()).version).toBe(old.tab.version);
  });

  test('only if both are settled alike and run, there is room, and nothing has to be paid before it is made', async () => {
    const after = await Group.openAfter(shop.system, ['Ada']);
    const [before, unpaid] = [
      await Group.open(shop.system, ['Ben']),
      await Group.open(shop.system, ['Cleo']),
    ];
    expect(refusalOf(await merge(before, after))).toEqual([409, 'tabs_differ']);
    expect(refusalOf(await merge(after, after))).toEqual([400, 'invalid_request']);
    expect(refusalOf(await merge(after, { id: randomUUID() }))).toEqual([404, 'not_found']);
    const byHost = await after.host.who.post(after.path('/merge'), { intoTabId: before.id });
    expect(refusalOf(byHost)).toEqual([401, 'unauthenticated']);
    await unpaid.add(unpaid.host, shop.menu.tea);
    const round = await unpaid.sent();
    expect((await merge(unpaid, before)).body.error).toMatchObject({
      ...{ code: 'illegal_transition', details: { reason: 'being_paid' } },
    });
    expect((await unpaid.pay(unpaid.host, round)).status).toBe(200);
    await unpaid.confirmed(round.id);
    expect((await merge(unpaid, before)).body.tab.rounds).toHaveLength(1);
    expect(refusalOf(await merge(unpaid, after))).toEqual([409, 'tab_ended']);
    // One tab after the other, and each leads on.
    const third = await Group.open(shop.system, ['Dua']);
    expect((await merge(before, third)).status).toBe(200);
    expect((await unpaid.host.who.get(unpaid.path())).body.tab.mergedInto).toBe(before.id);
    expect((await unpaid.host.who.get(third.path())).status).toBe(200);
    expect(refusalOf(await merge(third, before))).toEqual([409, 'tab_ended']);
  });

  test('while people send, pay, pay in cash, join, move and close: nothing is lost or paid twice', async () => {
    const [one, two] = [await addSpot('Both 1'), await addSpot('Both 2')];
    const [first, second] = [await seatAt(one, 'Ada', 'Ben'), await seatAt(two, 'Cleo', 'Dua')];
    const [cleo, dua] = second.people as [Seated, Seated];
    await first.orderLines(first.host, [shop.menu.steak]);
    await second.orderLines(cleo, [shop.menu.pizza], [shop.menu.tea]);
    await second.orderLines(dua, [shop.menu.tea]);
    await second.add(dua, shop.menu.steak);
    await second.add(cleo, shop.menu.tea);
    const replies = await Promise.all([
      second.payPart(cleo, { kind: 'mine' }),
      merge(second, first),
      second.payInCash(dua, { kind: 'mine' }),
      dua.who.post(second.path('/rounds'), {}),
      move(second, { place: { kind: 'table', label: 'Away' } }),
      merge(first, second),
      new Visitor(shop.system.url).post('/api/tabs/join', { code: cleo.tab.joinCode, name: 'Eve' }),
      first.payPart(first.host, { kind: 'rest' }),
      second.payPart(dua, { kind: 'amount', amount: 100 }, { paymentMethodId: undefined }),
    ]);
    for (const { status, body } of replies)
      expect([200, 201, 404, 409], JSON.stringify(body.error)).toContain(status);
    const [left] = (await Promise.all([first.read(), second.read()])).filter(
      (tab) => tab.mergedInto === null,
    );
    expect(left).toBeDefined();
    await until('the rounds to be in the kitchen', async () => {
      const { body } = await shop.system.agent.get(`/api/tabs/${left!.id}`);
      return body.tab.rounds.every(({ status }: { status: string }) => status === 'confirmed');
    });
    const { participants, lines, rounds } = (await shop.system.agent.get(`/api/tabs/${left!.id}`)).body.tab;
    expect(participants.length).toBeGreaterThanOrEqual(4);
    expect([3, 4]).toContain(rounds.length);
    expect(lines.length).toBeLessThanOrEqual(2);
  });
});
