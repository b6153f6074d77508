import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  basketLine,
  fillBasket,
  person,
  recordRound,
  recordTab,
  sendBasket,
} from '../../../test/harness/tabs.ts';
import type { CapturedPayment } from '../../../domain/payment.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import { selectRows } from '../../sql.ts';
import { MailEntity } from '../entities/mail.ts';
import { insertCancelRequest } from '../orders/cancel-requests.ts';
import { recordAdvanced, recordConfirmed, recordEnded } from '../orders/finish-order.ts';
import { insertAttempt } from '../payments/attempts.ts';
import { recordCash } from '../payments/cash.ts';
import { recordCaptureStarted } from '../payments/start-capture.ts';
import { recordRejected } from '../orders/place-order.ts';
import { listOrderIds, readOrder } from '../orders/read-order.ts';
import { addLines, changeLine, removeLine } from './basket.ts';
import type { Holder } from '../stock/unpaid-holds.ts';
import { joinTab } from './join-tab.ts';
import { changePerson, makeHost, takeOut } from './people.ts';
import { readTab, readTabEvents } from './read-tab.ts';
import { changeSettings, closeTab, endTab } from './settings.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls, { poolSize: 24 });
});
afterAll(() => databases.close());

const orders = () => databases.orders;
const by = (actorId: string) => ({ actor: 'participant', actorId }) as const;
const host = (actorId: string) => ({ actor: 'host', actorId }) as const;
const read = async (id: string) => (await readTab(orders(), id))!.tab;
const order = async (id: string) => (await readOrder(orders(), id))!.order;
const refused = (code: string) => expect.objectContaining({ code }) as unknown;

/** T7 of a tab, and T2 of its rounds: returns its events. */
async function expectSound(tabId: string) {
  const tab = await read(tabId);
  const events = await readTabEvents(orders(), tabId, { after: 0 });
  expect(events.map(({ version }) => version)).toEqual(events.map((_, index) => index + 1));
  expect(events.length).toBe(tab.version);
  expect(tab.rounds.map(({ number }) => number)).toEqual(tab.rounds.map((_, index) => index + 1));
  for (const { orderId } of tab.rounds) {
    const { lines, shares, totalAmount } = await order(orderId);
    if (shares.length === 0) continue;
    const sumOf = (of: readonly { amount: number }[]) => of.reduce((sum, { amount }) => sum + amount, 0);
    expect(sumOf(lines)).toBe(totalAmount);
    expect(sumOf(shares)).toBe(totalAmount);
    for (const share of shares) expect(sumOf(share.allocations)).toBe(share.amount);
    for (const { id, amount } of lines) {
      const paid = shares.flatMap(({ allocations }) => allocations.filter(({ lineId }) => lineId === id));
      expect(sumOf(paid)).toBe(amount);
    }
  }
  return events;
}

/** Ends a round as its host takes it back. */
async function takeBack(orderId: string, hostId: string) {
  const cancelRequestId = randomUUID();
  await insertCancelRequest(orders(), {
    ...{ id: cancelRequestId, orderId, reason: null, restock: false, actor: 'host', actorId: hostId },
  });
  const end = { status: 'canceled', reason: 'canceled_by_host', cancelRequestId } as const;
  return recordEnded(orders(), orderId, end, []);
}

