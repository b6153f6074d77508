/** Staff actions on orders, who performed them, and which items no longer need to be prepared. */

import type { Locator, Page } from 'playwright-core';
import { decodeQR } from 'qr/decode.js';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Product } from '../domain/contract/catalog.ts';
import type { EventForAgents } from '../domain/contract/orders.ts';
import { TRANSITIONS } from '../domain/order.ts';
import { createSpot } from '../db/catalog/spots/spots.ts';
import { expectAccessible, shoot } from './browser/look.ts';
import { boardCard, chooseTable, DESKTOP, fillCard, PHONE, seeHeadline } from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import type { Language } from '../messages/compiled/languages.ts';
import { messagesIn } from '../messages/compiled/messages.ts';
import { LANGUAGE_COOKIE } from '../messages/language-cookie.ts';
import { orderUntilDecided, placeOrder, PlacedOrder } from './harness/buyer.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';
import { signUp, Visitor } from './setup/visitor.ts';
import { Group } from './tabs/groups.ts';

/** A tablet that lies in the kitchen. */
const TABLET = { width: 1024, height: 768 };

let shop: Shop;
let variantId: string;
/** Of something else. */
let tartId: string;
let grace: Visitor;
let board: Page;

beforeAll(async () => {
  shop = await openShop({ environment: { RECONCILE_SETTLED_SECONDS: '0' } });
  const product = await addProduct(shop.system.databases, {
    name: 'Zebra cake',
    variants: [{ name: 'Regular', unitAmount: 450, available: 1000 }],
  });
  variantId = product.variants[0]!.id;
  const tart = await addProduct(shop.system.databases, {
    name: 'Quince tart',
    variants: [{ name: 'Regular', unitAmount: 500, available: 100 }],
  });
  tartId = tart.variants[0]!.id;
  grace = new Visitor(shop.system.url);
  await signUp(grace, shop.system.databases, 'agent');
  board = (await shop.openAs('agent', DESKTOP)).page;
  await board.goto('/agent');
});
afterAll(() => shop?.stop());

/** The page in each theme. */
async function shootThemes(page: Page, name: string): Promise<void> {
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await shoot(page, `${name}-${colorScheme}`);
  }
}

const confirmed = async (quantity = 1): Promise<PlacedOrder> => {
  const order = await placeOrder(shop.system, { variantId, quantity, pay: 'pm_card_visa' });
  await order.untilStatus('confirmed');
  return order;
};
const refund = (order: PlacedOrder, body: object) =>
  grace.command(`/api/orders/${order.id}/refunds`, { reason: 'It was cold', ...body });
const dispute = async (order: PlacedOrder, path = 'dispute') => {
  const [intent] = (await order.atStripe()).intents;
  const charge = intent!.latest_charge as { id: string };
  const url = `${shop.system.stripe.url}/_/charges/${charge.id}/${path}`;
  return (await (await fetch(url, { method: 'POST' })).json()) as { id: string };
};

/** Every staff action on an order, with the type of the event that records it. */
const ACTS: Record<string, { do: () => Promise<PlacedOrder>; event: string }> = {
  record_cash: {
    event: 'cash_recorded',
    do: async () => {
      const order = await placeOrder(shop.system, { variantId });
      const { id } = await order.share();
      await grace.command(`/api/orders/${order.id}/shares/${id}/cash`, {});
      return order;
    },
  },
  advance: {
    event: 'preparing',
    do: async () => {
      const order = await confirmed();
      await grace.command(`/api/orders/${order.id}/advance`, { to: 'preparing' });
      return order;
    },
  },
  change: {
    event: 'change_requested',
    do: async () => {
      const order = await confirmed();
      await order.change(
        { add: [{ variantId, quantity: 1 }], expectedDifference: 450, settle: 'cash', reason: 'one more' },
        { by: grace },
      );
      return order;
    },
  },
  cancel: {
    event: 'canceled',
    do: async () => {
      const order = await confirmed();
      await order.cancel(grace, { restock: true });
      return order;
    },
  },
  refund: {
    event: 'refund_started',
    do: async () => {
      const order = await confirmed();
      await refund(order, { amount: 100 });
      return order;
    },
  },
  clear_attention: {
    event: 'attention_cleared',
    do: async () => {
      const order = await confirmed();
      await dispute(order);
      await order.until('disputed', ({ needsAttention }) => needsAttention !== null);
      await grace.command(`/api/orders/${order.id}/clear-attention`);
      return order;
    },
  },
};

/** What staff do for a group, on its tab's page and its round's: test/order-together and test/rounds. */
const OF_GROUPS: readonly string[] = ['send', 'claim', 'drop'];

test('whatever staff may do by the table of transitions is among the acts', () => {
  const actions = TRANSITIONS.filter((row) => (row.by as readonly string[]).includes('agent'))
    .map(({ action }) => action)
    .filter((action) => !OF_GROUPS.includes(action));
  expect(Object.keys(ACTS)).toEqual(expect.arrayContaining([...new Set(actions)]));
});

