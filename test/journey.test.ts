/** The main journey through the product, with two people in two browsers. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { DEMO_PASSWORD } from '../dev/demo/accounts.ts';
import { loadCatalog } from '../dev/demo/load-catalog.ts';
import { loadSpots } from '../dev/demo/load-spots.ts';
import { expectAccessible } from './browser/look.ts';
import {
  addToCart,
  boardCard,
  DESKTOP,
  fillCard,
  fillDetails,
  goToCheckout,
  pay,
  PHONE,
  pressPay,
  seeHeadline,
  seePictures,
  signIn,
} from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { until } from './harness/until.ts';

let shop: Shop;
let ada: Page;
let agent: Page;

beforeAll(async () => {
  shop = await openShop();
  await loadCatalog(shop.system.databases.catalog, 'eur');
  await loadSpots(shop.system.databases.catalog);
  ada = (await shop.open(PHONE)).page;
  agent = (await shop.open(DESKTOP)).page;
  await signIn(agent, 'agent@sharetab.test', DEMO_PASSWORD);
  await agent.goto('/agent');
});
afterAll(() => shop?.stop());

async function orderAsAda(product: string): Promise<string> {
  await ada.goto('/');
  await addToCart(ada, product);
  await goToCheckout(ada);
  await fillDetails(ada, { name: 'Ada Lovelace', email: 'ada@example.com', table: '7' });
  await fillCard(ada);
  return pay(ada);
}

it('shows an order to the agents the moment it is paid, and every step of theirs to the customer', async () => {
  const orderId = await orderAsAda('Flat white');
  await seeHeadline(ada, 'The kitchen has it');

  const card = boardCard(agent, orderId);
  await card.waitFor();
  await expect(card.textContent()).resolves.toContain('Flat white');
  for (const [button, headline] of [
    ['Start preparing', 'We are on it'],
    ['Mark ready', 'On its way'],
    ['Hand over', 'Enjoy!'],
  ] as const) {
    await card.getByRole('button', { name: button }).click();
    await seeHeadline(ada, headline);
  }
  await card.waitFor({ state: 'detached' });
});

it('links the order to its workflow in the Temporal UI, and tells its history in words', async () => {
  const orderId = /orders\/([0-9a-f-]{36})/.exec(ada.url())![1]!;
  await agent.goto(`/agent/orders/${orderId}`);
  const link = agent.getByRole('link', { name: /workflow/i }).first();
  await expect(link.getAttribute('href')).resolves.toContain(`order-${orderId}`);
  await agent.getByText('Ada Lovelace').first().waitFor();
});

it('gives the money back when an agent cancels, and says so to the customer by page and by mail', async () => {
  const orderId = await orderAsAda('Cappuccino');
  await seeHeadline(ada, 'The kitchen has it');
  await agent.goto(`/agent/orders/${orderId}`);
  await agent.getByRole('button', { name: 'Cancel order…' }).click();
  await agent.getByLabel('Reason').fill('The machine broke');
  await agent.getByRole('button', { name: 'Cancel the order' }).click();

  await ada.getByText('went back to your card').waitFor();
  const refunds = await shop.system.stripeApi.refunds.list({ limit: 10 });
  expect(refunds.data.filter(({ metadata }) => metadata?.['order_id'] === orderId)).toHaveLength(1);
  await until('the mail of the cancellation', () =>
    shop.system.mailServer.mails.some(
      ({ to, source }) => to.includes('ada@example.com') && /cancel/i.test(source),
    ),
  );
});

it('lets an agent change price and stock, and the menu shows it', async () => {
  await agent.goto('/agent/catalog');
  await agent.getByRole('link', { name: 'Espresso' }).first().click();
  await agent.getByLabel('Price', { exact: true }).first().fill('2.95');
  await agent.getByRole('button', { name: /^Save/ }).first().click();
  await until('the new price', async () => {
    const answer = await fetch(`${shop.url}/api/products?q=Espresso`);
    const page = (await answer.json()) as { items: { name: string; variants: { unitAmount: number }[] }[] };
    return page.items.find(({ name }) => name === 'Espresso')?.variants[0]?.unitAmount === 295;
  });

  await agent.goto('/agent/catalog');
  const stock = agent.getByLabel(/^In stock: Espresso/).first();
  await stock.fill('4');
  await stock.press('Enter');
  await until('the new stock', async () => {
    const answer = await fetch(`${shop.url}/api/products?q=Espresso`);
    const page = (await answer.json()) as { items: { name: string; variants: { available: number }[] }[] };
    return page.items.find(({ name }) => name === 'Espresso')?.variants[0]?.available === 4;
  });
});

it('lets a customer whose card is declined try another one', async () => {
  await ada.goto('/');
  await addToCart(ada, 'Flat white');
  await goToCheckout(ada);
  await fillDetails(ada, { name: 'Ada Lovelace', email: 'ada@example.com', table: '7' });
  await fillCard(ada, '4000000000000002');
  await pay(ada);
  await seeHeadline(ada, 'That card did not work');
  await fillCard(ada);
  await pressPay(ada);
  await seeHeadline(ada, 'The kitchen has it');
});

it('has no accessibility fault that axe finds on any main page', async () => {
  for (const [page, path] of [
    [ada, '/'],
    [ada, '/orders'],
    [ada, '/sign-in'],
    [agent, '/agent'],
    [agent, '/agent/orders'],
    [agent, '/agent/catalog'],
  ] as const) {
    await page.goto(path);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await seePictures(page);
    await expectAccessible(page);
  }
});
