/** 3-D Secure on the pages: approved, failed, never answered; and only the payer is asked to authenticate. */

import { sql } from 'kysely';
import { query } from '../db/sql.ts';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startPages } from './browser/pages.ts';
import {
  addToCart,
  answerBank,
  DESKTOP,
  fillCard,
  fillDetails,
  goToCheckout,
  pay,
  PHONE,
  pressPay,
  seeHeadline,
} from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { PlacedOrder } from './harness/buyer.ts';
import type { System } from './harness/system.ts';
import { addProduct } from './setup/menu.ts';
import { Visitor } from './setup/visitor.ts';

const ALWAYS_ASKS = '4000002760003184';
const QUESTION = 'Your bank has a question';
const dialogOf = (page: Page) => page.locator('iframe[title="3D Secure authentication"]');

let shop: Shop;
let system: System;
let variantId: string;
beforeAll(async () => {
  shop = await openShop();
  system = shop.system;
  const tea = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 100 }],
  });
  variantId = tea.variants[0]!.id;
});
afterAll(() => shop?.stop());

/** Orders one tea and pays with a card that requires authentication; resolves when the bank asks for it. */
async function askedByBank(page: Page): Promise<PlacedOrder> {
  await page.goto('/');
  await addToCart(page, 'Tea');
  await goToCheckout(page);
  await fillDetails(page, { name: 'Ada Lovelace', email: 'ada@example.com', table: '7' });
  await fillCard(page, ALWAYS_ASKS);
  const order = new PlacedOrder(system, new Visitor(system.url), await pay(page));
  await dialogOf(page).waitFor();
  return order;
}

async function available(): Promise<number> {
  const [row] = await query<{ available: number }>(
    system.databases.catalog.em.fork(),
    sql`select available from variants where id = ${variantId}`,
  );
  return row!.available;
}

test('approved, the order is confirmed, in every tab of its payer at once', async () => {
  const { page, context } = await shop.open(PHONE);
  const order = await askedByBank(page);
  await seeHeadline(page, QUESTION);
  const second = await context.newPage();
  await second.goto(`/orders/${order.id}`);
  await seeHeadline(second, QUESTION);

  await answerBank(page, 'Complete');
  await Promise.all([page, second].map((tab) => seeHeadline(tab, 'The kitchen has it')));
  expect(await order.read()).toMatchObject({ status: 'confirmed', paymentStatus: 'paid' });
  expect(await order.atStripe()).toMatchObject({ captured: 350 });
});

test('a tab that was open before hears the question live, and answers it in place of the first', async () => {
  const { page, context } = await shop.open(PHONE);
  await page.goto('/');
  await addToCart(page, 'Tea');
  await goToCheckout(page);
  await fillDetails(page, { name: 'Ada Lovelace', email: 'ada@example.com', table: '7' });
  await fillCard(page, '4000000000000002');
  const order = new PlacedOrder(system, new Visitor(system.url), await pay(page));
  await seeHeadline(page, 'That card did not work');
  const second = await context.newPage();
  await second.goto(`/orders/${order.id}`);
  await seeHeadline(second, 'That card did not work');

  await fillCard(page, ALWAYS_ASKS);
  await pressPay(page);
  await dialogOf(page).waitFor();
  // Without a reload; a dialog opens only where somebody pressed Pay.
  await seeHeadline(second, QUESTION);
  await expect.poll(() => dialogOf(second).count()).toBe(0);
  await page.close();
  await second.getByRole('button', { name: /^Confirm/ }).press('Enter');
  await answerBank(second, 'Complete');
  await seeHeadline(second, 'The kitchen has it');
  expect((await order.atStripe()).intents.map(({ status }) => status)).toEqual(['succeeded']);
});

test('failed, the page says why in her words, and another card works', async () => {
  const { page } = await shop.open(PHONE);
  const order = await askedByBank(page);
  await answerBank(page, 'Fail');
  await seeHeadline(page, 'That card did not work');
  await page
    .getByText('The payment was not confirmed with your bank. Please try again, or pay with another card.')
    .first()
    .waitFor();
  expect(await order.read()).toMatchObject({
    status: 'awaiting_payment',
    shares: [{ status: 'due', declineCode: 'payment_intent_authentication_failure' }],
  });

  await fillCard(page);
  await pressPay(page);
  await seeHeadline(page, 'The kitchen has it');
  const { intents, captured } = await order.atStripe();
  // Another card, the same payment.
  expect(intents.map(({ status }) => status)).toEqual(['succeeded']);
  expect(captured).toBe(350);
});