test.each(Object.entries(ACTS))(
  'staff read in the history who of them did it, and the customer does not: %s',
  async (_name, act) => {
    const order = await act.do();
    const history = (await grace.get(`/api/orders/${order.id}/events`)).body.items as EventForAgents[];
    const told = history.find(({ type }) => type === act.event);
    expect(told).toMatchObject({ actor: 'agent', by: 'A agent' });
    for (const { actor, by } of history) expect(by === null).toBe(actor !== 'agent');
    const seen = await order.guest.get(`/api/orders/${order.id}/events`);
    expect(seen.status).toBe(200);
    expect(JSON.stringify(seen.body)).not.toContain('A agent');
  },
);

test('the history tells whether what was sold went back on sale', async () => {
  const order = await confirmed(2);
  const [line] = (await order.read()).lines;
  await refund(order, { lines: [{ lineId: line!.id, quantity: 1 }], restock: true });
  const events = await order.events();
  expect(events.find(({ type }) => type === 'refund_started')).toMatchObject({ restock: true });
});

test('what went back is struck out on the board, and an order of which all did is not to be prepared', async () => {
  const order = await confirmed(3);
  const card = boardCard(board, order.id);
  await card.waitFor();
  const [line] = (await order.read()).lines;
  await refund(order, { lines: [{ lineId: line!.id, quantity: 1 }] });
  await card.getByText('1 of 3 refunded').waitFor();
  await expect
    .poll(async () => (await order.read()).lines[0])
    .toMatchObject({ quantity: 3, refundedQuantity: 1 });
  await shoot(board, 'board-line-refunded');

  await refund(order, {});
  await card.getByText('Refunded: do not prepare').waitFor();
  await expect.poll(async () => (await order.read()).lines[0]).toMatchObject({ refundedQuantity: 3 });
  await expectAccessible(board);
  await shoot(board, 'board-order-refunded');
});

test('the kitchen sees what to make, moves it on, and meets no money', async () => {
  const order = await confirmed(2);
  const { page } = await shop.openAs('kitchen', DESKTOP);
  await page.goto('/agent');
  const card = boardCard(page, order.id);
  await card.getByText('Zebra cake').waitFor();
  const places = page
    .getByRole('navigation')
    .getByRole('link', { name: /^(Board|Orders|Catalog|Differences|Shop)$/ });
  await expect.poll(() => places.allInnerTexts()).toEqual(['Board', 'Catalog']);
  expect(await page.locator('main').innerText()).not.toMatch(/€|EUR/);
  expect(await card.getByRole('link').count()).toBe(0);
  await expectAccessible(page);
  await shoot(page, 'board-of-the-kitchen');
  await card.getByRole('button', { name: 'Start preparing' }).click();
  await order.untilStatus('preparing');

  await page.goto('/agent/catalog');
  await page.getByText('Zebra cake').first().waitFor();
  await expect.poll(() => page.getByRole('link', { name: 'New product' }).count()).toBe(0);
  await expectAccessible(page);
  await shoot(page, 'catalog-of-the-kitchen');
  await page.goto(`/agent/orders/${order.id}`);
  await page.getByText('This part is not for your role').waitFor();
});

test('a ticket that its guest has changed tells what came and what went, on the board and on its page', async () => {
  const order = await confirmed(2);
  const { page: kitchen } = await shop.openAs('kitchen', TABLET);
  await kitchen.goto('/agent');
  const ticket = boardCard(kitchen, order.id);
  await ticket.getByText('Zebra cake').waitFor();
  const [line] = (await order.read()).lines;
  const changed = await order.change({
    ...{ set: [{ lineId: line!.id, quantity: 1 }], add: [{ variantId: tartId, quantity: 1 }] },
    ...{ expectedDifference: 50, payment: { paymentMethodId: 'pm_card_visa' } },
  });
  expect(changed.status, JSON.stringify(changed.body)).toBe(201);
  const news = ticket.locator('[data-changed="marked"]');
  await news.getByText('Quince tart').waitFor();
  await news.locator('s', { hasText: 'Zebra cake' }).waitFor();
  expect(await kitchen.locator('main').innerText()).not.toMatch(/€|EUR/);
  await expectAccessible(kitchen);
  await shootThemes(kitchen, 'board-changed-by-guest');
  // Who starts to make it has read it; what went stays legible.
  await ticket.getByRole('button', { name: 'Start preparing' }).click();
  await ticket.locator('[data-changed="seen"] s', { hasText: 'Zebra cake' }).waitFor();
  await order.until('it counts as seen', ({ changes }) => changes.every(({ isSeen }) => isSeen));

  await board.goto(`/agent/orders/${order.id}`);
  const changes = board.getByRole('region', { name: 'Changes' });
  await changes.getByText('€0.50 more').waitFor();
  expect(await changes.getByText('not seen by the kitchen yet').count()).toBe(0);
  await changes.locator('s', { hasText: 'Zebra cake' }).waitFor();
  await board.getByText(/, in 2 payments$/).waitFor();
  await expectAccessible(board);
  await shootThemes(board, 'order-changed-by-guest');
  await board.goto('/agent');
  await kitchen.close();
});

