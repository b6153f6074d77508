import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Locator, Page } from 'playwright-core';
import type Stripe from 'stripe';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { launchBrowser } from '../testing/browser.ts';
import { createStripeServer, type StripeServer } from '../server/server.ts';
import { authorize, sdkFor, startEndpoint, until } from '../testing/stand.ts';

const folder = mkdtempSync(join(tmpdir(), 'stripe-dashboard-'));
let server: StripeServer;
let stripe: Stripe;
let browser: Browser;
let page: Page;
const problems: string[] = [];

beforeAll(async () => {
  server = await createStripeServer({ dbFile: join(folder, 'stripe.sqlite'), port: 0, laterSeconds: 3600 });
  stripe = sdkFor(server.port);
  browser = await launchBrowser();
}, 60_000);
afterAll(async () => {
  await browser.close();
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  page = await browser.newPage();
  page.setDefaultTimeout(45_000);
  page.on('pageerror', (error) => problems.push(error.message));
});
afterEach(async () => {
  server.faults.clear();
  await page.close();
  if (problems.length > 0) throw new Error(problems.join('\n'));
});

const press = (within: Page | Locator, name: string): Promise<void> =>
  within.getByRole('button', { name, exact: true }).click();
const row = (id: string): Locator => page.getByRole('row', { name: id });
const statusOf = async (id: string): Promise<string> => (await stripe.paymentIntents.retrieve(id)).status;

