/** Paying a tab that is settled after, in parts, over HTTP, with a real worker. */

import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Order } from '../../domain/contract/orders.ts';
import type { ListedRefund } from '../../domain/contract/payments.ts';
import type { WhatInput } from '../../domain/contract/tab-payments.ts';
import type { TabEvent } from '../../domain/contract/tabs.ts';
import { claimPart } from '../../db/orders/tabs/claim-part.ts';
import { describeReceipt } from '../../domain/receipt.ts';
import { createOverdueOrdersJob } from '../../workers/orders/overdue-orders.ts';
import { PlacedOrder } from '../../test/harness/buyer.ts';
import { startTabSystem, type TabSystem } from '../../test/harness/tab-system.ts';
import { until } from '../../test/harness/until.ts';
import { changeSettings } from '../../test/setup/shop-settings.ts';
import { amountsOf, joinTab, refusalOf, type Seated } from '../../test/setup/tabs.ts';
import { Screen } from '../../test/setup/tab-screen.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';
import { Group } from '../../test/tabs/groups.ts';

let shop: TabSystem;
beforeAll(async () => {
  shop = await startTabSystem();
});
afterAll(() => shop?.system.stop());

const VISA = 'pm_card_visa';

const pay = (group: Group, ...args: Parameters<Group['payPart']>) => group.payPart(...args);

/** As a page does, sends the same again while a busy machine asks to. */
async function payOnceFree(...[group, who, what, more]: Parameters<typeof pay>): ReturnType<typeof pay> {
  const key = randomUUID();
  for (;;) {
    const reply = await pay(group, who, what, more, key);
    if (reply.status !== 503) return reply;
  }
}

/** Sets a part aside without paying it. */
const claim = (group: Group, who: Pick<Seated, 'who'>, what: WhatInput, more: object = {}) =>
  group.payPart(who, what, { paymentMethodId: undefined, ...more });

/** Pays, and returns the amount; a refusal's code otherwise. */
async function paid(...args: Parameters<typeof pay>): Promise<number | string> {
  const { status, body } = await pay(...args);
  if (status !== 201) return body.error.code as string;
  expect(body).toMatchObject({
    order: { kind: 'settlement', status: 'completed' },
    payment: { status: 'captured' },
  });
  return body.share.amount as number;
}

const three = async (more: object = {}) => {
  const group = await Group.openAfter(shop.system, ['Ada', 'Ben', 'Cleo'], more);
  return [group, ...group.people] as unknown as [Group, Seated, Seated, Seated];
};
const sharedBetween = (...people: readonly Seated[]) => ({
  sharedBetween: people.map(({ participantId }) => ({ participantId })),
});