test('what staff change of a ticket that is being made calls in the kitchen until somebody has seen it, and a manager waives what it costs', async () => {
  const order = await confirmed(2);
  await grace.command(`/api/orders/${order.id}/advance`, { to: 'preparing' });
  const { page: kitchen } = await shop.openAs('kitchen', TABLET);
  await kitchen.goto('/agent');
  const ticket = boardCard(kitchen, order.id);
  await ticket.getByText('Zebra cake').waitFor();

  const { page } = await shop.openAs('manager', DESKTOP);
  await page.goto(`/agent/orders/${order.id}`);
  await page.getByRole('button', { name: 'Change order…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change the order' });
  const search = dialog.getByRole('searchbox', { name: 'Add from the menu' });
  await search.fill('quin');
  await dialog.getByRole('button', { name: /^Quince tart/ }).waitFor();
  await search.press('Enter');
  await dialog.getByText('New: Quince tart').waitFor();
  await dialog.getByRole('button', { name: 'One Zebra cake less' }).click();
  await dialog.getByText('€0.50 more', { exact: true }).waitFor();
  await dialog.getByText('€9.50 in all').waitFor();
  await dialog.getByRole('radio', { name: /^Not at all/ }).press('Space');
  await dialog.getByRole('button', { name: /^Change it/ }).click();
  await dialog.getByText('Give the discount a name').waitFor();
  await dialog.getByLabel('Name of the discount').fill('Goodwill');
  await dialog.getByLabel('Reason').fill('One was dropped');
  await expectAccessible(page);
  await shoot(page, 'staff-change');
  await dialog.getByRole('button', { name: /^Change it/ }).click();
  await dialog.waitFor({ state: 'hidden' });

  const changes = page.getByRole('region', { name: 'Changes' });
  await changes.getByText('One was dropped').waitFor();
  await changes.getByText('Mona Manager').waitFor();
  await page
    .getByText(/Goodwill/)
    .first()
    .waitFor();
  await expectAccessible(page);
  await shoot(page, 'order-changed-by-staff');
  const now = await order.read();
  expect(now).toMatchObject({
    ...{ totalAmount: 900, discounts: [{ name: 'Goodwill', amount: 50 }] },
    changes: [{ by: 'staff', differenceAmount: 0 }],
  });

  await ticket.getByText(/^Changed/).waitFor();
  await ticket.getByText('Quince tart').first().waitFor();
  await ticket.locator('s', { hasText: 'Zebra cake' }).waitFor();
  await kitchen.getByRole('button', { name: `#${now.number} changed` }).waitFor();
  expect(await kitchen.locator('main').innerText()).not.toMatch(/€|EUR/);
  await expectAccessible(kitchen);
  await shoot(kitchen, 'board-changed-ticket');
  // Who advances it has not said that she has seen it.
  await grace.command(`/api/orders/${order.id}/advance`, { to: 'ready' });
  await ticket.getByRole('button', { name: 'Seen' }).click();
  await ticket.locator('[data-changed="seen"]').waitFor();
  await ticket.locator('s', { hasText: 'Zebra cake' }).waitFor();
  await kitchen.getByRole('button', { name: `#${now.number} changed` }).waitFor({ state: 'detached' });

  await page.close();
  await kitchen.close();
});