test('a payment shows up by itself, and is captured, refunded and disputed by its buttons', async () => {
  await page.goto(server.url);
  const { id } = await authorize(stripe, 'pm_card_pendingRefund');
  await press(row(id), 'Capture');
  await press(row(id), 'Refund half');
  await page.getByText('€6.25').waitFor();
  await row(id).getByRole('button', { name: id, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await press(dialog, 'The bank sends it back');
  await dialog.getByText('refund.failed').waitFor();
  await press(dialog, 'Dispute');
  await press(dialog, 'Win it');
  await dialog.getByText('charge.dispute.funds_reinstated').waitFor();
  expect((await stripe.disputes.list({ payment_intent: id })).data[0]?.status).toBe('won');
});

test('a payment is made by hand, asked for 3-D Secure, and passes it', async () => {
  await page.goto(server.url);
  await page.getByText('Make a payment').click();
  await page.locator('#pay-card').selectOption('pm_card_authenticationRequired');
  await press(page, 'Pay');
  await page.getByText('Pay: done.').waitFor();
  const [made] = (await stripe.paymentIntents.list({ limit: 1 })).data;
  await press(row(made?.id ?? ''), 'Pass 3-D Secure');
  await until(async () => (await statusOf(made?.id ?? '')) === 'requires_capture');
});

test('faults are set by a button or the form, told at the top, and cleared', async () => {
  await page.goto(`${server.url}/#faults`);
  await press(page, 'Next capture: done, then 500');
  await page.getByLabel('What goes wrong').selectOption('webhook_drop');
  await page.getByLabel('Event types').fill('charge.*');
  await press(page, 'Set');
  await page.getByText('2 faults are set').waitFor();
  expect(server.faults.list()).toMatchObject([
    { kind: 'error_after', method: 'POST', path: '/v1/payment_intents/*/capture', remaining: 1 },
    { kind: 'webhook_drop', types: ['charge.*'] },
  ]);
  await press(page, 'Clear all');
  await page.getByText('No fault is set').waitFor();
});

test('a bank sends a refund back for a reason, and an inquiry becomes a dispute that the shop accepts', async () => {
  const { id } = await stripe.paymentIntents.capture((await authorize(stripe)).id);
  const refund = await stripe.refunds.create({ payment_intent: id, amount: 100 });
  await page.goto(`${server.url}/#refunds`);
  await row(refund.id).getByLabel('…because').selectOption('lost_or_stolen_card');
  await row(refund.id).getByText('failed', { exact: true }).waitFor();
  expect((await stripe.refunds.retrieve(refund.id)).failure_reason).toBe('lost_or_stolen_card');

  await page.goto(`${server.url}/#${id}`);
  await press(page.getByRole('dialog'), 'Inquiry');
  await press(page.getByRole('dialog'), 'Escalate it');
  await press(page, 'Close');
  await page.getByRole('tab', { name: 'Disputes' }).click();
  await press(row(id), 'Accept it');
  await row(id).getByText('lost', { exact: true }).waitFor();
});

test('what webhooks came to is seen, with the endpoint, which can be disabled', async () => {
  const endpoint = await startEndpoint(() => 503);
  try {
    const made = await stripe.webhookEndpoints.create({ url: endpoint.url, enabled_events: ['*'] });
    const { id } = await stripe.customers.create({ name: 'Ada Lovelace' });
    await stripe.paymentMethods.attach('pm_card_visa', { customer: id });
    await page.goto(`${server.url}/#webhooks`);
    await page.locator('#deliveries-list').getByText('503').first().waitFor();
    await press(row(made.id), 'Disable');
    await row(made.id).getByText('disabled', { exact: true }).waitFor();
    await page.getByRole('tab', { name: 'Customers' }).click();
    await row(id).getByText('visa •••• 4242').waitFor();
    await press(row(id), 'Detach');
    await until(async () => (await stripe.customers.listPaymentMethods(id)).data.length === 0);
  } finally {
    await endpoint.stop();
  }
});

test('the clock is moved, says so, and authorizations end by it', async () => {
  const { id } = await authorize(stripe);
  await page.goto(server.url);
  await press(page, '+7 days');
  await row(id).getByText('canceled', { exact: true }).waitFor();
  await page.getByText('+7 d', { exact: true }).waitFor();
  await press(page, 'Real time');
  await page.getByText('+7 d', { exact: true }).waitFor({ state: 'hidden' });
});

test('the fields of a fault are those that mean something for its kind', async () => {
  await page.goto(`${server.url}/#faults`);
  const kind = page.getByLabel('What goes wrong');
  await kind.selectOption('answer');
  await page.getByLabel('Status').fill('402');
  await page.getByLabel('Error code').fill('card_declined');
  await press(page, 'Set');
  await page.getByText('402, card_declined').waitFor();
  await kind.selectOption('webhook_delay');
  await page.getByLabel('Milliseconds').fill('50');
  expect(await page.getByLabel('Status').isVisible()).toBe(false);
  await press(page, 'Set');
  await page.getByText('50 ms').waitFor();
  expect(server.faults.list()).toMatchObject([
    { kind: 'answer', status: 402, error: { code: 'card_declined' } },
    { kind: 'webhook_delay', ms: 50 },
  ]);
});

test('tabs and filter are reached by keyboard, and lists are filtered by anything', async () => {
  const { id } = await authorize(stripe);
  await page.goto(server.url);
  await page.getByRole('tab', { name: 'Payments' }).focus();
  await page.getByRole('tab', { name: 'Customers' }).focus();
  for (const list of ['events', 'webhooks', 'requests']) {
    await page.keyboard.press('ArrowRight');
    await page.locator(`#tab-${list}[aria-selected=true]`).waitFor();
  }
  await page.keyboard.press('/');
  await page.keyboard.type(`post ${id.slice(0, 10)}`);
  await page.locator('#requests').getByText('POST /v1/payment_intents', { exact: true }).first().waitFor();
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.type('nothing like it');
  await page.getByText('No request here.').waitFor();
});

test('the address that an error names leads to its request', async () => {
  const error = await stripe.paymentIntents
    .retrieve('pi_nope')
    .catch((one: Stripe.errors.StripeError) => one);
  const logUrl = (error as { raw?: { request_log_url?: string } }).raw?.request_log_url ?? '';
  await page.goto(logUrl);
  await page.getByText('GET /v1/payment_intents/pi_nope').waitFor();
  await expect.poll(() => page.locator('#requests tbody tr').count()).toBe(1);
});

test('on a phone nothing is wider than the screen', async () => {
  await authorize(stripe);
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(server.url);
  await stripe.customers.create({ email: 'somebody.with.a.long.name@a-long-domain.example.test' });
  for (const list of ['payments', 'refunds', 'disputes', 'customers', 'events', 'requests', 'cards']) {
    await page.locator(`#tab-${list}`).click();
    await page.locator(`#${list} tbody tr`).first().waitFor();
    const overflow = 'document.documentElement.scrollWidth - document.documentElement.clientWidth';
    expect(await page.evaluate(overflow), list).toBe(0);
  }
});
