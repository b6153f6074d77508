/** The basket of a tab and its rounds over HTTP, with a real worker: what a group orders and pays. */

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Order } from '../../domain/contract/orders.ts';
import type { Tab } from '../../domain/contract/tabs.ts';
import { addLines } from '../../db/orders/tabs/basket.ts';
import { partOfPayer } from '../../domain/payer-receipt.ts';
import { TAB_LIMITS } from '../../domain/tab.ts';
import { expectSumsAgree } from '../../test/harness/odd-sums.ts';
import type { System } from '../../test/harness/system.ts';
import { startTabSystem, type TabSystem } from '../../test/harness/tab-system.ts';
import { basketLine } from '../../test/harness/tabs.ts';
import { until } from '../../test/harness/until.ts';
import { addProduct } from '../../test/setup/menu.ts';
import {
  addLine,
  amountsOf,
  at,
  changeLine,
  joinTab,
  openTab,
  readTab,
  refusalOf,
  seatGroup,
  secretOf,
  type Seated,
} from '../../test/setup/tabs.ts';
import { Screen, withoutPresence } from '../../test/setup/tab-screen.ts';
import { Visitor } from '../../test/setup/visitor.ts';
import { watchOrder, type WatchedOrder } from '../../test/setup/watched-order.ts';

let tabs: TabSystem;
let system: System;
let agent: Visitor;
let tea: string;
let steak: string;
let pizza: string;
let rare: string;

beforeAll(async () => {
  tabs = await startTabSystem();
  ({ system } = tabs);
  ({ agent } = system);
  ({ tea, steak, pizza, rare } = tabs.menu);
});
afterAll(async () => {
  await system?.stop();
});

