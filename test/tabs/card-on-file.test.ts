/** The card on file of a tab that is paid after: given, asked for, charged when the tab is closed, refused, forgotten. */

import { randomUUID } from 'node:crypto';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tab } from '../../domain/contract/tabs.ts';
import { MOST_UNPAID_MAILS } from '../../db/orders/mails/mails.ts';
import { query, queryFirst, run } from '../../db/sql.ts';
import { signalTab } from '../../temporal/tabs/start.ts';
import { PlacedOrder } from '../harness/buyer.ts';
import { startTabSystem, type TabSystem } from '../harness/tab-system.ts';
import { until } from '../harness/until.ts';
import { patiently } from '../setup/patiently.ts';
import { changeSettings } from '../setup/shop-settings.ts';
import { refusalOf, type Seated } from '../setup/tabs.ts';
import { signUp, Visitor, type Reply } from '../setup/visitor.ts';
import { beginCard, confirmAtStripe, giveCard, putCard, setUpCard } from './give-card.ts';
import { codeOf, Group } from './groups.ts';

let shop: TabSystem;
beforeAll(async () => {
  shop = await startTabSystem();
});
afterAll(() => shop?.system.stop());

const send = (group: Group, { who }: Seated) => patiently(who, 'POST', group.path('/rounds'), {});

/** Has somebody order, and waits until the kitchen has it. */
async function order(group: Group, who: Seated, variantId = shop.menu.pizza): Promise<void> {
  await group.add(who, variantId);
  const { body } = await send(group, who);
  await new PlacedOrder(shop.system, shop.system.agent, body.order.id as string).untilStatus('confirmed');
}

const close = (group: Group, who: Visitor, body: object = {}): Promise<Reply<any>> =>
  patiently(who, 'POST', group.path('/close'), body);

const untilTab = (group: Group, what: string, is: (tab: Tab) => boolean): Promise<Tab> =>
  until(
    what,
    async () => {
      const tab = await group.read();
      return is(tab) && tab;
    },
    { withinMs: 120_000, last: () => group.read() },
  );

const untilClosed = (group: Group) =>
  untilTab(group, 'the tab to close', ({ status }) => status === 'closed');
const untilRefused = (group: Group) =>
  untilTab(group, 'the card to be refused', ({ card }) => card?.refused != null);

const eventsOf = async (group: Group): Promise<{ type: string; actor: string; amount?: number }[]> =>
  (await shop.system.agent.get(group.path('/events?after=0'))).body.items;

/** Resolves once the giver of its card was told by mail that it was refused. */
const untilTold = (group: Group) =>
  until('she is told by mail', async () => {
    const row = await queryFirst<{ count: number }>(
      shop.system.databases.orders.em.fork(),
      sql`select count(*)::int as count from mails m join orders o on o.id = m.order_id
          where o.tab_id = ${group.id} and m.type = 'card_refused' and m.status = 'sent'`,
    );
    return row!.count === 1;
  });

/** Its cards, in the order of being asked for. */
function cardsOf(group: Group) {
  return query<{ status: string }>(
    shop.system.databases.orders.em.fork(),
    sql`select status from tab_cards where tab_id = ${group.id} order by asked_at`,
  );
}

const untilForgotten = (group: Group) =>
  until('the cards to be forgotten', async () =>
    (await cardsOf(group)).every(({ status }) => status === 'forgotten'),
  );

