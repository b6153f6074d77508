/** Refunds as staff make them and customers see them, in two browsers. */

import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEMO_PASSWORD, loadAccounts } from '../dev/demo/load-accounts.ts';
import { expectAccessible, shoot } from './browser/look.ts';
import { DESKTOP, launchBrowser, openPage, PHONE, signIn } from './browser/people.ts';
import { placeOrder, type PlacedOrder } from './harness/buyer.ts';
import { startSystem, type System } from './harness/system.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';

let system: System;
let browser: Browser;
let agent: Page;
let guest: Page;
let order: PlacedOrder;
const errors: string[][] = [];

beforeAll(async () => {
  [system, browser] = await Promise.all([startSystem(), launchBrowser()]);
  await loadAccounts(system.databases.users);
  const staff = await openPage(browser, system.url, DESKTOP);
  const customer = await openPage(browser, system.url, PHONE);
  errors.push(staff.errors, customer.errors);
  [agent, guest] = [staff.page, customer.page];
  await signIn(agent, 'agent@sharetab.test', DEMO_PASSWORD);
  const product = await addProduct(system.databases, {
    name: 'Zebra cake',
    variants: [{ name: 'Regular', unitAmount: 450, available: 10 }],
  });
  order = await placeOrder(system, { variantId: product.variants[0]!.id, quantity: 3, pay: 'pm_card_visa' });
  await order.untilStatus('confirmed');
  await customer.context.addCookies(
    [...order.guest.cookies].map(([name, value]) => ({ name, value, url: system.url })),
  );
  await guest.goto(`/orders/${order.id}`);
});
afterAll(async () => {
  await browser?.close();
  await system?.stop();
});

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
  const [made] = (await system.stripeApi.refunds.list({ limit: 1 })).data;
  await fetch(`${system.stripe.url}/_/refunds/${made!.id}/fail`, { method: 'POST' });
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
  expect(errors.flat()).toEqual([]);
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
