import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { query, run } from '../db/sql.ts';
import { setReady } from '../db/orders/tabs/people.ts';
import { readTab } from '../db/orders/tabs/read-tab.ts';
import { closeTab } from '../db/orders/tabs/settings.ts';
import type { Tab } from '../domain/contract/tabs.ts';
import { tabWorkflowId } from '../temporal/tabs/messages.ts';
import { PlacedOrder } from '../test/harness/buyer.ts';
import { basketLine, fillBasket, recordTab } from '../test/harness/tabs.ts';
import { textOfHistory } from '../test/invariants/history-text.ts';
import { signalTab, startTab } from '../temporal/tabs/start.ts';
import { startSystem, type System } from '../test/harness/system.ts';
import { until } from '../test/harness/until.ts';
import { addProduct } from '../test/setup/menu.ts';
import { joinTab, openTab, type Seated } from '../test/setup/tabs.ts';
import { Visitor } from '../test/setup/visitor.ts';

let system: System;
let variantId: string;
beforeAll(async () => {
  system = await startSystem();
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 500, available: 1000 }],
  });
  variantId = product.variants[0]!.id;
});
afterAll(() => system?.stop());

const workflowOf = ({ tab }: Seated) => system.temporal.workflow.getHandle(tabWorkflowId(tab.id));
const read = async ({ who, tab }: Seated) => (await who.get(`/api/tabs/${tab.id}`)).body.tab as Tab;
const untilTab = (seated: Seated, what: string, holds: (tab: Tab) => boolean) =>
  until(what, async () => {
    const tab = await read(seated);
    return holds(tab) && tab;
  });
const order = async ({ who, tab }: Seated, quantity = 1) => {
  const { status, body } = await who.post(`/api/tabs/${tab.id}/lines`, { variantId, quantity });
  if (status !== 201) throw new Error(`${status} ${JSON.stringify(body)}`);
};
const ready = ({ who, tab }: Seated) => who.post(`/api/tabs/${tab.id}/ready`, { isReady: true });
const statusOf = async (seated: Seated) => {
  const { status, typedSearchAttributes } = await workflowOf(seated).describe();
  return [
    status.name,
    ...['TabId', 'TabStatus'].map(
      (name) => typedSearchAttributes.getAll().find(({ key }) => key.name === name)?.value,
    ),
  ];
};

test('a tab has a workflow from its opening, which ends with it when it is closed', async () => {
  const host = await openTab(new Visitor(system.url));
  await until('it runs', () =>
    workflowOf(host)
      .describe()
      .catch(() => undefined),
  );
  expect(await statusOf(host)).toEqual(['RUNNING', host.tab.id, 'open']);
  expect((await host.who.post(`/api/tabs/${host.tab.id}/close`)).status).toBe(200);
  await untilTab(host, 'it is closed', ({ status }) => status === 'closed');
  expect(await workflowOf(host).result()).toEqual({ status: 'closed' });
  expect(await statusOf(host)).toEqual(['COMPLETED', host.tab.id, 'closed']);
});

test('the basket is sent by itself once everybody has chosen, and its round shows its tab', async () => {
  const host = await openTab(new Visitor(system.url), { sendsWhenReady: true });
  const ben = await joinTab(new Visitor(system.url), host, { name: 'Ben' });
  await order(host);
  await order(ben, 2);
  await ready(host);
  expect((await read(host)).rounds).toEqual([]);
  await ready(ben);
  const { rounds, lines } = await untilTab(host, 'a round awaits payment', (tab) =>
    tab.rounds.some(({ status }) => status === 'awaiting_payment'),
  );
  expect(rounds).toMatchObject([{ totalAmount: 1500 }]);
  expect(lines).toEqual([]);
  const described = await system.temporal.workflow.getHandle(`order-${rounds[0]!.orderId}`).describe();
  expect(described.memo).toMatchObject({ tab: tabWorkflowId(host.tab.id) });
  const events = (await host.who.get(`/api/tabs/${host.tab.id}/events`)).body.items as { type: string }[];
  expect(events.filter(({ type }) => type === 'round_sent')).toHaveLength(1);
  await host.who.post(`/api/orders/${rounds[0]!.orderId}/cancel`);
  const after = await untilTab(host, 'its lines are back', (tab) => tab.lines.length === 2);
  expect(after.rounds).toMatchObject([{ status: 'canceled' }]);
  expect((await host.who.get(`/api/orders/${rounds[0]!.orderId}`)).body.order.reason).toBe('taken_back');
});

test('a tab that nobody uses expires, and one whose workflow was lost is found and tended again', async () => {
  const host = await openTab(new Visitor(system.url));
  await until('it waits', async () => {
    const history = await workflowOf(host)
      .fetchHistory()
      .catch(() => undefined);
    return history?.events?.some(({ timerStartedEventAttributes: timer }) => timer);
  });
  await workflowOf(host).terminate('lost');
  const past = sql`update tabs set last_activity_at = now() - interval '13 hours', created_at = now() - interval '13 hours'
    where id = ${host.tab.id}`;
  await run(system.databases.orders.em.fork(), past);
  await run(system.databases.orders.em.fork(), sql`delete from jobs where name = 'tabs_without_workflow'`);
  await system.startWorker();
  await untilTab(host, 'it has expired', ({ status, joinCode }) => status === 'expired' && joinCode === null);
  expect(await workflowOf(host).result()).toEqual({ status: 'expired' });
});

