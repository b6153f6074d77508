import { sql } from 'kysely';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addVariant } from '../../../test/harness/records.ts';
import { basketLine, fillBasket, person, recordRound, recordTab } from '../../../test/harness/tabs.ts';
import { createTestDatabases } from '../../../test/setup/databases.ts';
import { holdStock, lowerHold, sumByVariant } from '../../catalog/stock/stock.ts';
import { openDatabases, type Databases } from '../../databases.ts';
import { ShareEntity } from '../entities/order.ts';
import { query, selectOne } from '../../sql.ts';
import { readOrder } from '../orders/read-order.ts';
import { joinTab } from '../tabs/join-tab.ts';
import { makeHost } from '../tabs/people.ts';
import { readTab, readTabEvents } from '../tabs/read-tab.ts';
import { closeTab } from '../tabs/settings.ts';
import { insertAttempt } from './attempts.ts';
import { beginPayment } from './begin-payment.ts';
import { recordCovered } from './cover-share.ts';
import { recordDropped } from './drop-share.ts';
import { recordPaymentOutcome, recordVoided } from './payments.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls, { poolSize: 24 });
});
afterAll(() => databases.close());

const orders = () => databases.orders;
const order = async (id: string) => (await readOrder(orders(), id))!.order;
const shareRow = (id: string) => selectOne(orders().em.fork(), ShareEntity, sql`id = ${id}`);
const sumOf = (of: readonly { amount: number }[]) => of.reduce((sum, { amount }) => sum + amount, 0);

/** A round of three: each has a line of 500, and they share one of 900. */
async function recordShared(variants: readonly string[] = []) {
  const tab = await recordTab(orders(), ['Ada', 'Ben', 'Cleo']);
  const [ada, ben, cleo] = tab.people as [string, string, string];
  const own = tab.people.map((id, index) =>
    basketLine(id, { ...(variants[index] !== undefined && { variantId: variants[index] }) }),
  );
  const dish = basketLine(ada, {
    ...{ unitAmount: 900, shared: tab.people },
    ...(variants[0] !== undefined && { variantId: variants[0] }),
  });
  await fillBasket(orders(), tab.id, ...own, dish);
  const id = await recordRound(orders(), tab);
  const { shares } = await order(id);
  const shareOf = (who: string) => shares.find(({ participantId }) => participantId === who)!.id;
  const of = (who: string) => ({ orderId: id, shareId: shareOf(who), requestId: randomUUID() });
  return { tab, id, ada, ben, cleo, of, own, dish };
}

/** T2 and T4: what sums, and what may differ from before. */
async function expectSound(id: string, before: Awaited<ReturnType<typeof order>>, changed: string) {
  const { lines, shares, totalAmount } = await order(id);
  expect(sumOf(lines)).toBe(totalAmount);
  expect(sumOf(shares)).toBe(totalAmount);
  for (const share of shares) {
    expect(sumOf(share.allocations)).toBe(share.amount);
    if (share.id !== changed) expect(share).toEqual(before.shares.find((one) => one.id === share.id));
  }
  for (const line of lines) {
    const paid = shares.flatMap(({ allocations }) => allocations.filter(({ lineId }) => lineId === line.id));
    expect(sumOf(paid)).toBe(line.amount);
  }
}

async function startPaying(ref: { orderId: string; shareId: string }, begin = true) {
  const attemptId = randomUUID();
  await insertAttempt(orders(), {
    ...{ id: attemptId, ...ref, requestHash: 'hash', paymentMethodId: 'pm_card_visa', tipAmount: 0 },
  });
  const attempt = { orderId: ref.orderId, shareId: ref.shareId, attemptId };
  if (!begin) return { attempt, payment: undefined };
  const begun = await beginPayment(orders(), attempt);
  return { attempt, payment: 'refused' in begun ? undefined : begun.payment };
}