test('she may take another card while her bank waits', async () => {
  const { page } = await shop.open(PHONE);
  const order = await askedByBank(page);
  // She leaves the dialog without answering, as when her bank's app does not open.
  await page.reload();
  await seeHeadline(page, QUESTION);
  await page.getByRole('button', { name: 'Pay with another card instead' }).press('Enter');
  await fillCard(page, '5555555555554444');
  await pressPay(page);
  await seeHeadline(page, 'The kitchen has it');
  await expect.poll(async () => (await order.share()).card).toEqual({ brand: 'mastercard', last4: '4444' });
  expect((await order.atStripe()).intents.map(({ status }) => status)).toEqual(['succeeded']);
});

test('never answered, it ends at the deadline: the order expired, nothing charged, the stock on sale again', async () => {
  const { page } = await shop.open(PHONE, await startPages(system, { holdMinutes: 8 / 60 }));
  const before = await available();
  const order = await askedByBank(page);
  expect(await available()).toBe(before - 1);

  await seeHeadline(page, 'Time ran out');
  await page.getByText('Nothing was charged.').first().waitFor();
  expect(await order.untilClosed()).toMatchObject({
    status: 'expired',
    reason: 'payment_deadline',
    paymentStatus: 'unpaid',
  });
  expect(await available()).toBe(before);
  const { intents, captured } = await order.atStripe();
  expect(intents.map(({ status }) => status)).toEqual(['canceled']);
  expect(captured).toBe(0);

  // Her bank's page is still open: it says that it is too late, and the order does not change.
  await answerBank(page, 'Complete').catch(() => undefined);
  expect(await order.read()).toMatchObject({ status: 'expired', paymentStatus: 'unpaid' });
});

test('the client secret goes to the page that pays, and to nobody else by any way', async () => {
  const ada = await shop.open(PHONE);
  const stranger = await shop.open(PHONE);
  const agent = await shop.openAs('agent', DESKTOP);
  await agent.page.goto('/agent');
  const heard = new Map([ada, stranger, agent].map(({ page }) => [page, listen(page)]));

  const order = await askedByBank(ada.page);
  const [intent] = (await order.atStripe()).intents;
  const secret = intent!.client_secret!;
  await seeHeadline(ada.page, QUESTION);
  await agent.page.goto(`/agent/orders/${order.id}`);
  await agent.page.getByText('Waiting for the bank').first().waitFor();
  await stranger.page.goto(`/orders/${order.id}`);
  await seeHeadline(stranger.page, 'We cannot show this order here');

  await expect.poll(() => heard.get(agent.page)!.join('\n')).toContain(order.id);
  for (const { page } of [stranger, agent]) {
    expect(heard.get(page)!.filter((text) => text.includes(secret) || text.includes('_secret_'))).toEqual([]);
  }
  // Only the response to paying contains it, even for her; pushed updates and lists never do.
  const told = heard.get(ada.page)!.filter((text) => text.includes(secret));
  expect(told.length).toBeGreaterThan(0);
  for (const text of told) expect(text).toMatch(/^POST .*\/pay\n/);

  await answerBank(ada.page, 'Complete');
  await seeHeadline(ada.page, 'The kitchen has it');
});

/** Records everything our API sends to a page from now on, by HTTP and by socket. */
function listen(page: Page): string[] {
  const heard: string[] = [];
  page.on('response', async (response) => {
    const { pathname } = new URL(response.url());
    if (!pathname.startsWith('/api/')) return;
    const text = await response.text().catch(() => '');
    heard.push(`${response.request().method()} ${pathname}\n${text}`);
  });
  page.on('websocket', (socket) =>
    socket.on('framereceived', ({ payload }) => heard.push(`socket\n${payload.toString()}`)),
  );
  return heard;
}