describe('the basket', () => {
  test('loses no change when two edit at once', async () => {
    const [host, mia] = (await seatGroup(system.url, ['Ada', 'Mia'])) as [Seated, Seated];
    const line = await addLine(mia, tea, { note: 'hot' });
    const both = await Promise.all([
      changeLine(host, line.id, { ifVersion: 1, quantity: 3 }),
      changeLine(mia, line.id, { ifVersion: 1, note: 'iced' }),
    ]);
    expect(both.map(({ status }) => status).toSorted()).toEqual([200, 409]);
    const refused = both.find(({ status }) => status === 409)!.body.error;
    const now = (await readTab(host)).lines[0]!;
    expect(refused).toMatchObject({ code: 'version_conflict', details: { line: now } });
    // Whoever was second looks at it, and says it again.
    const again = now.note === 'iced' ? { quantity: 3 } : { note: 'iced' };
    const mended = await changeLine(mia, line.id, { ifVersion: now.version, ...again });
    expect(mended.body.tab.lines[0]).toMatchObject({ quantity: 3, note: 'iced', amount: 1050, version: 3 });

    // Two waiters add to one table; all of it is there.
    const adds = [1, 2, 3, 4].map(() =>
      agent.post(at(host, '/lines'), { variantId: tea, quantity: 1, participantId: mia.participantId }),
    );
    await Promise.all(adds);
    expect((await readTab(host)).lines.length).toBe(5);
    // The same key adds once; with another body it is refused.
    const key = crypto.randomUUID();
    const body = { variantId: steak, quantity: 1 };
    await Promise.all([1, 2].map(() => mia.who.post(at(mia, '/lines'), body, { key })));
    expect((await readTab(host)).lines.length).toBe(6);
    const other = await mia.who.post(at(mia, '/lines'), { ...body, quantity: 2 }, { key });
    expect(refusalOf(other)).toEqual([409, 'idempotency_conflict']);
    // Removed by the version in the query or in the body, and again.
    for (const [sent, status] of [
      [{ path: '?ifVersion=2' }, 409],
      [{ path: '' }, 400],
      [{ path: '', body: { ifVersion: 3 } }, 200],
      [{ path: '?ifVersion=3' }, 200],
    ] as const) {
      const options = 'body' in sent ? { body: sent.body } : {};
      const reply = await mia.who.call('DELETE', at(mia, `/lines/${line.id}${sent.path}`), options);
      expect(reply.status, JSON.stringify(sent)).toBe(status);
    }
    expect((await changeLine(host, line.id, { ifVersion: 3, quantity: 1 })).status).toBe(404);
  });

  test('shares a line by weights, opens with them again, and lets people step out', async () => {
    const people = await seatGroup(system.url, ['Ada', 'Mia', 'Bob', 'Zoe']);
    const [host, mia, bob, zoe] = people as [Seated, Seated, Seated, Seated];
    const sharedBetween = people.map(({ participantId }) => ({ participantId }));
    const line = await addLine(mia, steak, { quantity: 2, sharedBetween });
    expect(line.sharedBetween.map(({ weight }) => weight)).toEqual([1, 1, 1, 1]);
    const weighed = sharedBetween.map((sharer, index) => ({ ...sharer, weight: index === 0 ? 2 : 1 }));
    const changed = await changeLine(mia, line.id, { ifVersion: 1, sharedBetween: weighed });
    expect(changed.body.tab.lines[0].sharedBetween).toEqual(weighed);
    expect(amountsOf(changed.body.tab.parts, people)).toEqual([480, 240, 240, 240]);
    // Somebody else's line is not hers to change, but to step out of.
    expect((await changeLine(bob, line.id, { ifVersion: 2, quantity: 1 })).status).toBe(403);
    const left = await bob.who.post(at(bob, `/lines/${line.id}/leave`));
    expect(amountsOf(left.body.tab.parts, people)).toEqual([600, 300, 0, 300]);
    const twice = [host, host].map(({ participantId }) => ({ participantId }));
    const repeated = await changeLine(mia, line.id, { ifVersion: 3, sharedBetween: twice });
    expect(repeated.body.error.details[0]).toMatchObject({
      path: ['sharedBetween', 1, 'participantId'],
      code: 'repeated_person',
    });
    const absent = [{ participantId: crypto.randomUUID() }];
    expect((await changeLine(mia, line.id, { ifVersion: 3, sharedBetween: absent })).status).toBe(404);
    for (const who of [host, mia]) await who.who.post(at(who, `/lines/${line.id}/leave`));
    expect(refusalOf(await zoe.who.post(at(zoe, `/lines/${line.id}/leave`)))).toEqual([
      409,
      'illegal_transition',
    ]);
  });

  test('keeps to the limit per person, and says what it is', async () => {
    const [host, mia] = (await seatGroup(system.url, ['Ada', 'Mia'], { spendingLimit: 700 })) as [
      Seated,
      Seated,
    ];
    await addLine(mia, steak);
    const over = await mia.who.post(at(mia, '/lines'), { variantId: tea, quantity: 1 });
    expect(refusalOf(over)).toEqual([409, 'over_spending_limit']);
    expect(over.body.error.details).toMatchObject({
      participantId: mia.participantId,
      amount: 950,
      limit: 700,
    });
    expect((await readTab(host)).basketAmount).toBe(600);
  });
});