test('what staff change and leave to the guest waits on her phone, until it is withdrawn or she has paid', async () => {
  const { guest, reply } = await orderUntilDecided(shop.system, { variantId, pay: 'pm_card_visa' });
  const order = new PlacedOrder(shop.system, guest, reply.body.order.id as string);
  await order.untilStatus('confirmed');
  const { page } = await shop.openAs('agent', DESKTOP);
  const { page: phone } = await shop.open(PHONE);
  await phone.goto(`/orders/${order.id}#guest=${reply.body.guestToken as string}`);
  await seeHeadline(phone, 'The kitchen has it');
  await page.goto(`/agent/orders/${order.id}`);
  const dialog = page.getByRole('dialog', { name: 'Change the order' });
  const change = async (reason: string) => {
    await page.getByRole('button', { name: 'Change order…' }).click();
    const search = dialog.getByRole('searchbox', { name: 'Add from the menu' });
    await search.fill('quin');
    await dialog.getByRole('button', { name: /^Quince tart/ }).click();
    await dialog.getByText('€5.00 more', { exact: true }).waitFor();
    await dialog.getByRole('button', { name: 'Another place…' }).click();
    await chooseTable(page, '9');
    await dialog.getByRole('radio', { name: /^On the guest’s phone/ }).press('Space');
    await dialog.getByLabel('Reason').fill(reason);
  };
  await change('She thinks about it');
  await expectAccessible(page);
  await shoot(page, 'staff-change-on-phone');
  await dialog.getByRole('button', { name: 'Change it: €5.00 more' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const waiting = page.getByRole('region', { name: 'A change of the staff waits for payment' });
  await waiting.getByText(/€5\.00 more, has to pay/).waitFor();
  await expectAccessible(page);
  await shoot(page, 'staff-change-waits');
  const asked = phone.getByRole('heading', { name: 'Our team wants to change this order' });
  await asked.waitFor();
  await waiting.getByRole('button', { name: 'Withdraw it' }).click();
  await waiting.waitFor({ state: 'detached' });
  await asked.waitFor({ state: 'detached' });
  await phone.getByText('The change was not made: the order is as it was.').first().waitFor();
  expect(await order.read()).toMatchObject({ totalAmount: 450, change: null, place: { kind: 'lane' } });

  await change('She wants it after all');
  await dialog.getByRole('button', { name: 'Change it: €5.00 more' }).click();
  await asked.waitFor();
  await phone.getByText('You pay €5.00 more').waitFor();
  await fillCard(phone);
  await phone.getByRole('button', { name: 'Agree and pay €5.00' }).press('Enter');
  await phone.getByText('Your order is changed.').first().waitFor();
  await waiting.waitFor({ state: 'detached' });
  const changes = page.getByRole('region', { name: 'Changes' });
  await changes.getByText('She wants it after all').waitFor();
  await changes.getByText('To Table 9, no longer').waitFor();
  expect(await order.read()).toMatchObject({ totalAmount: 950, place: { kind: 'table', label: '9' } });
  await until('the difference to be captured', async () => (await order.atStripe()).captured === 950);
  await page.close();
  await phone.close();
});

test('staff give people another size of what they share, and what is found again is not asked about any more', async () => {
  const shake = await addProduct(shop.system.databases, {
    name: 'Plum shake',
    variants: [
      { name: 'Small', unitAmount: 400, available: 20 },
      { name: 'Large', unitAmount: 600, available: 20 },
    ],
  });
  const group = await Group.open(shop.system, ['Ada', 'Ben'], { url: shop.url });
  const sharedBetween = group.people.map(({ participantId }) => ({ participantId }));
  await group.add(group.host, shake.variants[0]!.id, { sharedBetween });
  await group.add(group.host, variantId);
  const sent = await group.sent();
  for (const person of group.people) await group.onShare(person, sent, group.shareOf(sent, person), 'pay');
  const order = new PlacedOrder(shop.system, group.host.who, sent.id);
  const { number } = await order.untilStatus('confirmed');
  const { page } = await shop.openAs('agent', DESKTOP);
  await page.goto(`/agent/orders/${order.id}`);
  await page.getByRole('button', { name: 'Change order…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Change the order' });
  await dialog.getByRole('button', { name: 'Options, size and note of Plum shake' }).click();
  const sheet = page.getByRole('dialog', { name: 'Plum shake' });
  await sheet.getByRole('radio', { name: /Large/ }).press('Space');
  await sheet.getByRole('button', { name: /^Update/ }).press('Enter');
  await dialog.getByText('€2.00 more', { exact: true }).waitFor();
  await dialog.getByRole('listitem').filter({ hasText: 'Ben' }).getByText('€1.00').waitFor();
  await dialog.getByRole('radio', { name: /^Cash, now/ }).press('Space');
  await dialog.getByLabel('Reason').fill('They are thirsty');
  await dialog.getByRole('button', { name: 'Change it: €2.00 more' }).click();
  await dialog.waitFor({ state: 'hidden' });
  const now = await order.read();
  expect(now.totalAmount).toBe(450 + 600);
  expect(now.lines.find(({ amount }) => amount === 600)?.sharedBetween).toHaveLength(2);

  const { page: kitchen } = await shop.openAs('kitchen', TABLET);
  await kitchen.goto('/agent');
  const ticket = boardCard(kitchen, order.id);
  await ticket.getByRole('button', { name: `Something of order ${number} is sold out` }).click();
  const soldOut = kitchen.getByRole('dialog', { name: 'What is sold out?' });
  await soldOut.getByRole('radio', { name: /Plum shake/ }).press('Space');
  await soldOut.getByRole('checkbox', { name: 'Take it off the menu as well' }).press('Space');
  await soldOut.getByRole('button', { name: 'Ask the guest' }).click();
  await ticket.getByText(/^Waiting for Ada’s answer, until /).waitFor();
  const { page: guest } = await shop.open(PHONE);
  await guest.goto(`/orders/${order.id}#guest=${group.host.guestToken}`);
  const question = guest.getByRole('heading', { name: 'Sold out: 1 × Plum shake' });
  await question.waitFor();
  const { items } = (await shop.system.agent.get('/api/products')).body as { items: Product[] };
  const variants = items.find(({ name }) => name === 'Plum shake')!.variants;
  expect(variants.map(({ available }) => available)).toEqual([20, 0]);
  await ticket.getByRole('button', { name: 'It is here after all' }).click();
  await page.getByRole('region', { name: 'Sold out' }).getByText('It was there after all').waitFor();
  await ticket.getByText(/^Waiting for/).waitFor({ state: 'detached' });
  await question.waitFor({ state: 'detached' });
  expect(await order.read()).toMatchObject({ totalAmount: 1050, questions: [{ status: 'withdrawn' }] });
  await page.close();
  await kitchen.close();
  await guest.close();
});

test('what has run out is asked about from its ticket; the answer calls in the kitchen until somebody has seen it', async () => {
  const order = await placeOrder(shop.system, {
    variantId,
    lines: [
      { variantId, quantity: 1 },
      { variantId: tartId, quantity: 2 },
    ],
    pay: 'pm_card_visa',
  });
  await order.untilStatus('confirmed');
  await grace.command(`/api/orders/${order.id}/advance`, { to: 'preparing' });
  const { page: kitchen } = await shop.openAs('kitchen', TABLET);
  await kitchen.goto('/agent');
  const ticket = boardCard(kitchen, order.id);
  const { number } = await order.read();
  await ticket.getByRole('button', { name: `Something of order ${number} is sold out` }).click();
  const dialog = kitchen.getByRole('dialog', { name: 'What is sold out?' });
  await dialog.getByRole('button', { name: 'Ask the guest' }).click();
  await dialog.getByText('Choose what is sold out').waitFor();
  await dialog.getByRole('radio', { name: /Quince tart/ }).press('Space');
  await dialog.getByRole('button', { name: 'One Quince tart less' }).click();
  await dialog.getByRole('searchbox').fill('zebra');
  await dialog.getByRole('button', { name: /^Zebra cake/ }).click();
  await dialog.getByRole('button', { name: 'Suggest nothing' }).waitFor();
  await expectAccessible(kitchen);
  await shootThemes(kitchen, 'sold-out-dialog');
  await dialog.getByRole('button', { name: 'Ask the guest' }).click();
  await ticket.getByText(/^Waiting for .* answer, until /).waitFor();
  await expectAccessible(kitchen);
  await shootThemes(kitchen, 'board-sold-out-waiting');

  await board.goto(`/agent/orders/${order.id}`);
  const asked = board.getByRole('region', { name: 'Sold out' });
  await asked.getByText('Suggested: Zebra cake').waitFor();
  const { questions, version } = await order.read();
  const answer = await order.guest.command(`/api/orders/${order.id}/questions/${questions[0]!.id}/answer`, {
    ...{ answer: 'leave_out', ifVersion: version, expectedDifference: -500 },
  });
  expect(answer.body.error).toBeUndefined();
  const calling = ticket.locator('[data-changed="calling"]');
  await calling.locator('s', { hasText: '1× Quince tart' }).waitFor();
  await kitchen.getByRole('button', { name: `#${number} changed` }).waitFor();
  expect(await kitchen.locator('main').innerText()).not.toMatch(/€|EUR/);
  await expectAccessible(kitchen);
  await shootThemes(kitchen, 'board-calling');
  await calling.getByRole('button', { name: 'Seen' }).click();
  await ticket.locator('[data-changed="seen"] s', { hasText: 'Quince tart' }).waitFor();
  await kitchen.getByRole('button', { name: `#${number} changed` }).waitFor({ state: 'detached' });
  await asked.getByText('Left out').waitFor();
  await board.getByRole('region', { name: 'Changes' }).getByText('€5.00 back').waitFor();
  await expectAccessible(board);
  await shootThemes(board, 'order-question-answered');
  await board.goto('/agent');
  await kitchen.close();
});

test('a payment that its bank has taken back says so everywhere, and is not given back once more', async () => {
  const order = await confirmed();
  const card = boardCard(board, order.id);
  await card.waitFor();
  const { id } = await dispute(order);
  await card.getByText('Disputed').waitFor();
  const { number } = await order.read();
  const attention = board.getByRole('list', { name: 'Orders that need attention' });
  await attention.getByRole('link', { name: `#${number} Payment disputed` }).waitFor();
  expect((await order.share()).dispute).toBe('open');
  const refused = await grace.post(`/api/orders/${order.id}/refunds`, { amount: 100, reason: 'cold' });
  expect(refused.status).toBe(409);
  expect(refused.body.error).toMatchObject({ code: 'illegal_transition', message: /bank/ });

  const { page } = await shop.openAs('agent', DESKTOP);
  await page.goto(`/agent/orders/${order.id}`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await page.getByText('Disputed', { exact: true }).first().waitFor();
  await expect.poll(() => page.getByText('Paid', { exact: true }).and(page.locator('span')).count()).toBe(0);
  await expect.poll(() => page.getByRole('button', { name: 'Refund…' }).count()).toBe(0);
  await shoot(page, 'order-disputed');
  await fetch(`${shop.system.stripe.url}/_/disputes/${id}/win`, { method: 'POST' });
  await page.getByRole('button', { name: 'Refund…' }).waitFor();
  await until('won', async () => (await order.share()).dispute === 'won');

  // Once handled, it leaves the list.
  await page.getByRole('button', { name: 'I have seen to it' }).click();
  await attention.getByRole('link', { name: `#${number} ` }).waitFor({ state: 'detached' });
  await page.close();
});

test('the refund dialog follows the order beneath it, of which a colleague gives money back', async () => {
  const order = await confirmed();
  await board.goto(`/agent/orders/${order.id}`);
  await board.getByRole('button', { name: 'Refund…' }).click();
  const dialog = board.getByRole('dialog', { name: 'Give money back' });
  await dialog.getByText('At most €4.50 can still go back.').waitFor();
  await refund(order, { amount: 150 });
  await dialog.getByText('At most €3.00 can still go back.').waitFor();
  await refund(order, {});
  await dialog.getByText('There is nothing left to give back').first().waitFor();
  await board.goto('/agent');
});

test('an order that nothing works on any more says so, and leads to Differences', async () => {
  const order = await confirmed();
  const card = boardCard(board, order.id);
  await card.waitFor();
  await order.workflow.terminate();
  const refused = await grace.post(`/api/orders/${order.id}/advance`, { to: 'preparing' });
  expect(refused).toMatchObject({
    status: 409,
    body: { error: { code: 'illegal_transition', details: { reason: 'no_workflow' } } },
  });
  await card.getByRole('button', { name: 'Start preparing' }).click();
  await board.getByText(/^Nothing works on order \d+ any more\.$/).waitFor();
  await board.getByRole('button', { name: 'Differences' }).click();
  await board.waitForURL('**/agent/differences');
  // The advice is correct: an admin resumes it.
  const admin = new Visitor(shop.system.url);
  await signUp(admin, shop.system.databases, 'admin');
  const difference = await until('the difference', async () => {
    await admin.post('/api/reconciliation/run');
    const { items } = (await admin.get('/api/differences')).body;
    return items.find(
      ({ kind, orderId }: { kind: string; orderId: string }) =>
        kind === 'missing_workflow' && orderId === order.id,
    );
  });
  const mended = await admin.post(`/api/differences/${difference.id}/mend`, { action: 'resume' });
  expect(mended.body.difference).toMatchObject({ status: 'closed' });
  // The demo's admin stays the only one.
  const { user } = (await admin.get('/api/me')).body;
  const left = await admin.call('PATCH', `/api/people/${user.id}`, { body: { role: 'customer' } });
  expect(left.status).toBe(200);
  await board.goto('/agent');
});

test('keys lead from the search to a card, and who comes back finds card, search and list as she left them', async () => {
  const orders = [await confirmed(), await confirmed()];
  const { number, contact } = (await grace.get(`/api/orders/${orders[1]!.id}`)).body.order;
  // The whole name: the number may be a prefix of another's.
  const said: string = contact.name;
  await boardCard(board, orders[1]!.id).waitFor();
  await board.keyboard.press('/');
  await board.keyboard.type(said);
  await board.keyboard.press('ArrowDown');
  const focused = () => board.evaluate<string>(`document.activeElement?.getAttribute('href') ?? ''`);
  await expect.poll(focused).toBe(`/agent/orders/${orders[1]!.id}`);
  await board.keyboard.press('Enter');
  await board.getByRole('heading', { level: 1, name: `Order ${number}` }).waitFor();
  for (const goBack of [
    () => board.goBack(),
    () => board.getByRole('link', { name: 'Board' }).last().click(),
  ]) {
    await goBack();
    await until('the card has the focus again', async () => (await focused()).endsWith(orders[1]!.id));
    await expect.poll(() => board.getByRole('searchbox').inputValue()).toBe(said);
    await board.keyboard.press('Enter');
    await board.getByRole('heading', { level: 1, name: `Order ${number}` }).waitFor();
  }

  await board.setViewportSize({ width: 900, height: 400 });
  await board.goto('/agent/orders');
  const last = board.getByRole('list', { name: 'Orders', exact: true }).getByRole('link').last();
  await last.focus();
  const top = await board.evaluate<number>('scrollY');
  expect(top).toBeGreaterThan(0);
  const href = await focused();
  await board.keyboard.press('Enter');
  await board.waitForURL(`**${href}`);
  await board.getByRole('heading', { level: 1 }).waitFor();
  await board.goBack();
  await until('the row has the focus again', async () => (await focused()) === href);
  await until(
    'the list is where it was',
    async () => Math.abs((await board.evaluate<number>('scrollY')) - top) < 5,
  );
});

/** Returns the path that a camera reads out of the picture of a code. */
async function scan(code: Locator): Promise<string> {
  await code.waitFor();
  const { data, info } = await sharp(await code.screenshot({ scale: 'device' }))
    .resize({ width: 600 })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const url = decodeQR({ width: info.width, height: info.height, data: new Uint8ClampedArray(data) });
  const { pathname } = new URL(url);
  expect(pathname).toMatch(/^\/s\/[A-HJ-NP-Z2-9]{12}$/);
  return pathname;
}

test('a manager adds a spot whose code a camera reads, and what she changes of the shop is on its pages', async () => {
  const { page } = await shop.openAs('admin', DESKTOP);
  await page.goto('/agent/spots');
  await page.getByRole('button', { name: 'New spot' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Add the spot' }).click();
  await dialog.getByText('What is it called?').waitFor();
  await dialog.getByLabel('Label').fill('Terrace 2');
  await dialog.getByLabel('Area').fill('Terrace');
  await expectAccessible(page);
  await dialog.getByRole('button', { name: 'Add the spot' }).click();
  await page.getByRole('heading', { name: 'Terrace', exact: true }).waitFor();
  await page.getByRole('button', { name: 'Change Terrace 2' }).click();
  await dialog.getByLabel('Label').fill('Garden 2');
  await dialog.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('button', { name: 'Code of Garden 2' }).click();
  const code = dialog.getByRole('img', { name: 'Code of Garden 2' });
  await code.waitFor();
  await shoot(page, 'spot-code');
  await expectAccessible(page);
  await dialog.getByRole('link', { name: 'Print it' }).click();
  await page.getByText('Scan, order, pay').waitFor();
  await expectAccessible(page);
  await page.emulateMedia({ media: 'print' });
  await shoot(page, 'spot-codes');
  const path = await scan(page.getByRole('img', { name: 'Code of Garden 2' }));
  await page.emulateMedia({ media: null });

  // A guest who scans the printed sheet orders to that spot, together with whom she lets in.
  const { page: guest } = await shop.open(PHONE);
  await guest.goto(path);
  await guest.getByRole('heading', { level: 1, name: 'Garden 2' }).waitFor();
  await guest.getByLabel('Your name').fill('Ada');
  await expectAccessible(guest);
  await shoot(guest, 'spot-free');
  await guest.getByRole('button', { name: 'Order together here' }).click();
  await guest.getByRole('heading', { level: 1, name: 'Garden 2' }).waitFor();
  await guest.waitForURL('**/tabs/*');

  const knock = async (name: string) => {
    const { page: phone } = await shop.open(PHONE);
    await phone.goto(path);
    await phone.getByLabel('Your name').fill(name);
    await phone.getByText('People order together here already.').waitFor();
    if (name === 'Mia') await expectAccessible(phone);
    await phone.getByRole('button', { name: 'Ask to be let in' }).press('Enter');
    await phone.getByText('We have asked them').waitFor();
    await guest.getByText(`${name} at Garden 2 asks to be let in`).first().waitFor();
    return phone;
  };
  const mia = await knock('Mia');
  await expectAccessible(guest);
  await shoot(guest, 'spot-knock');
  await shoot(mia, 'spot-waiting');
  // Having asked, she may close her eyes and the page: it knows that she waits.
  await mia.reload();
  await mia.getByText('We have asked them').waitFor();
  await guest.getByRole('button', { name: 'Let in' }).click();
  await mia.waitForURL('**/tabs/*');
  await guest.getByRole('button', { name: 'People in the tab' }).getByText('Mia', { exact: true }).waitFor();
  // The code leads her back to where she is, without a form.
  await mia.goto(path);
  await mia.waitForURL('**/tabs/*');
  // Whoever looks at something else meanwhile is asked there.
  await guest.goto('/');
  const eve = await knock('Eve');
  await guest.getByRole('button', { name: 'Not now' }).click();
  await eve.getByText('They would rather stay among themselves').waitFor();
  await eve.getByRole('link', { name: 'Order alone' }).click();
  await eve.getByText('Garden 2').first().waitFor();

  // Staff see who sits there, and answer as well; a renewed code is another one at once.
  const zoe = await knock('Zoe');
  await page.goto('/agent/spots');
  await page.getByRole('link', { name: /Open the tab at Garden 2, 2 people/ }).waitFor();
  await page.getByText('Zoe asks to be let in').waitFor();
  await expectAccessible(page);
  await shoot(page, 'spots-with-tabs');
  await page.getByRole('button', { name: 'Let in' }).click();
  await zoe.waitForURL('**/tabs/*');
  await page.getByRole('button', { name: 'Code of Garden 2' }).click();
  await page.getByRole('button', { name: 'Renew the code' }).click();
  await page
    .getByRole('dialog', { name: 'Renew the code of Garden 2?' })
    .getByRole('button', { name: 'Renew the code' })
    .click();
  await page.getByText('Garden 2 has a new code.').waitFor();
  const renewed = await scan(dialog.getByRole('img', { name: 'Code of Garden 2' }));
  expect(renewed).not.toBe(path);
  await eve.goto(path);
  await eve.getByText('We do not know this code').waitFor();
  await shoot(eve, 'spot-unknown');
  await mia.goto(renewed);
  await mia.waitForURL('**/tabs/*');

  // They sit down elsewhere: their host scans the code there, and the tab goes by the name of its place.
  const next = await createSpot(shop.system.databases.catalog, {
    ...{ kind: 'table', label: 'Garden 3', area: 'Garden' },
  });
  await guest.goto(`/s/${next.code}`);
  await guest.getByText('You are ordering together in').waitFor();
  await expectAccessible(guest);
  await shoot(guest, 'spot-move');
  await guest.getByRole('button', { name: 'Move our tab here' }).click();
  for (const phone of [guest, mia])
    await phone.getByRole('heading', { level: 1, name: 'Garden 3' }).waitFor();

  await page.goto('/agent/settings');
  await page.getByLabel('Name of the shop').fill('');
  await page.getByLabel('Highest tip in EUR').fill('12,50');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('One field needs a look').waitFor();
  await page.getByLabel('Name of the shop').fill('Zum Kegel');
  await expect.poll(() => page.getByLabel('Currency').isDisabled()).toBe(true);
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Highest tip in EUR: 100.00 → 12.50').waitFor();
  await expectAccessible(page);
  await shoot(page, 'settings');
  await until('the pages of guests have the new name', async () => {
    await guest.reload();
    return (await guest.title()).includes('Zum Kegel');
  });
});

test('an admin gives a role, signs somebody out, reads who did it, and stays an admin as the last one', async () => {
  const { page } = await shop.openAs('admin', DESKTOP);
  const { page: kims } = await shop.openAs('kitchen', PHONE);
  await kims.goto('/agent');
  const manager = await shop.openAs('manager', DESKTOP);
  await manager.page.goto('/agent/spots');
  await manager.page.getByRole('link', { name: 'Settings' }).waitFor();
  await expect.poll(() => manager.page.getByRole('link', { name: 'People', exact: true }).count()).toBe(0);
  await manager.page.goto('/agent/people');
  await manager.page.getByText('This part is not for your role').waitFor();

  await page.goto('/agent/spots');
  await page.getByRole('link', { name: 'People', exact: true }).click();
  const row = (name: string) =>
    page.getByRole('listitem').filter({ has: page.getByText(name, { exact: true }) });
  await row('Kim Kitchen').waitFor();
  await expect.poll(() => row('Carla Customer').count()).toBe(0);
  await page.getByRole('searchbox').fill('kitchen@SHARETAB');
  await page.getByText('One person shown').waitFor();
  await page.getByRole('button', { name: 'Change the role of Kim Kitchen' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: 'Agent' }).check();
  await expectAccessible(page);
  await shoot(page, 'people-role');
  await dialog.getByRole('button', { name: 'Give this role: Agent' }).click();
  await row('Kim Kitchen').getByText('Agent', { exact: true }).waitFor();
  await page.getByText('Kim Kitchen: Kitchen → Agent').waitFor();
  await page.getByText('By Ada Admin').first().waitFor();
  // Her open page asks who she is anew.
  await kims.getByRole('link', { name: 'Orders' }).waitFor();

  await page.getByRole('button', { name: 'Sign Kim Kitchen out everywhere' }).click();
  await dialog.getByRole('button', { name: 'Sign out everywhere' }).click();
  // As many as this file has opened as the kitchen.
  await page.getByText(/Kim Kitchen: signed out in (one browser|\d+ browsers)/).waitFor();
  await kims.getByText('Your session has ended').waitFor();
  await page.getByRole('searchbox').fill('');
  await page.getByRole('button', { name: 'Change the role of Ada Admin' }).click();
  await dialog.getByRole('radio', { name: 'No role' }).check();
  await dialog.getByRole('button', { name: 'Give this role: No role' }).click();
  await dialog.getByText('This is the last admin').waitFor();
  await dialog.getByRole('button', { name: 'Go back' }).click();
  await dialog.waitFor({ state: 'hidden' });
  await expectAccessible(page);
  await shoot(page, 'people');

  await page.getByRole('button', { name: 'Change the role of Kim Kitchen' }).click();
  await dialog.getByRole('radio', { name: 'Kitchen' }).check();
  await dialog.getByRole('button', { name: 'Give this role: Kitchen' }).click();
  await page.getByText('Kim Kitchen: Agent → Kitchen').waitFor();
});

test('staff who chose French read no English on any of their pages', async () => {
  const order = await confirmed(2);
  const [line] = (await order.read()).lines;
  await refund(order, { lines: [{ lineId: line!.id, quantity: 1 }], restock: true });
  await dispute(order);
  await order.until('disputed', ({ needsAttention }) => needsAttention !== null);
  const unpaid = await placeOrder(shop.system, { variantId });
  const { page, context } = await shop.openAs('admin', DESKTOP);
  await context.addCookies([{ name: LANGUAGE_COOKIE, value: 'fr', url: shop.url }]);
  const { staffBoard, staffOrders, staffCatalog, staffDifferences, staffSettings, staffSpots, staffPeople } =
    messagesIn('fr');
  const dialog = (name: string) => page.getByRole('dialog').getByRole('button', { name, exact: true });
  const walk: [path: string, heading: string, then?: () => Promise<unknown>][] = [
    ['/agent', staffBoard.heading(), () => boardCard(page, order.id).waitFor()],
    [
      '/agent/orders',
      staffOrders.title(),
      () => page.getByRole('list', { name: staffOrders.title(), exact: true }).waitFor(),
    ],
    [
      '/agent/orders?show=to-pay',
      staffOrders.title(),
      () => page.locator(`a[href="/agent/orders/${unpaid.id}"]`).waitFor(),
    ],
    [`/agent/orders/${order.id}`, '', () => page.getByText(staffOrders.disputedTitle()).first().waitFor()],
    ['', '', () => page.getByRole('button', { name: staffOrders.cancelButton() }).click()],
    ['', '', () => dialog(staffOrders.keepIt()).click()],
    ['/agent/catalog', staffCatalog.title()],
    ['/agent/catalog/new', staffCatalog.newProduct()],
    ['/agent/differences', staffDifferences.title()],
    ['/agent/spots', staffSpots.title()],
    ['', '', () => page.getByRole('button', { name: staffSpots.newSpot() }).click()],
    ['', '', () => page.keyboard.press('Escape')],
    ['/agent/settings', staffSettings.title()],
    ['/agent/people', staffPeople.title()],
    [
      '',
      '',
      () => page.getByRole('button', { name: staffPeople.changeRoleOf({ name: 'Kim Kitchen' }) }).click(),
    ],
  ];
  for (const [path, heading, then] of walk) {
    if (path) await page.goto(path);
    if (heading) await page.getByRole('heading', { level: 1, name: heading, exact: true }).waitFor();
    await then?.();
    expect(await page.evaluate<string>('document.documentElement.lang')).toBe('fr');
    expect(await englishOn(page), path).toEqual([]);
    await shoot(page, `french${path.replaceAll(/[/?=]/g, '-').slice(0, 30)}`);
  }
  await page.close();
});

/** Every text on the page, visible or for screen readers, that is an English message but not a French one. */
async function englishOn(page: Page): Promise<string[]> {
  const texts = await page.evaluate<string[]>(`(() => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const found = [document.title];
    while (walker.nextNode()) found.push(walker.currentNode.nodeValue);
    for (const element of document.querySelectorAll('[aria-label], [placeholder], [alt], [title]'))
      for (const name of ['aria-label', 'placeholder', 'alt', 'title']) found.push(element.getAttribute(name) ?? '');
    return found.map((text) => text.trim());
  })()`);
  const [english, french] = [plainMessages('en'), plainMessages('fr')];
  return texts.filter((text) => english.has(text) && !french.has(text));
}

/** The messages of a language that take no arguments. */
function plainMessages(language: Language): Set<string> {
  const functions = Object.values(messagesIn(language)).flatMap((noun) => Object.values(noun as object)) as ((
    a?: unknown,
  ) => unknown)[];
  return new Set(functions.flatMap((message) => (message.length === 0 ? [String(message())] : [])));
}
