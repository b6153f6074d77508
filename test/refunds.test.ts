/** Refunds as staff make them and customers see them, in two browsers. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, test } from 'vitest';
import { expectAccessible, shoot } from './browser/look.ts';
import { DESKTOP, PHONE } from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { placeOrder, type PlacedOrder } from './harness/buyer.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';

let shop: Shop;
let agent: Page;
let guest: Page;
let order: PlacedOrder;

beforeAll(async () => {
  shop = await openShop();
  const { system, url } = shop;
  agent = (await shop.openAs('agent', DESKTOP)).page;
  const product = await addProduct(system.databases, {
    name: 'Zebra cake',
    variants: [{ name: 'Regular', unitAmount: 450, available: 10 }],
  });
  order = await placeOrder(system, { variantId: product.variants[0]!.id, quantity: 3, pay: 'pm_card_visa' });
  await order.untilStatus('confirmed');
  const { page, context } = await shop.open(PHONE);
  await context.addCookies([...order.guest.cookies].map(([name, value]) => ({ name, value, url })));
  guest = page;
  await guest.goto(`/orders/${order.id}`);
});
afterAll(() => shop?.stop());

test('staff refund one piece with a reason, and both pages tell of it live', async () => {
  await agent.goto(`/agent/orders/${order.id}`);
  await agent.getByRole('button', { name: 'Refund…' }).click();
  const dialog = agent.getByRole('dialog');
  await dialog
    .getByRole('button', { name: /more|add|increase/i })
    .first()
    .click();
  await dialog.getByLabel('Reason').fill('One was squashed');
  await shoot(agent, 'refund-dialog');
  await dialog.getByRole('button', { name: 'Refund €4.50' }).click();
  const refunds = agent.getByRole('region', { name: 'Refunds' });
  await refunds.getByText('One was squashed').waitFor();
  await refunds.getByText('Refunded').waitFor();
  await refunds.getByText('1 × Zebra cake').waitFor();
  await guest.getByRole('region', { name: 'Refunds' }).getByText('One was squashed').waitFor();
  await shoot(guest, 'refund-customer');
});

test('a refund that fails at the bank says so with its reason, and is tried again with one press', async () => {
  const { stripe, stripeApi } = shop.system;
  const [made] = (await stripeApi.refunds.list({ limit: 1 })).data;
  await fetch(`${stripe.url}/_/refunds/${made!.id}/fail`, { method: 'POST' });
  await agent.getByRole('alert').getByText('Refund failed').waitFor();
  const refunds = agent.getByRole('region', { name: 'Refunds' });
  await refunds.getByText('Stripe says: expired or canceled card').waitFor();
  await shoot(agent, 'refund-failed');
  await expectAccessible(agent);
  await guest.getByText('Your bank did not take it').waitFor();
  await expectAccessible(guest);
  await refunds.getByRole('button', { name: 'Try again' }).click();
  await refunds.getByText('Refunded').waitFor();
  await refunds.getByRole('button', { name: 'Try again' }).waitFor({ state: 'hidden' });
  await guest.getByText('Your bank did not take it').waitFor({ state: 'hidden' });
  await until('it went back', async () => (await order.read()).refundedAmount === 450);
  await agent.getByRole('button', { name: 'I have seen to it' }).click();
  await agent.getByRole('alert').waitFor({ state: 'hidden' });
});

test('on a phone, in the dark, all that is left goes back with one choice', async () => {
  await agent.setViewportSize(PHONE);
  await agent.emulateMedia({ colorScheme: 'dark' });
  await agent.getByRole('button', { name: 'Refund…' }).click();
  const dialog = agent.getByRole('dialog');
  await dialog.getByText('All', { exact: true }).click();
  await dialog.getByLabel('Reason').fill('The oven broke');
  await shoot(agent, 'refund-all-phone');
  await dialog.getByRole('button', { name: 'Refund €9.00' }).click();
  await order.until('all went back', ({ paymentStatus }) => paymentStatus === 'refunded');
  await agent.getByText('The oven broke').waitFor();
  await shoot(agent, 'refund-list-phone');
  await guest.emulateMedia({ colorScheme: 'dark' });
  await guest.getByText('The oven broke').waitFor();
  await shoot(guest, 'refund-customer-dark');
});