test('a card is set up, read back, shown to its giver and staff alone, replaced, and taken back', async () => {
  const group = await Group.openAfter(shop.system, ['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  expect(refusalOf(await ben.who.post(group.path('/card'), {}, { key: randomUUID() }))).toEqual([
    400,
    'invalid_request',
  ]);
  const key = randomUUID();
  const first = await beginCard(group, ben, { email: 'ben@example.test', key });
  expect((await beginCard(group, ben, { email: 'ben@example.test', key })).body).toEqual(first.body);
  const { setupIntentId } = first.body;
  expect(refusalOf(await putCard(group, ben, setupIntentId))).toEqual([409, 'illegal_transition']);
  expect(await confirmAtStripe(group, first.body, 'pm_card_chargeDeclined')).toBe(402);
  expect(refusalOf(await putCard(group, ben, setupIntentId))).toEqual([402, 'card_declined']);
  expect(await confirmAtStripe(group, first.body, 'pm_card_visa')).toBe(200);
  expect(refusalOf(await putCard(group, ada, setupIntentId))).toEqual([404, 'not_found']);
  const given = await putCard(group, ben, setupIntentId);
  const shown = { participantId: ben.participantId, isCharging: false, refused: null };
  expect(given.body.tab.card).toEqual({ ...shown, brand: 'visa', last4: '4242' });
  expect((await putCard(group, ben, setupIntentId)).body.tab.version).toBe(given.body.tab.version);
  expect((await ada.who.get(group.path())).body.tab.card).toEqual({ ...shown, brand: null, last4: null });
  expect((await group.read()).card).toMatchObject({ last4: '4242' });
  // Another card takes its place, and the first is forgotten at Stripe.
  await giveCard(group, ada, 'pm_card_mastercard');
  expect((await group.read()).card).toMatchObject({ participantId: ada.participantId, brand: 'mastercard' });
  await until('the first to be forgotten', async () => (await cardsOf(group))[0]!.status === 'forgotten');
  const customers = await shop.system.stripeApi.customers.list({ limit: 100 });
  expect(customers.data.filter(({ metadata }) => metadata['participant_id'] === ben.participantId)).toEqual(
    [],
  );
  expect(codeOf(await ben.who.call('DELETE', group.path('/card')))).toBe('forbidden');
  expect((await ada.who.call('DELETE', group.path('/card'))).body.tab.card).toBeNull();
  expect(codeOf(await ada.who.call('DELETE', group.path('/card')))).toBe('ok');
  expect((await eventsOf(group)).map(({ type }) => type).filter((type) => type.startsWith('card'))).toEqual([
    ...['card_given', 'card_given', 'card_taken_back'],
  ]);
  await untilForgotten(group);
});