describe('a round', () => {
  const send = (host: Seated, body: object = {}, key = crypto.randomUUID()) =>
    host.who.post(at(host, '/rounds'), body, { key });
  const orderOf = async (who: Seated, { id }: { id: string }): Promise<Order> =>
    (await who.who.get(`/api/orders/${id}`)).body.order;
  const pay = (who: Seated, { id }: Order, shareId: string, card = 'pm_card_visa') =>
    who.who.post(`/api/orders/${id}/shares/${shareId}/pay`, { paymentMethodId: card });

  test('is previewed by every split, with the reason of each amount', async () => {
    const people = await seatGroup(system.url, ['Ada', 'Mia', 'Bob', 'Zoe']);
    const [host, mia, bob, zoe] = people as [Seated, Seated, Seated, Seated];
    const preview = async (split: object) => {
      const reply = await mia.who.post(at(mia, '/rounds/preview'), { split });
      return reply.body as { shares: { participantId: string; amount: number; parts: object[] }[] };
    };
    const hers = await addLine(mia, steak);
    const sharedBetween = people.map(({ participantId }) => ({ participantId }));
    const shared = await addLine(host, steak, { quantity: 2, sharedBetween });
    const own = await preview({ kind: 'own' });
    expect(own).toMatchObject({ totalAmount: 1800, differenceAmount: 0 });
    expect(amountsOf(own.shares, people)).toEqual([300, 900, 300, 300]);
    expect(own.shares.find((share) => share.participantId === mia.participantId)!.parts).toEqual([
      { lineId: hers.id, amount: 600, weight: 1, of: 1, forParticipantId: null },
      { lineId: shared.id, amount: 300, weight: 1, of: 4, forParticipantId: null },
    ]);
    // "Even, but her steak is hers."
    expect(amountsOf((await preview({ kind: 'even', except: [hers.id] })).shares, people)).toEqual([
      ...[300, 900, 300, 300],
    ]);
    expect(amountsOf((await preview({ kind: 'even' })).shares, people)).toEqual([450, 450, 450, 450]);
    const treat = await preview({ kind: 'treat', payerId: bob.participantId });
    expect(amountsOf(treat.shares, people)).toEqual([0, 0, 1800, 0]);
    // Custom amounts that are too much or too little.
    const custom = (...amounts: number[]) => ({
      kind: 'custom',
      amounts: amounts.map((amount, index) => ({ participantId: people[index]!.participantId, amount })),
    });
    expect(await preview(custom(900, 901))).toMatchObject({ totalAmount: 1800, differenceAmount: 1 });
    expect(await preview(custom(900, 890))).toMatchObject({ differenceAmount: -10 });
    expect(amountsOf((await preview(custom(1000, 500, 300))).shares, people)).toEqual([1000, 500, 300, 0]);
    const refused = await send(host, { split: custom(900, 901) });
    expect(refusalOf(refused)).toEqual([409, 'split_mismatch']);
    expect(refused.body.error.details.problem).toMatchObject({ differenceAmount: 1 });
    expect(refusalOf(await zoe.who.post(at(zoe, '/rounds')))).toEqual([403, 'forbidden']);
    expect((await readTab(host)).lines.length).toBe(2);
  });

  test('is sent once, paid by each on her own phone, and confirmed; later joiners read it; another follows', async () => {
    const people = await seatGroup(system.url, ['Ada', 'Mia', 'Bob']);
    const [host, mia, bob] = people as [Seated, Seated, Seated];
    const screen = await Screen.open(bob);
    // 10.00 for three: 3.34, 3.33, 3.33.
    const line = await addLine(host, rare, {
      sharedBetween: people.map(({ participantId }) => ({ participantId })),
    });
    await addLine(mia, tea);
    const outdated = await send(host, { expectedAmount: 1 });
    expect(refusalOf(outdated)).toEqual([409, 'version_conflict']);
    expect(outdated.body.error.details).toMatchObject({ totalAmount: 1350 });
    const shown = (await host.who.post(at(host, '/rounds/preview'))).body;
    const key = crypto.randomUUID();
    const sent = await Promise.all([1, 2, 3].map(() => send(host, { expectedAmount: 1350 }, key)));
    expect(sent.map(({ status }) => status)).toEqual([201, 201, 201]);
    expect(refusalOf(await send(host, {}, key))).toEqual([409, 'idempotency_conflict']);
    const { order, tab } = sent[0]!.body as { order: Order; tab: Tab };
    expect(new Set(sent.map(({ body }) => body.order.id)).size).toBe(1);
    expect(order).toMatchObject({ status: 'awaiting_payment', tab: { id: host.tab.id, round: 1 } });
    expect(amountsOf(order.shares, people)).toEqual(amountsOf(shown.shares, people));
    expect(amountsOf(order.shares, people).reduce((sum, amount) => sum + amount)).toBe(1350);
    expect(order.lines.map(({ id }) => id)).toContain(line.id);
    expect(tab).toMatchObject({ lines: [], totalAmount: 1350, owedAmount: 1350 });
    expect(tab.rounds).toMatchObject([{ orderId: order.id, number: 1, status: 'awaiting_payment' }]);
    await expect.poll(() => screen.tab.rounds.length).toBe(1);

    const late = await joinTab(new Visitor(system.url), host, { name: 'Late' });
    expect((await orderOf(late, order)).shares.map(({ card }) => card)).toEqual([null, null, null]);
    expect((await new Visitor(system.url).get(`/api/orders/${order.id}`)).status).toBe(404);
    // She follows it until she is removed, and hears nothing after.
    const follower = await late.who.connect();
    const heard: unknown[] = [];
    follower.on('order:changed', (change) => void heard.push(change));
    expect(await follower.emitWithAck('order:watch', { orderId: order.id })).toHaveProperty('order');
    await host.who.call('DELETE', at(host, `/participants/${late.participantId}`));
    const shareOf = (who: Seated) =>
      order.shares.find(({ participantId }) => participantId === who.participantId)!.id;
    expect((await pay(late, order, shareOf(mia))).status).toBe(404);
    expect((await pay(bob, order, shareOf(mia))).status).toBe(403);
    const declined = await pay(bob, order, shareOf(bob), 'pm_card_chargeDeclined');
    expect(refusalOf(declined)).toEqual([402, 'card_declined']);
    const sockets = await Promise.all(people.map(({ who }) => who.connect()));
    const [hosts, whole, bobs] = (await Promise.all(
      sockets.map((socket, index) => watchOrder(socket, order.id, { patches: index !== 1 })),
    )) as [WatchedOrder, WatchedOrder, WatchedOrder];
    // Who watches only the tab hears of what is no event of it: of the stock, and of a paid share.
    await expect.poll(() => screen.live.rounds[0]?.status).toBe('awaiting_payment');
    const { version } = screen.tab;
    expect((await pay(bob, order, shareOf(bob))).status).toBe(200);
    const part = order.shares.find(({ id }) => id === shareOf(bob))!.amount;
    await expect.poll(() => [screen.live.paidAmount, screen.live.owedAmount]).toEqual([part, 1350 - part]);
    expect([screen.tab.version, screen.tab.paidAmount]).toEqual([version, 0]);
    const paid = await Promise.all([host, mia].map((who) => pay(who, order, shareOf(who))));
    expect(paid.map(({ status }) => status)).toEqual([200, 200]);
    await expect.poll(async () => (await orderOf(mia, order)).status).toBe('confirmed');
    await expect.poll(() => screen.tab.rounds[0]?.status).toBe('confirmed');
    expect(heard).toEqual([]);
    follower.close();
    await until('all is paid', async () => (await readTab(host)).owedAmount === 0);
    expect((await readTab(host)).paidAmount).toBe(1350);
    // Every screen ends with the order as its person reads it; nobody but the host was told of another's card.
    for (const [index, watched] of [hosts, whole, bobs].entries()) {
      const stored = await orderOf(people[index]!, order);
      await expect.poll(watched.now).toEqual(stored);
      const first = watched.order.version + 1;
      expect(watched.versions()).toEqual(watched.changes.map((_, step) => first + step));
    }
    const toldOf = (watched: WatchedOrder) =>
      new Set(
        watched.changes
          .flatMap(({ order: all, patch }) => [...(all?.shares ?? []), ...(patch?.shares ?? [])])
          .flatMap(({ id, card }) => (card ? [id] : [])),
      );
    expect(toldOf(hosts)).toEqual(new Set(order.shares.map(({ id }) => id)));
    for (const [who, watched] of [
      [mia, whole],
      [bob, bobs],
    ] as const)
      expect(toldOf(watched)).toEqual(new Set([shareOf(who)]));
    expect(hosts.changes.concat(bobs.changes).filter((change) => change.order)).toEqual([]);
    // Who knows only versions is told of it with the next one.
    await expect.poll(() => screen.tab.paidAmount).toBe(1350);
    const read = withoutPresence(await readTab(bob));
    await expect.poll(() => withoutPresence(screen.live)).toEqual(read);
    for (const socket of sockets) socket.close();

    await addLine(bob, tea);
    const next = await send(host);
    expect(next.body.order.tab.round).toBe(2);
    // Who leaves keeps what she has paid, and nothing that came after.
    await mia.who.call('DELETE', at(mia, `/participants/${mia.participantId}`));
    expect((await mia.who.get(`/api/orders/${order.id}`)).status).toBe(200);
    screen.socket.close();
  });

  test('is put back into the basket when it is out of stock, with what is short, or taken back by the host', async () => {
    const [host, mia] = (await seatGroup(system.url, ['Ada', 'Mia'])) as [Seated, Seated];
    await addLine(mia, rare, { quantity: 3, note: 'thin' });
    const short = await send(host);
    expect(refusalOf(short)).toEqual([409, 'out_of_stock']);
    expect(short.body.error.details).toMatchObject([{ variantId: rare, requested: 3, name: 'Truffles' }]);
    const [back] = (await readTab(host)).lines;
    expect(back).toMatchObject({ quantity: 3, note: 'thin', participantId: mia.participantId });
    expect((await changeLine(mia, back!.id, { ifVersion: back!.version, variantId: tea })).status).toBe(200);

    await addLine(host, tea);
    const key = crypto.randomUUID();
    const { order } = (await send(host, {}, key)).body as { order: Order };
    expect((await readTab(host)).lines).toEqual([]);
    const hers = order.shares.find(({ participantId }) => participantId === mia.participantId)!;
    expect((await pay(mia, order, hers.id)).status).toBe(200);
    expect((await mia.who.post(`/api/orders/${order.id}/cancel`)).status).toBe(403);
    expect((await host.who.post(`/api/orders/${order.id}/cancel`)).status).toBe(200);
    expect(await orderOf(mia, order)).toMatchObject({ status: 'canceled', reason: 'taken_back' });
    const { lines, rounds, owedAmount } = await readTab(host);
    expect(lines).toMatchObject([
      { quantity: 3, variantId: tea, participantId: mia.participantId },
      { quantity: 1, variantId: tea, participantId: host.participantId },
    ]);
    expect(rounds.map(({ status }) => status)).toEqual(['rejected', 'canceled']);
    expect(owedAmount).toBe(0);
    // A repeat finds what has become of it.
    const again = await send(host, {}, key);
    expect([again.status, again.body.order]).toMatchObject([201, { id: order.id, status: 'canceled' }]);
  });

  test('has shares that others cover and that its host drops; nobody else’s changes', async () => {
    const people = await seatGroup(system.url, ['Ada', 'Mia', 'Bob', 'Zoe']);
    const [host, mia, bob, zoe] = people as [Seated, Seated, Seated, Seated];
    // 10.00 for all four, and a tea for each but Ada.
    await addLine(host, pizza, { sharedBetween: people.map(({ participantId }) => ({ participantId })) });
    for (const who of [mia, bob, zoe]) await addLine(who, tea);
    const { order } = (await send(host)).body as { order: Order };
    const shareOf = (who: Seated) =>
      order.shares.find(({ participantId }) => participantId === who.participantId)!;
    const change = (who: Seated, share: { id: string }, to: 'cover' | 'drop', key?: string) =>
      who.who.post(`/api/orders/${order.id}/shares/${share.id}/${to}`, {}, key === undefined ? {} : { key });
    expect((await pay(mia, order, shareOf(mia).id)).status).toBe(200);

    expect(refusalOf(await change(bob, shareOf(mia), 'cover'))).toEqual([409, 'illegal_transition']);
    expect(refusalOf(await change(host, shareOf(mia), 'drop'))).toEqual([409, 'illegal_transition']);
    expect(refusalOf(await change(mia, shareOf(zoe), 'drop'))).toEqual([403, 'forbidden']);
    const stranger = { ...zoe, who: new Visitor(system.url) };
    expect(refusalOf(await change(stranger, shareOf(zoe), 'cover'))).toEqual([404, 'not_found']);
    const key = crypto.randomUUID();
    const covered = await Promise.all([1, 2].map(() => change(mia, shareOf(bob), 'cover', key)));
    expect(covered.map(({ status }) => status)).toEqual([200, 200]);
    const dropped = await Promise.all([1, 2].map(() => change(host, shareOf(zoe), 'drop', key)));
    expect(dropped.map(({ status }) => status)).toEqual([200, 200]);

    const now = await orderOf(host, order);
    expect(now.totalAmount).toBe(order.totalAmount - 350);
    const owedBy = (id: string) => now.shares.find((share) => share.id === id)!;
    expect(owedBy(shareOf(bob).id)).toMatchObject({
      participantId: mia.participantId,
      ownerId: bob.participantId,
    });
    expect(owedBy(shareOf(zoe).id)).toMatchObject({ participantId: host.participantId, amount: 250 });
    for (const who of [host, mia]) expect(owedBy(shareOf(who).id).amount).toBe(shareOf(who).amount);
    expect((await readTab(zoe)).lines).toMatchObject([{ variantId: tea, participantId: zoe.participantId }]);

    // Whose share it was does not pay it any more; whoever took it over does.
    expect((await pay(bob, order, shareOf(bob).id)).status).toBe(403);
    const paid = [
      await pay(mia, order, shareOf(bob).id),
      await pay(host, order, shareOf(zoe).id),
      await pay(host, order, shareOf(host).id),
    ];
    expect(paid.map(({ status }) => status)).toEqual([200, 200, 200]);
    await expect.poll(async () => (await orderOf(zoe, order)).status).toBe('confirmed');
  });

  test('of fifty people with six lines each is paid by one who treats all, read by all, and refunded by lines', async () => {
    const { variants } = await addProduct(system.databases, {
      variants: [{ name: 'Regular', unitAmount: 300, available: 1000 }],
    });
    const variantId = variants[0]!.id;
    const names = Array.from({ length: TAB_LIMITS.people }, (_, index) => `Guest ${index + 1}`);
    const host = await openTab(new Visitor(system.url), { name: names[0]!, email: 'treats@guest.test' });
    const secret = secretOf(host.tab);
    const others = await Promise.all(
      names.slice(1).map((name) => joinTab(new Visitor(system.url), host, { secret, name })),
    );
    const people = [host, ...others];
    for (const { participantId } of people)
      await addLines(
        system.databases.orders,
        host.tab.id,
        { actor: 'participant', actorId: participantId },
        Array.from({ length: 6 }, () => basketLine(participantId, { variantId, unitAmount: 300 })),
      );
    expect(refusalOf(await host.who.post(at(host, '/lines'), { variantId, quantity: 1 }))).toEqual([
      409,
      'tab_full',
    ]);
    const split = { kind: 'treat', payerId: host.participantId };
    // A network of their own: all that its guests hold unpaid is counted together.
    const headers = { 'x-forwarded-for': '198.51.100.50' };
    const sent = await host.who.post(at(host, '/rounds'), { split, expectedAmount: 90_000 }, { headers });
    expect(sent.status, JSON.stringify(sent.body)).toBe(201);
    const { order } = sent.body as { order: Order };
    expect(order.shares).toMatchObject([{ participantId: host.participantId, amount: 90_000 }]);
    expect(order.shares[0]!.allocations.length).toBe(TAB_LIMITS.lines);
    expect((await pay(host, order, order.shares[0]!.id)).status).toBe(200);
    await expect.poll(async () => (await orderOf(host, order)).status).toBe('confirmed');
    for (const who of [host, others.at(-1)!]) {
      const receipt = partOfPayer(await orderOf(who, order), who.participantId);
      expect(receipt.lines.length).toBe(TAB_LIMITS.lines);
      expect(receipt.taxes.reduce((sum, { grossAmount }) => sum + grossAmount, 0)).toBe(90_000);
    }
    await until('its receipt is there', () =>
      system.mailServer.mails.some(
        ({ to, source }) => to.includes('treats@guest.test') && source.includes('900.00'),
      ),
    );
    const lines = order.lines.map(({ id }) => ({ lineId: id, quantity: 1 }));
    await agent.command(`/api/orders/${order.id}/refunds`, { lines, reason: 'The oven is cold' });
    await expect.poll(async () => (await orderOf(host, order)).refundedAmount).toBe(90_000);
  });

  test('closes with its tab, and the codes die', async () => {
    const [host, mia] = (await seatGroup(system.url, ['Ada', 'Mia'])) as [Seated, Seated];
    const closed = await host.who.post(at(host, '/close'));
    expect(['closing', 'closed']).toContain(closed.body.tab.status);
    expect(refusalOf(await mia.who.post(at(mia, '/lines'), { variantId: tea, quantity: 1 }))).toEqual([
      409,
      'tab_ended',
    ]);
    await until('it has ended', async () => (await readTab(mia)).status === 'closed');
    expect(await readTab(mia)).toMatchObject({ joinUrl: null, joinCode: null });
    const late = await new Visitor(system.url).post('/api/tabs/join', {
      code: host.tab.joinCode,
      name: 'Zoe',
    });
    expect(refusalOf(late)).toEqual([404, 'not_found']);
  });
});