const outcome = (status: 'authorized' | 'requires_action') => ({
  ...{
    status,
    stripePaymentIntentId: `pi_${randomUUID()}`,
    clientSecret: null,
    declineCode: null,
    card: null,
  },
});

test('a share is covered whole, once per request; of two who cover at once the later one pays', async () => {
  const { tab, id, ada, ben, cleo, of } = await recordShared();
  const before = await order(id);
  const cover = { ...of(cleo), payerId: ben };
  expect(await recordCovered(orders(), cover)).toMatchObject({ outcome: 'done' });
  const first = await recordCovered(orders(), cover);
  expect(first.order.version).toBe((await order(id)).version);
  await expectSound(id, before, cover.shareId);
  expect(await shareRow(cover.shareId)).toMatchObject({
    ...{ participantId: ben, ownerParticipantId: cleo, amount: 800, status: 'due' },
  });
  const both = [ada, cleo].map((payerId) => recordCovered(orders(), { ...of(cleo), payerId }));
  expect((await Promise.all(both)).map((one) => one.outcome)).toEqual(['done', 'done']);
  const now = await shareRow(cover.shareId);
  expect([
    { participantId: ada, ownerParticipantId: cleo },
    { participantId: cleo, ownerParticipantId: null },
  ]).toContainEqual({ participantId: now.participantId, ownerParticipantId: now.ownerParticipantId ?? null });
  expect(await recordCovered(orders(), { ...of(ben), payerId: ben })).toMatchObject({
    outcome: 'pays_already',
  });
  expect(await recordCovered(orders(), { ...of(ben), payerId: randomUUID() })).toMatchObject({
    outcome: 'not_found',
  });
  const told = (await readTabEvents(orders(), tab.id, { after: 0 })).filter(
    ({ type }) => type === 'share_covered',
  );
  expect(told[0]).toMatchObject({
    actor: 'participant',
    participantId: ben,
    aboutParticipantId: cleo,
    orderId: id,
  });
  expect(told.length).toBe(3);
});

test('nobody covers or drops what is being paid or paid; what waits for a bank is voided first', async () => {
  const { id, ada, ben, cleo, of } = await recordShared();
  const { attempt, payment } = await startPaying(of(ben));
  const try2 = async (who: string) => [
    (await recordCovered(orders(), { ...of(who), payerId: ada })).outcome,
    (await recordDropped(orders(), of(who))).outcome,
  ];
  expect(await try2(ben)).toEqual(['not_to_pay', 'not_to_pay']);
  await recordPaymentOutcome(orders(), attempt, payment!, outcome('requires_action'));
  expect(await try2(ben)).toEqual(['card_open', 'card_open']);
  await recordVoided(orders(), payment!, { stripePaymentIntentId: null, capturedAmount: 0 });
  const late = await startPaying(of(ben), false);
  expect((await recordCovered(orders(), { ...of(ben), payerId: ada })).outcome).toBe('done');
  // She sent it before somebody else became the payer.
  expect(await beginPayment(orders(), late.attempt)).toHaveProperty('refused');
  const paid = await startPaying(of(cleo));
  await recordPaymentOutcome(orders(), paid.attempt, paid.payment!, outcome('authorized'));
  expect(await try2(cleo)).toEqual(['not_to_pay', 'not_to_pay']);
  const covering = await startPaying(of(ben));
  await recordPaymentOutcome(orders(), covering.attempt, covering.payment!, outcome('authorized'));
  expect((await order(id)).shares.map(({ status }) => status).toSorted()).toEqual([
    'authorized',
    'authorized',
    'due',
  ]);
});