describe('paying in parts', () => {
  test('everybody hers, in any order, and again after another round; every screen sees it, and nothing stays open', async () => {
    const email = `${randomUUID()}@guest.test`;
    const [group, ada, ben, cleo] = await three({ email });
    const screen = await Screen.open(ben);
    await group.orderLines(ada, [shop.menu.steak], [shop.menu.pizza, sharedBetween(ben, cleo)]);
    await group.orderLines(ben, [shop.menu.tea, { quantity: 2 }]);
    const before = await group.read();
    expect(before).toMatchObject({
      totalAmount: 2300,
      paidAmount: 0,
      owedAmount: 2300,
      claims: [],
      payments: [],
    });
    expect(before.owed.map(({ openAmount }) => openAmount)).toEqual([600, 1000, 700]);
    expect((await ben.who.get(group.path())).body.viewer.owedAmount).toBe(1200);

    expect(await paid(group, ben, { kind: 'mine' }, { expectedAmount: 1200, tipAmount: 100 })).toBe(1200);
    await group.orderLines(ben, [shop.menu.tea]);
    expect(refusalOf(await pay(group, cleo, { kind: 'mine' }, { expectedAmount: 1 }))).toEqual([
      409,
      'version_conflict',
    ]);
    expect(await paid(group, cleo, { kind: 'mine' })).toBe(500);
    expect(await paid(group, cleo, { kind: 'mine' })).toBe('nothing_owed');
    expect(await paid(group, ben, { kind: 'mine' })).toBe(350);
    expect(await paid(group, ada, { kind: 'rest' }, { expectedAmount: 600 })).toBe(600);
    const after = await group.read();
    expect(after).toMatchObject({ totalAmount: 2650, paidAmount: 2650, owedAmount: 0, claims: [], owed: [] });
    expect(after.payments.map(({ amount }) => amount)).toEqual([1200, 500, 350, 600]);
    await until('the screen to follow', () => screen.tab.payments.length === 4);
    expect(screen.tab).toMatchObject({ owedAmount: 0, owed: [], claims: [] });
    expect(
      screen.changes
        .map(({ type }) => type)
        .filter((type) => type.startsWith('payment') || type === 'claim_ended'),
    ).toEqual(Array.from({ length: 4 }, () => ['payment_claimed', 'payment_made']).flat());
    const { items } = (await ada.who.get(group.path('/events'))).body as { items: TabEvent[] };
    const told = items.filter(({ type }) => type === 'payment_made');
    expect(told.map((event) => [event.aboutParticipantId, event.amount])).toEqual(
      after.payments.map(({ participantId, amount }) => [participantId, amount]),
    );
    screen.socket.close();
    const receipts = () =>
      shop.system.mailServer.mails.filter(
        ({ to, subject }) => to.includes(email) && /Your.receipt/.test(subject),
      );
    await until('her receipt', () => receipts().length > 0);
    expect(receipts()).toHaveLength(1);
  });

  test('1, 7: beers by number, then evenly by three: 3334, 3333, 3333 whoever comes; an amount pays hers first', async () => {
    const [group, ada, ben, cleo] = await three();
    const beers = await group.orderLines(ada, [shop.menu.tea, { quantity: 5 }]);
    const lineId = beers.lines[0]!.id;
    const of = (quantity: number): WhatInput => ({ kind: 'lines', lines: [{ lineId, quantity }] });
    expect(await paid(group, ben, of(3))).toBe(1050);
    expect(await paid(group, cleo, of(3))).toBe('nothing_owed');
    const two = (await pay(group, cleo, of(2))).body.order as Order;
    expect(two.lines).toMatchObject([{ id: lineId, quantity: 2, amount: 700, wholeAmount: 1750 }]);
    expect((await group.read()).owed).toEqual([]);

    await group.orderLines(ada, [shop.menu.pizza, { quantity: 9, ...sharedBetween(ada, ben, cleo) }]);
    await group.orderLines(cleo, [shop.menu.pizza]);
    const even: WhatInput = { kind: 'even', of: 3 };
    expect([
      await paid(group, cleo, even),
      await paid(group, ada, even),
      await paid(group, ben, even),
    ]).toEqual([3334, 3333, 3333]);

    await group.orderLines(ada, [shop.menu.steak], [shop.menu.pizza, sharedBetween(ben, cleo)]);
    expect(await paid(group, ada, { kind: 'amount', amount: 800 })).toBe(800);
    const { owed } = await group.read();
    expect(amountsOf(owed[0]!.due, group.people)).toEqual([0, 400, 400]);
    expect(refusalOf(await pay(group, ada, { kind: 'amount', amount: 801 }))).toEqual([409, 'nothing_owed']);
    expect(await paid(group, ben, { kind: 'rest' })).toBe(800);
  });

  test('what somebody is paying is shown as hers, refused to others, and free again once she gives up or it ran out', async () => {
    const [group, ada, ben] = await three();
    await group.orderLines(ada, [shop.menu.steak], [shop.menu.pizza]);
    await group.orderLines(ben, [shop.menu.tea]);
    const first = await claim(group, ben, { kind: 'rest' });
    expect(first).toMatchObject({
      status: 201,
      body: { payment: null, order: { status: 'awaiting_payment' } },
    });
    const claimed = await group.read();
    expect(claimed.claims).toMatchObject([
      { orderId: first.body.order.id, participantId: ben.participantId, amount: 1950 },
    ]);
    expect(claimed.owed.map(({ openAmount, claimed: by }) => [openAmount, by[0]!.amount])).toEqual([
      [0, 600],
      [0, 1000],
      [0, 350],
    ]);
    const refused = await pay(group, ada, { kind: 'mine' });
    expect(refusalOf(refused)).toEqual([409, 'already_claimed']);
    expect(refused.body.error.details.by).toBe(ben.participantId);
    // Another request of hers ends the first, and what it had is free at once.
    const second = await claim(group, ben, { kind: 'mine' });
    expect(second.body.share.amount).toBe(350);
    expect((await group.order(first.body.order.id)).status).toBe('canceled');
    expect(await paid(group, ada, { kind: 'mine' })).toBe(1600);
    // She cancels it herself, and claims it through an API whose holds are short.
    expect((await ben.who.post(`/api/orders/${second.body.order.id}/cancel`)).status).toBe(200);
    const shortly = new Visitor(await shop.system.urlWithHold(600));
    shortly.guestToken = ben.guestToken;
    const third = await claim(group, { who: shortly }, { kind: 'mine' });
    expect(third).toMatchObject({
      status: 201,
      body: { share: { amount: 350 }, guestToken: expect.any(String) },
    });
    await new PlacedOrder(shop.system, ben.who, third.body.order.id).untilStatus('expired');
    const now = await group.read();
    expect(now).toMatchObject({ claims: [], owedAmount: 350 });
    expect(await paid(group, ben, { kind: 'mine' })).toBe(350);
  });

  test('a declined card frees the part at once, a bank that asks keeps it; the same key has the same answer', async () => {
    const [group, ada, ben] = await three();
    await group.orderLines(ada, [shop.menu.steak]);
    await group.orderLines(ben, [shop.menu.tea]);
    const key = randomUUID();
    const declined = () =>
      pay(group, ben, { kind: 'rest' }, { paymentMethodId: 'pm_card_chargeDeclined' }, key);
    expect(refusalOf(await declined())).toEqual([402, 'card_declined']);
    expect(await group.read()).toMatchObject({ claims: [], owedAmount: 950 });
    expect(refusalOf(await declined())).toEqual([402, 'card_declined']);
    expect(refusalOf(await pay(group, ben, { kind: 'mine' }, {}, key))).toEqual([
      409,
      'idempotency_conflict',
    ]);

    const asked = await pay(
      group,
      ben,
      { kind: 'mine' },
      { paymentMethodId: 'pm_card_authenticationRequired' },
    );
    expect(asked).toMatchObject({
      status: 201,
      body: { payment: { status: 'requires_action', clientSecret: expect.any(String) } },
    });
    const [intent] = (await new PlacedOrder(shop.system, ben.who, asked.body.order.id).atStripe()).intents;
    await fetch(`${shop.system.stripe.url}/_/payment_intents/${intent!.id}/authenticate`, { method: 'POST' });
    await new PlacedOrder(shop.system, ben.who, asked.body.order.id).untilStatus('completed');

    // On her settlement's page she tries another card within her time.
    const mine = (await claim(group, ada, { kind: 'mine' }, { tipAmount: 60 })).body.order as Order;
    expect(mine.shares[0]).toMatchObject({ amount: 600, tipAmount: 60 });
    const onPage = (paymentMethodId: string) =>
      ada.who.post(`/api/orders/${mine.id}/shares/${mine.shares[0]!.id}/pay`, {
        paymentMethodId,
        tipAmount: 60,
      });
    expect(refusalOf(await onPage('pm_card_chargeDeclined'))).toEqual([402, 'card_declined']);
    expect((await group.read()).claims).toHaveLength(1);
    expect((await onPage(VISA)).status).toBe(200);
    await new PlacedOrder(shop.system, ada.who, mine.id).untilStatus('completed');
    expect(await group.read()).toMatchObject({ owedAmount: 0, paidAmount: 950, claims: [] });
    const again = randomUUID();
    await group.orderLines(ada, [shop.menu.tea]);
    const [one, two] = await Promise.all([
      pay(group, ada, { kind: 'mine' }, {}, again),
      pay(group, ada, { kind: 'mine' }, {}, again),
    ]);
    expect(one.body.order.id).toBe(two.body.order.id);
    expect((await group.read()).payments).toHaveLength(3);
  });

  test('staff take cash for somebody; strangers and others see nothing of a payment; its payer has her receipt', async () => {
    const [group, ada, ben, cleo] = await three();
    await group.orderLines(ada, [shop.menu.steak], [shop.menu.pizza, sharedBetween(ben, cleo)]);
    const { agent } = shop.system;
    expect(refusalOf(await claim(group, { who: agent }, { kind: 'mine' }))).toEqual([400, 'invalid_request']);
    const at = { participantId: cleo.participantId };
    const cook = new Visitor(shop.system.url);
    await signUp(cook, shop.system.databases, 'kitchen');
    await joinTab(cook, ada, { name: 'Kim' });
    // Whoever sees no money of the shop decides for nobody else, though she is at the table.
    for (const who of [ada, { who: cook }])
      expect(refusalOf(await claim(group, who, { kind: 'mine' }, at))).toEqual([403, 'forbidden']);
    const { order: claimed } = (await claim(group, { who: agent }, { kind: 'mine' }, at)).body as {
      order: Order;
    };
    const cash = await agent.post(`/api/orders/${claimed.id}/shares/${claimed.shares[0]!.id}/cash`, {
      tipAmount: 67,
    });
    expect(cash).toMatchObject({ status: 200, body: { order: { status: 'completed', tipsAmount: 67 } } });
    expect((await group.read()).payments).toMatchObject([
      { participantId: cleo.participantId, amount: 500, method: 'cash' },
    ]);

    const own = (await cleo.who.get(`/api/orders/${claimed.id}`)).body.order as Order;
    expect(own).toMatchObject({
      kind: 'settlement',
      tab: null,
      settles: { tabId: group.id },
      totalAmount: 500,
    });
    expect(own.lines).toMatchObject([{ name: 'Pizza', amount: 500, wholeAmount: 1000 }]);
    const receipt = describeReceipt(own, []);
    expect(receipt).toMatchObject({ paidAmount: 567, taxes: [{ grossAmount: 500 }] });
    const stranger = new Visitor(shop.system.url);
    for (const who of [ada.who, ben.who, stranger])
      expect((await who.get(`/api/orders/${claimed.id}`)).status).toBe(404);
    expect(refusalOf(await claim(group, { who: stranger }, { kind: 'rest' }))).toEqual([404, 'not_found']);
    const listed = (await agent.get('/api/orders?limit=100')).body.items as Order[];
    expect(listed.some(({ kind }) => kind === 'settlement')).toBe(false);

    // Given back, it is owed by nobody.
    const back = await agent.post(`/api/orders/${claimed.id}/refunds`, { amount: 33, reason: 'cold' });
    expect(back.status).toBeLessThan(300);
    await until('the refund', async () => (await group.read()).paidAmount === 467);
    expect(await group.read()).toMatchObject({ totalAmount: 1567, owedAmount: 1100 });
    expect(await paid(group, ben, { kind: 'rest' }, { tipAmount: 1 })).toBe(1100);
  });

  test('9: a receipt has exactly what was paid with it, whatever the way; all receipts are the bill, also once a beer is canceled', async () => {
    const [group, ada, ben, cleo] = await three();
    const { agent } = shop.system;
    const round = await group.orderLines(
      ada,
      [shop.menu.tea, { quantity: 3 }],
      [shop.menu.steak],
      [shop.menu.pizza, { quantity: 7, ...sharedBetween(ada, ben, cleo) }],
    );
    const beer = round.lines[0]!.id;
    const beers: WhatInput = { kind: 'lines', lines: [{ lineId: beer, quantity: 2 }] };
    const payments = [
      await pay(group, ben, beers, { tipAmount: 70 }),
      await pay(group, cleo, { kind: 'even', of: 3 }, { tipAmount: 1 }),
      await group.payInCash(ben, { kind: 'mine' }),
      await pay(group, ada, { kind: 'amount', amount: 999 }),
      await pay(group, ada, { kind: 'rest' }),
    ];
    const ids = payments.map(({ body }) => body.order.id as string);
    const settled = () => Promise.all(ids.map((id) => group.order(id)));
    const sumOf = (amounts: readonly number[]) => amounts.reduce((sum, amount) => sum + amount, 0);
    const grossOf = (taxes: readonly { readonly grossAmount: number }[]) =>
      sumOf(taxes.map(({ grossAmount }) => grossAmount));
    const receipts = (await settled()).map((order) => describeReceipt(order, []));
    expect(sumOf(receipts.map(({ paidAmount }) => paidAmount)) - 71).toBe(round.totalAmount);
    expect(grossOf(receipts.flatMap(({ taxes }) => taxes))).toBe(round.totalAmount);
    const parts = receipts.flatMap(({ lines }) => lines.map(({ line }) => line));
    for (const { id, amount } of round.lines)
      expect(sumOf(parts.filter((part) => part.id === id).map((part) => part.amount))).toBe(amount);
    const [first] = receipts[0]!.lines;
    expect(first!.line).toMatchObject({ id: beer, quantity: 2, amount: 700 });

    const lines = [{ lineId: beer, quantity: 1 }];
    const canceled = await agent.post(`/api/orders/${round.id}/refunds`, { lines, reason: 'It was flat' });
    expect(canceled.body).toMatchObject({ reducedAmount: 0, refund: { amount: 350 } });
    const paidAmount = round.totalAmount - 350;
    await until('its payers have it back', async () => (await group.read()).paidAmount === paidAmount);
    const after = await Promise.all(
      (await settled()).map(async (order) => {
        const { items } = (await agent.get(`/api/orders/${order.id}/refunds`)).body;
        return describeReceipt(order, items as ListedRefund[]);
      }),
    );
    const made = after.flatMap(({ refunds }) => refunds);
    expect(sumOf(made.map(({ amount }) => amount))).toBe(350);
    expect(made.every(({ tipAmount, amount, taxes }) => tipAmount === 0 && grossOf(taxes) === amount)).toBe(
      true,
    );
    expect(sumOf(after.map(({ left, paidAmount: whole }) => left?.amount ?? whole))).toBe(paidAmount + 71);
    expect(grossOf(after.flatMap(({ left, taxes }) => left?.taxes ?? taxes))).toBe(paidAmount);
    expect(await group.read()).toMatchObject({ totalAmount: paidAmount, paidAmount, owedAmount: 0 });
  });

  test('an agent gives back of a round what the limit allows, by canceling it, too', async () => {
    const { agent } = shop.system;
    await changeSettings(shop.system, { agentRefundLimitAmount: 1100 });
    const [group, ada] = await three();
    const { id, lines } = await group.orderLines(ada, [shop.menu.pizza, { quantity: 2 }], [shop.menu.tea]);
    expect(await paid(group, ada, { kind: 'mine' })).toBe(2350);
    const cancelLine = (lineId: string, quantity: number) =>
      agent.post(`/api/orders/${id}/refunds`, { lines: [{ lineId, quantity }], reason: 'cold' });
    const above = [403, 'forbidden'];
    expect(refusalOf(await agent.post(`/api/orders/${id}/cancel`))).toEqual(above);
    expect(refusalOf(await cancelLine(lines[0]!.id, 2))).toEqual(above);
    expect((await cancelLine(lines[1]!.id, 1)).status).toBeLessThan(300);
    // What went back before counts, too.
    expect(refusalOf(await agent.post(`/api/orders/${id}/cancel`))).toEqual(above);
    expect((await group.order(id)).status).toBe('confirmed');
    const { agentRefundLimitAmount } = shop.system.config.firstSettings;
    await changeSettings(shop.system, { agentRefundLimitAmount });
  });

  test('a claim whose request died before its workflow began is ended by a worker, and free again', async () => {
    const [group, ada] = await three();
    await group.orderLines(ada, [shop.menu.steak]);
    const { orders } = shop.system.databases;
    await claimPart(orders, {
      ...{ id: randomUUID(), tabId: group.id, payerId: ada.participantId, requestHash: 'hash', tipAmount: 0 },
      ...{ command: { actor: 'host', actorId: ada.participantId }, wish: { kind: 'mine' } },
      // It was over some time ago.
      ...{ claimMs: -60_000, assertPayable: () => undefined },
    });
    expect((await group.read()).claims).toMatchObject([{ amount: 600 }]);
    await createOverdueOrdersJob({ orders, temporal: shop.system.temporal }).run({
      secondsSince: null,
      signal: new AbortController().signal,
    });
    await until('the claim to end', async () => (await group.read()).claims.length === 0);
    expect(await paid(group, ada, { kind: 'mine' })).toBe(600);
  });

  test('forty people pay in the same second, in mixed ways: every cent once', async () => {
    const group = await Group.openAfter(
      shop.system,
      Array.from({ length: 40 }, (_, index) => `Guest ${index}`),
    );
    const { people } = group;
    for (const who of people.slice(0, 10))
      await group.add(who, shop.menu.pizza, sharedBetween(...people.slice(0, 7)));
    for (const who of people) await group.add(who, shop.menu.tea, { quantity: 2 });
    const round = await group.orderLines(group.host);
    const lineOf = new Map(round.lines.map((line) => [line.participantId, line.id]));
    const wishes = (index: number, who: Seated): WhatInput => {
      const all: WhatInput[] = [
        { kind: 'mine' },
        { kind: 'even', of: 40 },
        { kind: 'amount', amount: 500 },
        { kind: 'lines', lines: [{ lineId: lineOf.get(who.participantId)!, quantity: 1 }] },
        index === 39 ? ({ kind: 'rest' } as const) : { kind: 'mine' },
      ];
      return all[index % 5]!;
    };
    const cards = ['pm_card_visa', 'pm_card_mastercard', 'pm_card_chargeDeclined', VISA];
    const replies = await Promise.all(
      people.map((who, index) =>
        payOnceFree(group, who, wishes(index, who), { paymentMethodId: cards[index % 4] }),
      ),
    );
    const codes = new Set(replies.map(({ status, body: { error } }) => (status === 201 ? 'ok' : error.code)));
    for (const code of codes)
      expect(['ok', 'card_declined', 'already_claimed', 'nothing_owed']).toContain(code);
    const tab = await until(
      'all payments to be decided',
      async () => {
        const now = await group.read();
        return now.claims.length === 0 && now;
      },
      { withinMs: 60_000, last: async () => (await group.read()).claims },
    );
    const done = replies
      .filter(({ status }) => status === 201)
      .map(({ body: { share } }) => share.amount as number);
    const sum = (amounts: readonly number[]) => amounts.reduce((total, amount) => total + amount, 0);
    expect(tab.payments).toHaveLength(done.length);
    expect(tab.paidAmount).toBe(sum(done));
    expect(tab.owedAmount).toBe(tab.totalAmount - sum(done));
    expect(sum(tab.owed.map(({ openAmount }) => openAmount))).toBe(tab.owedAmount);
    if (tab.owedAmount > 0) expect(await paid(group, people[0]!, { kind: 'rest' })).toBe(tab.owedAmount);
  });
});
