/**
 * Every form shows the API's validation errors at the right field. Each field in turn is sent invalid, bypassing the
 * page's checks, to the real API; the page marks the field, moves focus to it, and never shows the field's path.
 */

import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, shoot } from './browser/look.ts';
import { addToCart, DESKTOP, fillCard, fillDetails, goToCheckout, PHONE } from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { until } from './harness/until.ts';
import { addProduct, guestOrder } from './setup/menu.ts';
import { Visitor } from './setup/visitor.ts';

let shop: Shop;
let ada: Page;
let agent: Page;
let variantId: string;
let productId: string;

beforeAll(async () => {
  shop = await openShop();
  const tea = await addProduct(shop.system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 50 }],
    optionGroups: [{ name: 'Milk', minimum: 0, maximum: 1, options: [{ name: 'Oat milk', amount: 50 }] }],
  });
  productId = tea.id;
  variantId = tea.variants[0]!.id;
  ada = (await shop.open(PHONE)).page;
  agent = (await shop.openAs('agent', DESKTOP)).page;
});
afterAll(() => shop?.stop());

type Json = Record<string | number, unknown>;

/** The same body with a value at this path that no field takes. */
function spoil(body: Json, [key, ...rest]: readonly string[]): Json {
  const changed = (Array.isArray(body) ? [...(body as unknown[])] : { ...body }) as Json;
  changed[key!] = rest.length === 0 ? {} : spoil((body[key!] ?? {}) as Json, rest);
  return changed;
}

/** Sends each field of `form` invalid, one after another, and checks how the page shows the error. */
async function refuseEachField(
  page: Page,
  form: Locator,
  options: {
    method: 'POST' | 'PUT' | 'PATCH';
    path: RegExp;
    send: () => Promise<void>;
    apart?: readonly string[];
  },
): Promise<void> {
  const names = await form
    .locator('input[name]:not([type=radio]):not([type=checkbox]), textarea[name]')
    .evaluateAll((fields: { name: string }[]) => fields.map(({ name }) => name));
  // The cash received is only computed with, not sent; a stock count is sent separately.
  const sent = names.filter((name) => !['received', ...(options.apart ?? [])].includes(name));
  expect(sent.length).toBeGreaterThan(0);
  for (const name of sent) {
    let isSent = false;
    await page.route(options.path, async (route) => {
      const request = route.request();
      if (isSent || request.method() !== options.method) return route.fallback();
      isSent = true;
      const body = spoil(request.postDataJSON() as Json, name.split('.'));
      return route.continue({ postData: JSON.stringify(body) });
    });
    await options.send();
    const field = form.locator(`[name="${name}"]`);
    const seen = () =>
      field.evaluate(
        (element: { getAttribute(name: string): string | null; ownerDocument: { activeElement: unknown } }) =>
          element.getAttribute('aria-invalid') === 'true' && element.ownerDocument.activeElement === element,
      );
    await until(`${name} to be marked, with the focus on it`, seen, {
      last: async () => (await form.innerText()).slice(-300),
    });
    expect(isSent, name).toBe(true);
    const text = await page.locator('body').innerText();
    if (name.includes('.')) expect(text).not.toContain(name);
    expect(text).not.toMatch(/invalid input|see the details|of this request/i);
    await page.unroute(options.path);
  }
  await expectAccessible(page);
}

test('the checkout', async () => {
  await ada.goto('/');
  await addToCart(ada, 'Tea');
  await goToCheckout(ada);
  await fillDetails(ada, { name: 'Ada Lovelace', email: 'ada@example.com', table: '7' });
  await ada.getByRole('radio', { name: 'Other' }).check({ force: true });
  await ada.getByLabel('Tip in EUR').fill('0.50');
  await fillCard(ada);
  const form = ada.locator('form');
  await refuseEachField(ada, form, {
    method: 'POST',
    path: /\/api\/orders$/,
    send: () => ada.getByRole('button', { name: /^Pay/ }).press('Enter'),
  });
  await shoot(ada, 'checkout-refused');
});

test('the page and the API judge a mail address alike', async () => {
  const email = ada.getByLabel('Mail address');
  for (const [typed, problem] of [
    ['jörg@example.com', 'Mail cannot be sent to this address. Write it like ada@example.com.'],
    ['', 'A mail address, please: the receipt and the link to your order go there.'],
  ] as const) {
    await email.fill(typed);
    await ada.getByRole('button', { name: /^Pay/ }).press('Enter');
    await ada.getByText(problem).waitFor();
  }
  await email.fill('john&mary@bücher.example');
  await ada.getByRole('button', { name: /^Pay/ }).press('Enter');
  await ada.waitForURL(/\/orders\/[0-9a-f-]{36}/);
  const [order] = (await shop.system.agent.get('/api/orders?q=lovelace')).body.items;
  expect(order.contact.email).toBe('john&mary@xn--bcher-kva.example');
});