test('lists sum what the pages have line by line, and find a tab by what it owes', async () => {
  const host = await openTab(new Visitor(system.url), { title: 'Counted' });
  await addLine(host, steak, { quantity: 3 });
  const sent = await host.who.post(at(host, '/rounds'), {});
  const { totalAmount } = sent.body.order as Order;
  const typed = (totalAmount / 100).toFixed(2).replace('.', ',');
  const found = (await agent.get(`/api/tabs?owed=true&q=${typed}`)).body;
  expect(found.items).toContainEqual(
    expect.objectContaining({ id: host.tab.id, owedAmount: totalAmount, runningRounds: 1, knockCount: 0 }),
  );
  const owed = found.items.reduce((sum: number, tab: Tab) => sum + tab.owedAmount, 0);
  expect(found.owedAmounts).toEqual([{ currency: 'eur', amount: owed }]);
  // What all tabs together owe is for staff.
  expect((await host.who.get('/api/tabs?owed=true')).body).toMatchObject({
    items: [{ id: host.tab.id }],
    owedAmounts: null,
  });
  // Staff see by default what has not ended, also what takes no more rounds.
  expect((await host.who.post(at(host, '/close'))).body.tab.status).toBe('closing');
  const running = (await agent.get(`/api/tabs?ended=false&q=${typed}`)).body.items as Tab[];
  expect(running).toContainEqual(expect.objectContaining({ id: host.tab.id, status: 'closing' }));
  const { items } = (await agent.get('/api/tabs?ended=false')).body as { items: Tab[] };
  expect(items.filter(({ status }) => !['open', 'closing'].includes(status))).toEqual([]);
  expect((await agent.get('/api/tabs?status=closed&ended=false')).body.items).toEqual([]);
  await expectSumsAgree(system.databases.orders);
});

test('no code, name, address or note is in a log or an event', () =>
  tabs.expectUntold('thin', 'treats@guest.test', 'Mia'));