describe('a round', () => {
  test('moves the basket to an order of its own, with everybody in the tab, once', async () => {
    const tab = await recordTab(orders(), ['Ada', 'Ben', 'Ben']);
    const [ada, ben, other] = tab.people as [string, string, string];
    const dish = basketLine(ben, {
      sharers: [
        { participantId: ben, weight: 2 },
        { participantId: other, weight: 1 },
      ],
    });
    await fillBasket(orders(), tab.id, basketLine(ada), dish);
    const id = randomUUID();
    const results = await Promise.all(Array.from({ length: 4 }, () => sendBasket(orders(), tab, { id })));
    expect(results.filter((sent) => 'isNew' in sent && sent.isNew).length).toBe(1);
    expect(results.every((sent) => 'order' in sent && sent.order.id === id)).toBe(true);
    const now = await read(tab.id);
    expect(now.lines).toEqual([]);
    expect(now.rounds).toMatchObject([{ orderId: id, number: 1, status: 'placing', totalAmount: 1000 }]);
    expect(now).toMatchObject({ totalAmount: 1000, owedAmount: 1000, paidAmount: 0 });
    const sent = await order(id);
    expect(sent.host).toBe(ada);
    expect(sent.participants).toEqual([
      { id: ada, name: 'Ada' },
      { id: ben, name: 'Ben' },
      { id: other, name: 'Ben 2' },
    ]);
    expect(sent.lines.map((line) => line.id)).toContain(dish.id);
    // As it is in the catalog when it is sent, not when it was put into the basket.
    expect(sent.lines.map((line) => line.taxClass)).toContain('reduced');
    expect(sent.lines.map((line) => line.taxClass)).not.toContain('standard');
    await fillBasket(orders(), tab.id, basketLine(other));
    const next = await recordRound(orders(), tab);
    // One token proves her everywhere.
    const hers = await listOrderIds(orders(), { of: { participantIds: [other] }, limit: 9 });
    expect(hers.map((row) => row.id)).toEqual([next, id]);
    expect((await order(next)).shares).toMatchObject([{ participantId: other, amount: 500 }]);
    const events = await expectSound(tab.id);
    expect(events.filter(({ type }) => type === 'round_sent').length).toBe(2);
  });

  test('a tab counts as one guest, however its host is called, and also when it sends by itself', async () => {
    const bounds = {
      ...{ ordersPerGuest: 2, piecesPerGuest: 4, ordersPerNetwork: 9, piecesPerNetwork: 9 },
      stockPercent: 50,
    };
    const variantId = randomUUID();
    const onSale = new Map([[variantId, 20]]);
    const own = { guest: randomUUID(), network: randomUUID() };
    const tab = await recordTab(orders(), ['Ada', 'Ben'], { holder: own });
    const [ada, ben] = tab.people as [string, string];
    const send = async (quantity: number, who = ada, holder?: Holder) => {
      await fillBasket(orders(), tab.id, basketLine(who, { variantId, quantity }));
      const sent = await sendBasket(orders(), tab, { bounds, onSale, holder });
      return 'refused' in sent ? sent.refused.unpaid : 'order' in sent && sent.order.heldBy;
    };
    expect(await send(5)).toBe('guest_pieces');
    // The basket has her five still; two people who have chosen may leave eight unpaid.
    expect(await send(3, ben)).toBe(own.guest);
    expect(await send(1, ben)).toBe('guest_pieces');
    await makeHost(orders(), tab.id, host(ada), ben);
    const another = { guest: randomUUID(), network: null };
    expect(await send(1, ben, another)).toBe('guest_pieces');
    const [round] = (await read(tab.id)).rounds;
    await recordRejected(orders(), round!.orderId, 'out_of_stock', []);
    for (const line of (await read(tab.id)).lines)
      await removeLine(orders(), tab.id, host(ben), { lineId: line.id, ifVersion: line.version });
    expect([await send(1), await send(1, ben, another), await send(1)]).toEqual([
      own.guest,
      another.guest,
      'guest_orders',
    ]);
    // Neither are staff counted, nor what they send.
    expect(await send(99, ben, { guest: null, network: null })).toBeNull();
  });

  test.each([
    ['own', null, [333, 667, 500]],
    ['even', { kind: 'even' }, [500, 500, 500]],
    ['treat', { kind: 'treat', payerId: 2 }, [0, 0, 1500]],
    [
      'custom',
      {
        kind: 'custom',
        amounts: [
          [0, 1],
          [1, 1498],
          [2, 1],
        ],
      },
      [1, 1498, 1],
    ],
  ])('is split %s, as it was sent', async (_kind, split, amounts) => {
    const tab = await recordTab(orders(), ['Ada', 'Ben', 'Cleo']);
    const [ada, ben, cleo] = tab.people as [string, string, string];
    const sharers = [
      { participantId: ada, weight: 1 },
      { participantId: ben, weight: 2 },
    ];
    await fillBasket(orders(), tab.id, basketLine(ada, { unitAmount: 1000, sharers }), basketLine(cleo));
    const named = JSON.parse(JSON.stringify(split), (key, value: unknown) => {
      if (key === 'payerId') return tab.people[value as number];
      if (key !== 'amounts') return value;
      return (value as [number, number][]).map(([who, amount]) => ({
        participantId: tab.people[who],
        amount,
      }));
    }) as never;
    const id = await recordRound(orders(), tab, { split: named });
    const { shares } = await order(id);
    const owed = tab.people.map((one) => shares.find((share) => share.participantId === one)?.amount ?? 0);
    expect(owed).toEqual(amounts);
    await expectSound(tab.id);
  });

  test('is not sent with amounts that do not sum, past the limit, or once the tab is closing', async () => {
    const tab = await recordTab(orders(), ['Ada', 'Ben']);
    const [ada, ben] = tab.people as [string, string];
    await fillBasket(orders(), tab.id, basketLine(ada), basketLine(ben));
    const amounts = [{ participantId: ada, amount: 1001 }];
    await expect(sendBasket(orders(), tab, { split: { kind: 'custom', amounts } })).rejects.toMatchObject({
      code: 'split_mismatch',
      details: { problem: { differenceAmount: 1 } },
    });
    await changeSettings(orders(), tab.id, host(ada), { spendingLimit: 499 });
    await expect(sendBasket(orders(), tab)).rejects.toEqual(refused('over_spending_limit'));
    await changeSettings(orders(), tab.id, host(ada), { spendingLimit: null });
    await closeTab(orders(), tab.id, host(ada));
    await expect(sendBasket(orders(), tab)).rejects.toEqual(refused('tab_ended'));
    expect((await read(tab.id)).lines.length).toBe(2);
  });

  test('with another price than the host was shown is not sent, and the basket has the new prices', async () => {
    const tab = await recordTab(orders());
    const [line] = await fillBasket(orders(), tab.id, basketLine(tab.hostId));
    const dearer = { ...line!, version: 1, unitAmount: 600, amount: 600 };
    await expect(sendBasket(orders(), tab, { lines: [dearer], expectedAmount: 500 })).rejects.toMatchObject({
      code: 'version_conflict',
      details: { totalAmount: 600 },
    });
    expect((await read(tab.id)).lines).toMatchObject([{ id: line!.id, amount: 600, version: 2 }]);
    await expect(sendBasket(orders(), tab, { expectedAmount: 500 })).rejects.toEqual(
      refused('version_conflict'),
    );
    expect(await sendBasket(orders(), tab, { expectedAmount: 600 })).toMatchObject({ isNew: true });
    const events = await expectSound(tab.id);
    expect(events.filter(({ type }) => type === 'prices_changed').length).toBe(1);
  });

  test('and whatever changes the basket at the same time: a line is in one of them, as it was priced', async () => {
    const tab = await recordTab(orders(), ['Ada', 'Ben']);
    const [ada, ben] = tab.people as [string, string];
    let changes = 0;
    const outdated = { isOutdated: true };
    const send = async (line: string) => {
      try {
        return await sendBasket(orders(), tab, { only: [line] });
      } catch (error) {
        // The other one had sent it before this one read the basket.
        expect(error).toMatchObject({ code: 'version_conflict', details: { totalAmount: 0 } });
        return outdated;
      }
    };
    for (let turn = 0; turn < 6; turn += 1) {
      const line = basketLine(ada, { quantity: 1 });
      await fillBasket(orders(), tab.id, line);
      const twice = { ...line, quantity: 2, amount: 1000 };
      const version = 1;
      const key = { code: tab.code };
      const [sent, , , joined] = await Promise.all([
        send(line.id),
        changeLine(orders(), tab.id, by(ada), { ifVersion: version, line: twice }).then(
          () => (changes += 1),
          (error: unknown) => expect(error).toEqual(refused('not_found')),
        ),
        addLines(orders(), tab.id, by(ben), [basketLine(ben)]),
        joinTab(orders(), { key, known: { participantIds: [], userId: null }, person: person('Cleo') }),
        send(line.id),
      ]);
      expect(joined!.event!.type).toBe('joined');
      const { lines, rounds } = await read(tab.id);
      const inBasket = lines.some(({ id }) => id === line.id);
      if ('isOutdated' in sent) expect(inBasket || rounds.length > 0).toBe(true);
      const all = await Promise.all(rounds.map(({ orderId }) => order(orderId)));
      const inOrders = all.flatMap((one) => one.lines.filter(({ id }) => id === line.id));
      expect(inOrders.length + (inBasket ? 1 : 0)).toBe(1);
      for (const one of all)
        expect(one.lines.reduce((sum, { amount }) => sum + amount, 0)).toBe(one.totalAmount);
    }
    expect(changes).toBeLessThanOrEqual(6);
    await expectSound(tab.id);
  });

  test.each(['rejected', 'taken_back', 'expired'] as const)(
    'that ends %s gives its lines back, once',
    async (end) => {
      const tab = await recordTab(orders(), ['Ada', 'Ben', 'Cleo']);
      const [ada, ben, cleo] = tab.people as [string, string, string];
      await fillBasket(
        ...([orders(), tab.id] as const),
        basketLine(ada, { note: 'hot' }),
        basketLine(ben),
        basketLine(cleo, { shared: [ben, cleo] }),
      );
      const id = end === 'rejected' ? (await sendBasket(orders(), tab)).id : await recordRound(orders(), tab);
      await takeOut(orders(), tab.id, by(ben), { participantId: ben, isRemoved: false });
      const endIt = () => {
        if (end === 'rejected') return recordRejected(orders(), id, 'out_of_stock', []);
        if (end === 'taken_back') return takeBack(id, ada);
        return recordEnded(orders(), id, { status: 'expired', reason: 'payment_deadline' }, []);
      };
      await endIt();
      await endIt();
      const { lines, totalAmount } = await read(tab.id);
      expect(lines).toMatchObject([
        { participantId: ada, note: 'hot', version: 1 },
        { participantId: cleo, sharedBetween: [{ participantId: cleo, weight: 1 }] },
      ]);
      expect(totalAmount).toBe(0);
      expect((await order(id)).lines.length).toBe(3);
      const again = await recordRound(orders(), tab);
      expect((await order(again)).totalAmount).toBe(1000);
      const events = await expectSound(tab.id);
      const type = end === 'taken_back' ? 'round_taken_back' : 'round_ended';
      expect(events.filter((event) => event.type === type)).toMatchObject([{ orderId: id }]);
    },
  );

  test('is paid by all, confirmed once, and each step is told to the tab in its own transaction', async () => {
    const tab = await recordTab(orders(), ['Ada', 'Ben', 'Cleo']);
    for (const who of tab.people)
      await changePerson(orders(), tab.id, by(who), who, { email: `${who}@guest.test` });
    // Cleo orders nothing: what the round asks of all she is told, and nothing else.
    await fillBasket(orders(), tab.id, ...tab.people.slice(0, 2).map((who) => basketLine(who)));
    const id = await recordRound(orders(), tab);
    const captured: CapturedPayment[] = [];
    for (const { id: shareId } of (await order(id)).shares) {
      const attempt = { orderId: id, shareId, attemptId: randomUUID() };
      const { orderId, attemptId } = attempt;
      await insertAttempt(orders(), {
        ...{ id: attemptId, orderId, shareId, requestHash: 'hash', paymentMethodId: null, tipAmount: 0 },
        actorId: 'agent',
      });
      expect((await recordCash(orders(), attempt)).taken).toBe('recorded');
    }
    const { payments, isRound } = await recordCaptureStarted(orders(), id);
    for (const { payment } of payments) captured.push({ paymentId: payment.id, amount: payment.amount });
    await Promise.all([1, 2, 3].map(() => recordConfirmed(orders(), id, captured, [], { isRound })));
    for (const to of ['preparing', 'ready', 'completed', 'completed'] as const)
      await recordAdvanced(orders(), id, to, 'agent');
    expect(await read(tab.id)).toMatchObject({ totalAmount: 1000, paidAmount: 1000, owedAmount: 0 });
    const mails = await selectRows(
      orders().em.fork(),
      MailEntity,
      sql`order_id = ${id} and recipient_name <> ''`,
    );
    const told = tab.people.map((who) =>
      mails.flatMap(({ type, recipient }) => (recipient === `${who}@guest.test` ? type : [])).toSorted(),
    );
    const all = ['order_ready', 'order_received', 'receipt'];
    expect(told).toEqual([all, all, ['order_received']]);
    const events = await expectSound(tab.id);
    expect(events.filter(({ orderId }) => orderId === id).map(({ type }) => type)).toEqual([
      ...['round_sent', 'round_confirmed', 'round_completed'],
    ]);
  });

  test('keeps its tab from ending until it is paid or given up, and returns nothing to a closing tab', async () => {
    const tab = await recordTab(orders());
    await fillBasket(orders(), tab.id, basketLine(tab.hostId));
    const id = await recordRound(orders(), tab);
    const end = () => endTab(orders(), tab.id, { idleSince: new Date(Date.now() + 60_000) });
    expect((await end()).event).toBeUndefined();
    await closeTab(orders(), tab.id, host(tab.hostId));
    expect((await end()).event).toBeUndefined();
    await takeBack(id, tab.hostId);
    expect((await read(tab.id)).lines).toEqual([]);
    expect((await end()).tab.status).toBe('closed');
    await expectSound(tab.id);
  });
});