test('dropping gives the lines back and the rest to the host; stock follows, repeats change nothing', async () => {
  const variants = await Promise.all([1, 2, 3].map(() => addVariant(databases.catalog, { available: 5 })));
  const { tab, id, ada, ben, of, own } = await recordShared(variants);
  const before = await order(id);
  const deadline = new Date(Date.now() + 60_000);
  await holdStock(databases.catalog, { orderId: id, deadline, items: sumByVariant(before.lines) });
  const available = async () =>
    Promise.all(
      variants.map(async (variant) => {
        const [row] = await query<{ available: number }>(
          databases.catalog.em.fork(),
          sql`select available from variants where id = ${variant}`,
        );
        return row!.available;
      }),
    );
  expect(await available()).toEqual([3, 4, 4]);
  const drop = { ...of(ben), by: { actor: 'host', actorId: ada } as const };
  const dropped = await recordDropped(orders(), drop);
  expect(dropped).toMatchObject({ outcome: 'done' });
  expect(new Map(dropped.needed.map((item) => [item.variantId, item.quantity]))).toEqual(
    new Map([
      [variants[0], 2],
      [variants[2], 1],
    ]),
  );
  for (let run = 0; run < 2; run += 1) {
    await lowerHold(databases.catalog, id, (await recordDropped(orders(), drop)).needed);
    await lowerHold(databases.catalog, id, sumByVariant(before.lines));
    expect(await available()).toEqual([3, 5, 4]);
  }
  await expectSound(id, before, drop.shareId);
  const now = await order(id);
  expect(now.totalAmount).toBe(1900);
  expect(await shareRow(drop.shareId)).toMatchObject({
    ...{ participantId: ada, ownerParticipantId: ben, amount: 300, status: 'due' },
  });
  expect((await readTab(orders(), tab.id))!.tab.lines).toMatchObject([
    { id: own[1]!.id, participantId: ben },
  ]);
  expect((await recordDropped(orders(), of(ada))).outcome).toBe('host_share');
});

test('what two drops at once leave is nothing, and the lines of a closed tab are gone', async () => {
  const tab = await recordTab(orders(), ['Ada', 'Ben', 'Cleo']);
  const [ada, ben, cleo] = tab.people as [string, string, string];
  await fillBasket(orders(), tab.id, basketLine(ben), basketLine(cleo));
  const id = await recordRound(orders(), tab);
  await closeTab(orders(), tab.id, { actor: 'host', actorId: ada });
  const { shares } = await order(id);
  const drops = shares.map(({ id: shareId }) => ({ orderId: id, shareId, requestId: randomUUID() }));
  const results = await Promise.all(drops.map((drop) => recordDropped(orders(), drop)));
  expect(results.map((one) => one.outcome)).toEqual(['done', 'done']);
  expect((await recordDropped(orders(), drops[0]!)).needed).toEqual([]);
  const now = await order(id);
  expect(now).toMatchObject({ totalAmount: 0, lines: [] });
  expect(now.shares.map(({ status, amount }) => [status, amount])).toEqual([
    ['authorized', 0],
    ['authorized', 0],
  ]);
  expect((await readTab(orders(), tab.id))!.tab.lines).toEqual([]);
});

test('who joined after the round was sent may cover, and who leads the tab now gets what is left', async () => {
  const { tab, id, ada, ben, cleo, of } = await recordShared();
  const known = { participantIds: [], userId: null };
  const joined = await joinTab(orders(), { key: { code: tab.code }, known, person: person('Dua') });
  const dua = joined!.participantId;
  expect((await recordCovered(orders(), { ...of(cleo), payerId: dua })).outcome).toBe('done');
  expect(await shareRow(of(cleo).shareId)).toMatchObject({ participantId: dua, ownerParticipantId: cleo });
  await makeHost(orders(), tab.id, { actor: 'host', actorId: ada }, dua);
  expect((await recordDropped(orders(), of(ben))).outcome).toBe('done');
  expect(await shareRow(of(ben).shareId)).toMatchObject({
    participantId: dua,
    ownerParticipantId: ben,
    amount: 300,
  });
  expect((await order(id)).participants.map(({ name }) => name)).toEqual(['Ada', 'Ben', 'Cleo', 'Dua']);
});
