/** Responses lost on the way to a browser: whatever the guest does next, she has one order and pays once. */

import { sql } from 'kysely';
import { query } from '../db/sql.ts';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEMO_PASSWORD } from '../dev/demo/accounts.ts';
import {
  addToCart,
  DESKTOP,
  chooseTable,
  fillCard,
  fillDetails,
  goToCheckout,
  PHONE,
  pressPay,
  seeHeadline,
} from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { addProduct } from './setup/menu.ts';
import { until } from './harness/until.ts';

const ASK = { name: 'Ask again' };
let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  await addProduct(shop.system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 100 }],
  });
});
afterAll(() => shop?.stop());

const orders = () =>
  query<{ id: string; status: string }>(
    shop.system.databases.orders.em.fork(),
    sql`select id, status from orders`,
  );

/** Makes the server accept orders but drops its responses, until the returned function is called. */
async function loseAnswers(context: BrowserContext): Promise<() => Promise<void>> {
  await context.route('**/api/orders', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    await fetch(route.request().url(), {
      method: 'POST',
      headers: await route.request().allHeaders(),
      body: route.request().postData(),
    });
    await route.abort('connectionreset');
  });
  return () => context.unroute('**/api/orders');
}

/** Fills a cart and pays; resolves when the page says that it got no response. */
async function payUnheard(page: Page, who: 'guest' | 'customer'): Promise<void> {
  await page.goto('/');
  await addToCart(page, 'Tea');
  await goToCheckout(page);
  if (who === 'guest') await fillDetails(page, { name: 'Ada', email: 'ada@example.com', table: '7' });
  else await chooseTable(page, '7');
  await fillCard(page);
  await pressPay(page);
  await page.getByRole('heading', { name: 'We have not heard back about your order' }).waitFor();
}

/** Retries, and expects the same order: exactly one more than before, paid once. */
async function expectOneOrder(page: Page, before: number): Promise<void> {
  await page.getByRole('button', ASK).press('Enter');
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}/);
  await seeHeadline(page, 'The kitchen has it');
  const found = await orders();
  expect(found.length - before).toBe(1);
  expect(found.map(({ id }) => id)).toContain(/orders\/([0-9a-f-]{36})/.exec(page.url())![1]);
  await page.goto('/checkout');
  await page.getByText('Your cart is empty').waitFor();
}

test('(a) the tab is closed, and the checkout opened anew', async () => {
  const before = (await orders()).length;
  const { page, context } = await shop.open(PHONE);
  const hear = await loseAnswers(context);
  await payUnheard(page, 'guest');
  await page.close();
  await hear();
  const anew = await context.newPage();
  await anew.goto('/checkout');
  await anew.getByText('1 item, €3.50').waitFor();
  await expectOneOrder(anew, before);
});

test('(b) a guest signs in before she asks again', async () => {
  const before = (await orders()).length;
  const { page, context } = await shop.open(DESKTOP);
  const hear = await loseAnswers(context);
  await payUnheard(page, 'guest');
  await hear();
  await page.goto('/sign-in?next=/checkout');
  await page.getByLabel('Mail address').fill('customer@sharetab.test');
  await page.getByLabel('Password', { exact: true }).fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/checkout');
  await expectOneOrder(page, before);
});

test('(c) the session of a customer ends before she asks again, whether her order had arrived or not', async () => {
  const before = (await orders()).length;
  const { page, context } = await shop.openAs('customer', DESKTOP);
  const hear = await loseAnswers(context);
  await payUnheard(page, 'customer');
  await hear();
  await context.clearCookies();
  await expectOneOrder(page, before);

  const another = await shop.openAs('customer', DESKTOP);
  await another.context.route('**/api/orders', (route) => route.abort('connectionreset'));
  await payUnheard(another.page, 'customer');
  await another.context.unroute('**/api/orders');
  await another.context.clearCookies();
  await another.page.getByRole('button', ASK).press('Enter');
  await another.page.getByText('You are not signed in any more').waitFor();
  expect((await orders()).length - before).toBe(1);
  await another.page.getByRole('link', { name: 'Sign in' }).last().click();
  await another.page.getByLabel('Mail address').fill('customer@sharetab.test');
  await another.page.getByLabel('Password', { exact: true }).fill(DEMO_PASSWORD);
  await another.page.getByRole('button', { name: 'Sign in' }).click();
  await another.page.waitForURL('**/checkout');
  await expectOneOrder(another.page, before + 1);
});

test('(d) two tabs on a slow line', async () => {
  const before = (await orders()).length;
  const { page, context } = await shop.open(DESKTOP);
  await page.goto('/');
  await addToCart(page, 'Tea');
  const tabs = [page, await context.newPage()];
  for (const tab of tabs) {
    await tab.goto('/checkout');
    await fillDetails(tab, { name: 'Ada', email: 'ada@example.com', table: '7' });
    await fillCard(tab);
  }
  let sent = 0;
  let release = (): void => undefined;
  const line = new Promise<void>((resolve) => (release = resolve));
  await context.route('**/api/orders', async (route) => {
    if (route.request().method() !== 'POST') return route.fallback();
    sent += 1;
    await line;
    await route.continue();
  });
  await Promise.all(tabs.map((tab) => pressPay(tab)));
  await until('both tabs have sent it', () => sent === 2);
  release();
  await Promise.all(tabs.map((tab) => tab.waitForURL(/\/orders\/[0-9a-f-]{36}/)));
  expect(tabs[0]!.url()).toBe(tabs[1]!.url());
  expect((await orders()).length - before).toBe(1);
  await seeHeadline(page, 'The kitchen has it');
});

test('a high tip is asked about before it is charged, and one that is too high is not taken', async () => {
  const { page } = await shop.open(PHONE);
  await page.goto('/');
  await addToCart(page, 'Tea');
  await goToCheckout(page);
  await fillDetails(page, { name: 'Ada', email: 'ada@example.com', table: '7' });
  await fillCard(page);
  await page.getByText('Other', { exact: true }).click();
  const tip = page.getByLabel('Tip in EUR');
  await tip.fill('250');
  await pressPay(page);
  await page.getByText('At most €100.00 on this bill, please.').waitFor();
  await tip.fill('2');
  await pressPay(page);
  const dialog = page.getByRole('dialog');
  await dialog.getByText('You give €2.00 on a bill of €3.50.').waitFor();
  await dialog.getByRole('button', { name: 'Change the tip' }).press('Enter');
  await dialog.waitFor({ state: 'hidden' });
  await pressPay(page);
  await dialog.getByRole('button', { name: 'Pay €5.50' }).press('Enter');
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}/);
  await seeHeadline(page, 'The kitchen has it');
});