test('an answer that was lost is made up for by the webhook; a late one does not replace a newer card', async () => {
  const group = await Group.openAfter(shop.system, ['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  const lost = (await beginCard(group, ada)).body;
  await setUpCard(group, ben, 'pm_card_visa');
  const tab = await untilTab(group, "Ben's card to be on file", ({ card }) => card !== null);
  expect(tab.card).toMatchObject({ participantId: ben.participantId, last4: '4242' });
  // Ada's was begun before Ben gave his.
  await confirmAtStripe(group, lost, 'pm_card_mastercard');
  await until("Ada's to be forgotten", async () => (await cardsOf(group))[0]!.status === 'forgotten');
  expect((await group.read()).card).toMatchObject({ participantId: ben.participantId });
});

test('whom the shop asks sends nothing without a card; staff do, and nobody takes back what is asked for and owed', async () => {
  await changeSettings(shop.system, { cardOnFile: 'above', cardOnFileAboveAmount: 1_500 });
  try {
    const group = await Group.openAfter(shop.system, ['Ada', 'Ben']);
    const [ada, ben] = group.people as [Seated, Seated];
    await order(group, ben);
    await group.add(ben, shop.menu.pizza);
    expect(refusalOf(await send(group, ben))).toEqual([409, 'card_required']);
    expect(codeOf(await shop.system.agent.post(group.path('/rounds'), {}))).toBe('ok');
    await giveCard(group, ada);
    await order(group, ben);
    await changeSettings(shop.system, { cardOnFile: 'always' });
    expect(refusalOf(await ada.who.call('DELETE', group.path('/card')))).toEqual([409, 'card_required']);
    const other = await Group.openAfter(shop.system, ['Cleo']);
    await other.add(other.host, shop.menu.tea);
    expect(refusalOf(await send(other, other.host))).toEqual([409, 'card_required']);
    await changeSettings(shop.system, { cardOnFile: 'guests' });
    expect(refusalOf(await send(other, other.host))).toEqual([409, 'card_required']);
    await changeSettings(shop.system, { cardOnFile: 'never' });
    expect(codeOf(await send(other, other.host))).toBe('ok');
    expect(codeOf(await ada.who.call('DELETE', group.path('/card')))).toBe('ok');
  } finally {
    await changeSettings(shop.system, { cardOnFile: 'never' });
  }
});

test('nobody removes its giver while something is owed, and then she has her card back', async () => {
  const group = await Group.openAfter(shop.system, ['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  await giveCard(group, ben);
  await order(group, ada, shop.menu.tea);
  const remove = () => patiently(ada.who, 'DELETE', group.path(`/participants/${ben.participantId}`));
  expect(refusalOf(await remove())).toEqual([409, 'illegal_transition']);
  expect(codeOf(await group.payInCash(ada, { kind: 'rest' }))).toBe('ok');
  await untilTab(group, 'it to be paid', ({ owedAmount }) => owedAmount === 0);
  // Also one that she has not given yet.
  await beginCard(group, ben);
  expect((await remove()).body.tab.card).toBeNull();
  await untilForgotten(group);
});

test('closing charges the rest once, whoever closes it, and what others were paying when they do not', async () => {
  const [byHost, byStaff] = await Promise.all(
    [1, 2].map(() => Group.openAfter(shop.system, ['Ada', 'Ben', 'Cleo'])) as [
      Promise<Group>,
      Promise<Group>,
    ],
  );
  for (const group of [byHost, byStaff]) {
    const [ada, ben, cleo] = group.people as [Seated, Seated, Seated];
    await giveCard(group, ben);
    await order(group, ben);
    await order(group, cleo, shop.menu.tea);
    await order(group, ada, shop.menu.steak);
  }
  expect(refusalOf(await close(byHost, byHost.host.who, { expectedAmount: 1_000 }))).toEqual([
    409,
    'version_conflict',
  ]);
  expect((await byHost.read()).status).toBe('open');
  expect(codeOf(await close(byHost, byHost.host.who, { expectedAmount: 1_950 }))).toBe('ok');
  // Cleo is paying hers: that is not charged, until she has given it up.
  const claim = await byStaff.payPart(byStaff.people[2]!, { kind: 'mine' }, { paymentMethodId: undefined });
  expect(codeOf(await close(byStaff, shop.system.agent))).toBe('ok');
  const charged = await untilTab(byStaff, 'the rest to be charged', ({ payments }) => payments.length === 1);
  expect(charged).toMatchObject({ status: 'closing', paidAmount: 1_600, owedAmount: 350 });
  expect(codeOf(await byStaff.people[2]!.who.post(`/api/orders/${claim.body.order.id}/cancel`, {}))).toBe(
    'ok',
  );
  const ended = [await untilClosed(byHost), await untilClosed(byStaff)];
  expect(ended.map(({ payments }) => payments.map(({ amount }) => amount))).toEqual([[1_950], [1_600, 350]]);
  expect(ended.flatMap(({ payments }) => payments.map(({ isOnFile }) => isOnFile))).toEqual([
    true,
    true,
    true,
  ]);
  const { body: settled } = await shop.system.agent.get(`/api/orders/${ended[0]!.payments[0]!.orderId}`);
  expect(settled.order.settles).toMatchObject({ tabId: byHost.id, isOnFile: true });
  for (const [index, group] of [byHost, byStaff].entries()) {
    const told = (await eventsOf(group)).filter(({ type }) => type === 'card_charged');
    expect(told.map(({ amount }) => amount)).toEqual([[1_950], [1_600, 350]][index]);
    await untilForgotten(group);
  }
});

test('a card that is refused leaves the tab to staff: again, and then in cash; its giver is told by mail, however many she has had', async () => {
  const group = await Group.openAfter(shop.system, ['Ada', 'Ben']);
  const [ada, ben] = group.people as [Seated, Seated];
  await giveCard(group, ada, 'pm_card_chargeCustomerFail');
  for (let mails = 0; mails < MOST_UNPAID_MAILS; mails += 1) await order(group, ada);
  const { agent } = shop.system;
  const again = () => patiently(agent, 'POST', group.path('/card/charge'), {});
  expect(refusalOf(await again())).toEqual([409, 'illegal_transition']);
  await close(group, ada.who);
  expect(await untilRefused(group)).toMatchObject({
    ...{ status: 'closing', owedAmount: 3_000, claims: [] },
    card: { refused: 'declined', isCharging: false },
  });
  const listed = (await agent.get('/api/tabs?owed=true')).body.items as { id: string; cardRefused: string }[];
  expect(listed.find(({ id }) => id === group.id)?.cardRefused).toBe('declined');
  await untilTold(group);
  expect(codeOf(await ada.who.post(group.path('/card/charge'), {}))).toBe('unauthenticated');
  expect(codeOf(await again())).toBe('ok');
  await until(
    'it to be refused again',
    async () => (await eventsOf(group)).filter(({ type }) => type === 'card_refused').length === 2,
  );
  await untilRefused(group);
  expect(codeOf(await group.payInCash(ben, { kind: 'rest' }))).toBe('ok');
  expect((await untilClosed(group)).payments).toMatchObject([{ method: 'cash', isOnFile: false }]);
  expect(refusalOf(await again())).toEqual([409, 'tab_ended']);
});

test('why it was refused is told: its bank wants to hear from its giver, or it has expired', async () => {
  const [asked, expired] = await Promise.all(
    [1, 2].map(() => Group.openAfter(shop.system, ['Ada'])) as [Promise<Group>, Promise<Group>],
  );
  const begun = (await beginCard(asked, asked.host)).body;
  expect(await confirmAtStripe(asked, begun, 'pm_card_authenticationRequired')).toBe(200);
  expect(refusalOf(await putCard(asked, asked.host, begun.setupIntentId))).toEqual([
    409,
    'illegal_transition',
  ]);
  const { url } = shop.system.stripe;
  await fetch(`${url}/_/payment_intents/${begun.setupIntentId}/authenticate`, { method: 'POST' });
  expect(codeOf(await putCard(asked, asked.host, begun.setupIntentId))).toBe('ok');
  await giveCard(expired, expired.host);
  shop.system.stripe.faults.add({
    ...{ kind: 'answer', method: 'POST', path: '/v1/payment_intents/*/confirm', about: expired.id, count: 1 },
    status: 402,
    error: { type: 'card_error', code: 'expired_card', message: 'Your card has expired.' },
  });
  const end = async (group: Group, refused: string) => {
    await order(group, group.host);
    expect(codeOf(await close(group, group.host.who))).toBe('ok');
    expect((await untilRefused(group)).card).toMatchObject({ refused, isCharging: false });
    await untilTold(group);
    expect(codeOf(await group.payInCash(group.host, { kind: 'rest' }))).toBe('ok');
    await untilClosed(group);
  };
  await Promise.all([end(asked, 'authentication_required'), end(expired, 'expired')]);
});

/** Moves what happened in a tab into the past, and has its workflow look at it. */
async function leaveAlone(group: Group, minutes: number): Promise<void> {
  const em = shop.system.databases.orders.em.fork();
  const ago = sql`make_interval(mins => ${minutes})`;
  await run(em, sql`update tabs set last_activity_at = last_activity_at - ${ago} where id = ${group.id}`);
  await run(
    em,
    sql`update tab_cards set given_at = given_at - ${ago}, warned_at = warned_at - ${ago} where tab_id = ${group.id}`,
  );
  await signalTab(shop.system.temporal, group.id);
}

test('silence charges the card, an hour after its giver was told, and tries once', async () => {
  const groups = await Promise.all(
    [1, 2].map(() => Group.openAfter(shop.system, ['Ada', 'Ben'])) as [Promise<Group>, Promise<Group>],
  );
  const [paid, refused] = groups;
  await giveCard(paid, paid.host);
  await giveCard(refused, refused.host, 'pm_card_chargeCustomerFail');
  for (const group of groups) {
    await order(group, group.people[1]!);
    const { chargesAt } = await group.read();
    expect(Date.parse(chargesAt!) - Date.now()).toBeGreaterThan(11 * 60 * 60_000);
    await leaveAlone(group, 10 * 60);
    expect((await eventsOf(group)).map(({ type }) => type)).not.toContain('card_charge_announced');
    // Nobody was told in time: the charge waits an hour for it.
    await leaveAlone(group, 5 * 60);
    await until('it to be announced', async () =>
      (await eventsOf(group)).some(({ type }) => type === 'card_charge_announced'),
    );
    const told = await group.read();
    expect(told.status).toBe('open');
    expect(Date.parse(told.chargesAt!) - Date.now()).toBeGreaterThan(50 * 60_000);
    await until('the mail to be sent', async () => {
      const row = await queryFirst<{ status: string }>(
        shop.system.databases.orders.em.fork(),
        sql`select status from mails where type = 'card_charge_soon' and participant_id = ${group.host.participantId}`,
      );
      return row?.status === 'sent';
    });
    await leaveAlone(group, 61);
  }
  expect(await untilClosed(paid)).toMatchObject({ paidAmount: 1_000 });
  await untilRefused(refused);
  expect(codeOf(await refused.host.who.post(refused.path('/reopen')))).toBe('ok');
  expect((await refused.read()).chargesAt).toBeNull();
  await leaveAlone(refused, 40 * 60);
  expect(codeOf(await refused.payPart(refused.people[1]!, { kind: 'rest' }))).toBe('ok');
});

test('a saved card of an account is charged, and stays hers', async () => {
  const group = await Group.openAfter(shop.system, ['Ada']);
  const eve = new Visitor(shop.system.url);
  await signUp(eve, shop.system.databases, 'customer');
  const joined = await eve.command('/api/tabs/join', { code: (await group.read()).joinCode, name: 'Eve' });
  // She is told of the charge at her account's address, if she has given no other.
  const own = group.path(`/participants/${joined.body.participant.id}`);
  expect((await eve.call('PATCH', own, { body: { email: null } })).body.viewer.email).toBeNull();
  const saved = await group.payPart({ who: eve }, { kind: 'rest' });
  expect(codeOf(saved)).toBe('nothing_owed');
  await order(group, group.host, shop.menu.tea);
  await eve.command(group.path('/payments'), {
    ...{ what: { kind: 'rest' }, paymentMethodId: 'pm_card_visa', savePaymentMethod: true },
  });
  const { items } = (await eve.get('/api/payment-methods')).body;
  const paymentMethodId = items[0].id as string;
  const giveSaved = (who: Visitor) => who.call('PUT', group.path('/card'), { body: { paymentMethodId } });
  expect(refusalOf(await giveSaved(group.host.who))).toEqual([404, 'not_found']);
  expect((await giveSaved(eve)).body).toMatchObject({
    ...{ tab: { card: { brand: 'visa', last4: '4242' } }, viewer: { email: expect.any(String) } },
  });
  expect(codeOf(await giveSaved(eve))).toBe('ok');
  await order(group, group.host);
  await close(group, group.host.who);
  expect(await untilClosed(group)).toMatchObject({ paidAmount: 1_350 });
  await untilForgotten(group);
  expect((await eve.get('/api/payment-methods')).body.items).toHaveLength(1);
});