test.each([
  [
    '/sign-up',
    /sign-up\/email/,
    { Name: 'Ada', 'Mail address': 'ada@example.test', Password: 'long and good' },
  ],
  ['/sign-in', /sign-in\/email/, { 'Mail address': 'ada@example.test', Password: 'long and good' }],
  ['/forgot', /request-password-reset/, { 'Mail address': 'ada@example.test' }],
  ['/reset-password?token=x', /api\/auth\/reset-password/, { 'New password': 'long and good' }],
])('%s', async (address, path, fields) => {
  const { page, context } = await shop.open(PHONE);
  await page.goto(address);
  for (const [label, value] of Object.entries(fields))
    await page.getByLabel(label, { exact: true }).fill(value);
  await refuseEachField(page, page.locator('form'), {
    method: 'POST',
    path,
    send: () => page.locator('form button[type=submit]').press('Enter'),
  });
  await context.close();
});

test('the catalog: a product, and its stock', async () => {
  await agent.goto(`/agent/catalog/${productId}`);
  const form = agent.locator('form');
  const name = agent.getByLabel('Name').first();
  await name.waitFor();
  let count = 0;
  await refuseEachField(agent, form.filter({ has: agent.getByLabel('Category') }), {
    method: 'PATCH',
    path: /\/api\/products\/[0-9a-f-]+$/,
    // The form sends what changed: something of every list, so that each of its fields is sent.
    send: async () => {
      count += 1;
      await agent.getByLabel('Description').fill(`Hot ${count}.`);
      await agent.locator('[name="variants.0.unitAmount"]').fill(`3.${10 + count}`);
      await agent.locator('[name="optionGroups.0.options.0.amount"]').fill(`0.${10 + count}`);
      await agent.getByRole('button', { name: 'Save' }).press('Enter');
    },
    apart: ['available'],
  });
  await shoot(agent, 'product-refused');
  await refuseEachField(agent, agent.getByLabel('In stock: Tea').locator('..'), {
    method: 'PUT',
    path: /\/stock$/,
    send: async () => {
      await agent.getByLabel('In stock: Tea').fill('7');
      await agent.getByLabel('In stock: Tea').press('Enter');
    },
  });
});

test('money: a refund, a cancellation, and cash', async () => {
  const guest = new Visitor(shop.url);
  const paid = await guest.post(
    '/api/orders',
    guestOrder(variantId, { payment: { paymentMethodId: 'pm_card_visa' } }),
  );
  const { id } = paid.body.order;
  await until('the order is confirmed', async () => {
    const { order } = (await guest.get(`/api/orders/${id}`)).body;
    return order.status === 'confirmed';
  });
  await agent.goto(`/agent/orders/${id}`);
  await agent
    .getByRole('button', { name: /Refund|Give money back/ })
    .first()
    .click();
  const dialog = agent.getByRole('dialog');
  await dialog.getByText('By amount').click();
  await dialog.getByLabel('Amount in EUR').fill('0.50');
  await dialog.getByLabel('Reason').fill('cold');
  await refuseEachField(agent, dialog, {
    method: 'POST',
    path: /\/refunds$/,
    send: () => dialog.getByRole('button', { name: /^Refund/ }).press('Enter'),
  });
  await agent.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });

  await agent
    .getByRole('button', { name: /Cancel/ })
    .first()
    .click();
  await dialog.getByLabel('Reason').fill('closed');
  await refuseEachField(agent, dialog, {
    method: 'POST',
    path: /\/cancel$/,
    send: () => dialog.getByRole('button', { name: 'Cancel the order' }).press('Enter'),
  });
  await agent.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });

  await guest.post('/api/orders', guestOrder(variantId));
  await agent.goto('/agent/orders?show=to-pay');
  await agent
    .getByRole('button', { name: /Paid in cash/ })
    .first()
    .click();
  await dialog.getByLabel('Tip in EUR').fill('0.50');
  await refuseEachField(agent, dialog, {
    method: 'POST',
    path: /\/cash$/,
    send: () => dialog.getByRole('button', { name: /^Record / }).press('Enter'),
  });
});