test('who owes is reminded before the deadline, once, by a mail with her own link and sum', async () => {
  const host = await openTab(new Visitor(system.url), { email: 'ada@guest.test', title: 'Friday lunch' });
  const ben = await joinTab(new Visitor(system.url), host, { name: 'Ben', email: 'ben@guest.test' });
  const kim = await joinTab(new Visitor(system.url), host, { name: 'Kim' });
  for (const each of [host, ben, kim]) await order(each, each === ben ? 2 : 1);
  const { order: sent } = (await host.who.post(`/api/tabs/${host.tab.id}/rounds`, {}, { key: randomUUID() }))
    .body;
  const round = new PlacedOrder(system, host.who, sent.id);
  const shareOf = async ({ participantId }: Seated) =>
    (await round.read()).shares.find((share) => share.participantId === participantId)!.id;
  expect((await round.payShare(host.who, await shareOf(host), 'pm_card_visa')).status).toBe(200);
  // Most of its time has passed.
  const { orders } = system.databases;
  const longAgo = sql`update order_events set at = at - interval '1 hour' where order_id = ${sent.id}`;
  await run(orders.em.fork(), longAgo);
  for (let times = 1; times <= 2; times += 1) await signalTab(system.temporal, host.tab.id);
  await until('the reminder is sent', async () => {
    const mails = await query<{ recipient: string; status: string; data: object }>(
      orders.em.fork(),
      sql`select recipient, status, data from mails where order_id = ${sent.id} and type = 'payment_reminder'`,
    );
    if (mails.some(({ status }) => status === 'due') || mails.length === 0) return false;
    expect(mails).toEqual([{ recipient: 'ben@guest.test', status: 'sent', data: { dueAmount: 1000 } }]);
    return true;
  });
  const told = system.mailServer.mails.filter(({ source }) => source.includes('is not paid yet'));
  expect(told.map(({ to }) => to)).toEqual([['ben@guest.test']]);
  expect(told[0]!.source.replaceAll('=\r\n', '')).toContain(`/orders/${sent.id}#guest=`);
  await signalTab(system.temporal, host.tab.id);
  const types = (await host.who.get(`/api/tabs/${host.tab.id}/events`)).body.items as { type: string }[];
  expect(types.filter(({ type }) => type === 'reminded')).toHaveLength(1);
  expect((await round.types()).filter((type) => type === 'reminded')).toHaveLength(1);
  for (const each of [ben, kim])
    expect((await round.payShare(each.who, await shareOf(each), 'pm_card_visa')).status).toBe(200);
  await round.untilStatus('confirmed');
  const receipt = await until('she has her own receipt', () =>
    system.mailServer.mails.find(
      ({ to, source }) => to.includes('ada@guest.test') && /receipt/i.test(source),
    ),
  );
  expect(receipt.source).toContain('=E2=82=AC5.00');
  expect(receipt.source).not.toContain('=E2=82=AC20.00');
  expect(receipt.source).toContain('Friday lunch');
});

test('an evening of four rounds for forty leaves bounded histories, which name nobody', async () => {
  const { databases, temporal } = system;
  const names = Array.from({ length: 40 }, (_, index) => `Wilhelmina ${index}`);
  const tab = await recordTab(databases.orders, names, { title: 'Ladies’ night', sendsWhenReady: true });
  const firstRunId = await startTab(temporal, { tabId: tab.id });
  const { id, code } = tab;
  for (let round = 1; round <= 4; round += 1) {
    for (const participantId of tab.people) {
      const command = { actor: 'participant', actorId: participantId } as const;
      if (round === 1 && participantId === tab.hostId)
        await fillBasket(databases.orders, id, basketLine(participantId, { variantId }));
      await setReady(databases.orders, id, command, { participantId, isReady: true });
      await signalTab(temporal, id);
    }
    const sent = await until(`round ${round} is sent`, async () => {
      const { rounds } = (await readTab(databases.orders, id))!.tab;
      return rounds.length === round && rounds.at(-1)!.status === 'awaiting_payment' && rounds.at(-1);
    });
    const canceled = await system.agent.post(`/api/orders/${sent.orderId}/cancel`, { reason: 'late' });
    expect(canceled.status).toBe(200);
    await until('its lines are back', async () => {
      const { lines } = (await readTab(databases.orders, id))!.tab;
      return lines.length > 0;
    });
  }
  const workflow = temporal.workflow.getHandle(tabWorkflowId(id));
  await until('its history goes on in a new run', async () => {
    await signalTab(temporal, id);
    const { runId } = await workflow.describe();
    return runId !== firstRunId;
  });
  await closeTab(databases.orders, id, { actor: 'host', actorId: tab.hostId });
  await signalTab(temporal, id);
  expect(await workflow.result()).toEqual({ status: 'closed' });
  const sizes: number[] = [];
  for await (const { workflowId, runId } of temporal.workflow.list({
    query: `TabId = '${id}' AND WorkflowType = 'tab'`,
  })) {
    const history = await temporal.workflow.getHandle(workflowId, runId).fetchHistory();
    sizes.push(history.events!.length);
    for (const told of ['Wilhelmina', 'Ladies', code, tab.secret])
      expect(textOfHistory(history)).not.toContain(told);
  }
  expect(sizes.length).toBeGreaterThan(1);
  expect(Math.max(...sizes)).toBeLessThan(1_500);
});
