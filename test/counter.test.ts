/** Paying at the counter: a customer with a code, and an agent with a till, in two browsers. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { loadCatalog } from '../dev/demo/load-catalog.ts';
import { PICTURES, expectAccessible, shoot } from './browser/look.ts';
import {
  addToCart,
  boardCard,
  DESKTOP,
  fillDetails,
  goToCheckout,
  PHONE,
  seeHeadline,
} from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { until } from './harness/until.ts';

let shop: Shop;
let ada: Page;
let agent: Page;

beforeAll(async () => {
  shop = await openShop();
  await loadCatalog(shop.system.databases.catalog, 'eur');
  ada = (await shop.open(PHONE)).page;
  agent = (await shop.openAs('agent', DESKTOP)).page;
});
afterAll(() => shop?.stop());

test('who pays at the counter is found by her code, and her page goes on the moment she has paid', async () => {
  await agent.goto('/agent/orders?show=to-pay');
  await agent.getByText('Nothing is to be paid').waitFor();

  await ada.goto('/');
  await addToCart(ada, 'Flat white');
  await goToCheckout(ada);
  await fillDetails(ada, { name: 'Ada Lovelace', email: 'ada@example.com', table: '7' });
  await ada.getByRole('radio', { name: /At the counter/ }).check({ force: true });
  await shoot(ada, 'checkout-counter');
  await ada.getByRole('button', { name: 'Place the order' }).press('Enter');
  await ada.waitForURL(/\/orders\/[0-9a-f-]{36}/);
  const orderId = /orders\/([0-9a-f-]{36})/.exec(ada.url())![1]!;
  const panel = ada.getByRole('region', { name: 'Pay at the counter' });
  await panel.waitFor();
  const code = orderId.slice(0, 4).toUpperCase();
  await panel.getByText(code).first().waitFor();
  await expectAccessible(ada);
  await shoot(ada, 'order-counter');

  const row = agent.getByRole('list', { name: 'Orders to be paid' }).getByRole('listitem');
  await row.filter({ hasText: 'Ada Lovelace' }).waitFor();
  await agent.getByRole('searchbox', { name: 'Find orders' }).fill(code);
  await expectAccessible(agent);
  await shoot(agent, 'counter-list');
  await row.getByRole('button', { name: /Paid in cash/ }).click();
  const dialog = agent.getByRole('dialog', { name: 'Paid in cash' });
  await until('the focus is where the money is typed', () =>
    dialog.getByLabel('Received in EUR').evaluate((field) => field === field.ownerDocument.activeElement),
  );
  await dialog.getByLabel('Tip in EUR').fill('0.50');
  await dialog.getByLabel('Received in EUR').fill('50');
  await dialog.getByText('Give back').waitFor();
  await expectAccessible(agent);
  await shoot(agent, 'counter-dialog');
  await dialog.getByRole('button', { name: /^Record / }).click();

  await seeHeadline(ada, 'The kitchen has it');
  await row.filter({ hasText: 'Ada Lovelace' }).waitFor({ state: 'detached' });
  await agent.goto('/agent');
  await boardCard(agent, orderId).waitFor();
  const intents = await shop.system.stripeApi.paymentIntents.list({ limit: 10 });
  expect(intents.data).toEqual([]);

  await agent.goto(`/agent/orders/${orderId}`);
  await agent
    .getByRole('button', { name: /Refund/ })
    .first()
    .click();
  const refund = agent.getByRole('dialog');
  await refund.getByText(/cash/i).first().waitFor();
  await shoot(agent, 'refund-cash');
});

test('her receipt says what it was, its tax per rate, the tip and the cash, and prints without anything around it', async () => {
  await ada.getByRole('link', { name: 'Receipt to print' }).click();
  const sheet = ada.getByRole('article', { name: 'Receipt' });
  await sheet.waitFor();
  const text = (await sheet.innerText()).replaceAll(/\s+/g, ' ');
  for (const part of ['Sharetab', 'Table 7', '1 × Flat white', 'Tip €0.50', 'Total €5.60', 'Cash €5.60'])
    expect(text).toContain(part);
  expect(text).toContain('A 19% €4.29 €0.81 €5.10');
  await expectAccessible(ada);
  await shoot(ada, 'receipt');
  await ada.emulateMedia({ media: 'print' });
  await expect.poll(() => ada.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
  await expect.poll(() => sheet.isVisible()).toBe(true);
  await ada.emulateMedia({ media: 'screen' });
});

test('the link in the receipt’s mail opens it in any browser, with what was given back and its tax; it fits a sheet and a roll', async () => {
  const orderId = /orders\/([0-9a-f-]{36})/.exec(ada.url())![1]!;
  const mail = await until('the receipt', () =>
    shop.system.mailServer.mails.find(({ subject }) => /receipt/i.test(subject)),
  );
  const body = mail.source.replaceAll(/=\r\n/g, '').replaceAll('=3D', '=');
  const link = new RegExp(`/orders/${orderId}/receipt#guest=[\\w.-]+`).exec(body)![0];
  const refund = await shop.system.agent.post(`/api/orders/${orderId}/refunds`, {
    amount: 200,
    reason: 'cold',
  });
  expect(refund.status).toBe(201);

  const { page: other } = await shop.open(PHONE);
  await other.goto(link);
  const sheet = other.getByRole('article', { name: 'Receipt' });
  await sheet.getByText('Given back in cash').waitFor();
  expect(new URL(other.url()).hash).toBe('');
  const text = (await sheet.innerText()).replaceAll(/\s+/g, ' ');
  expect(text).toMatch(/Receipt \d+ \d+ \w+ \d{4} at \d\d:\d\d CES?T/);
  expect(text).toContain('A 19% €4.29 €0.81 €5.10');
  expect(text).toContain('A 19% -€1.68 -€0.32 -€2.00');
  expect(text).toMatch(/Left €3\.60 of it tip €0\.50 .* A 19% €2\.61 €0\.49 €3\.10/);
  await expectAccessible(other);
  await shoot(other, 'receipt-refunded');
  await other.emulateMedia({ media: 'print' });
  for (const [paper, width] of [
    ['a4', '210mm'],
    ['roll', '80mm'],
  ] as const) {
    const path = PICTURES ? { path: `${PICTURES}/receipt-${paper}.pdf` } : {};
    const pdf = await other.pdf({ ...path, width, height: '297mm' });
    expect(pdf.toString('latin1').match(/\/Type \/Page\b/g), paper).toHaveLength(1);
  }
});
