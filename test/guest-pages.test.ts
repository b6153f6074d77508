/** A guest's pages under real conditions: the Back button, links to other tables, expired sessions, large type. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSpot, updateSpot } from '../db/catalog/spots/spots.ts';
import { expectAccessible, shoot } from './browser/look.ts';
import {
  addToCart,
  answerBank,
  chooseTable,
  fillCard,
  fillDetails,
  goToCheckout,
  pay,
  PHONE,
  seeHeadline,
} from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';
import { signUp, Visitor } from './setup/visitor.ts';

const ADA = { name: 'Ada', email: 'ada@example.com', table: '7' };
let shop: Shop;
let staff: Visitor;
/** The tables, each with its printed code. */
const spots = new Map<string, { id: string; code: string }>();
beforeAll(async () => {
  shop = await openShop({ environment: { SHOP_NAME: 'Zum Kegel' } });
  await addProduct(shop.system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 100 }],
  });
  await addProduct(shop.system.databases, {
    name: 'Cake',
    category: 'Sweets',
    variants: [{ name: 'Regular', unitAmount: 490, available: 100 }],
  });
  for (const label of ['7', '12']) {
    const spot = { kind: 'table', label, area: null } as const;
    const { id, code } = await createSpot(shop.system.databases.catalog, spot);
    spots.set(label, { id, code });
  }
  await createSpot(shop.system.databases.catalog, { kind: 'lane', label: '3', area: null });
  staff = new Visitor(shop.url);
  await signUp(staff, shop.system.databases, 'agent');
});
afterAll(() => shop?.stop());

async function orderTea(page: Page, card?: string): Promise<string> {
  await page.goto('/');
  await addToCart(page, 'Tea');
  await goToCheckout(page);
  await fillDetails(page, ADA);
  await fillCard(page, card);
  return pay(page);
}

test('the dialog that cancels follows the order under it; what was refunded is marked, the apology stays', async () => {
  const { page } = await shop.open(PHONE);
  const id = await orderTea(page);
  await seeHeadline(page, 'The kitchen has it');
  expect(await page.title()).toContain('Zum Kegel');
  await page.getByRole('link', { name: 'Zum Kegel, to the menu' }).waitFor();

  await page.getByRole('button', { name: 'Cancel this order' }).press('Enter');
  const dialog = page.getByRole('dialog');
  await dialog.getByText('We give the whole amount back to your card').waitFor();
  expect((await staff.post(`/api/orders/${id}/advance`, { to: 'preparing' })).status).toBe(200);
  await dialog.getByText('We have started with your order').first().waitFor();
  await expect.poll(() => dialog.getByText('Nothing is charged').count()).toBe(0);
  await expect.poll(() => dialog.getByRole('button', { name: 'Cancel the order' }).count()).toBe(0);
  await page.goBack();
  await dialog.waitFor({ state: 'hidden' });
  await page.waitForURL(`**/orders/${id}`);

  const { order } = (await staff.get(`/api/orders/${id}`)).body;
  const refund = { lines: [{ lineId: order.lines[0].id, quantity: 1 }], reason: 'It was cold' };
  expect((await staff.post(`/api/orders/${id}/refunds`, refund)).status).toBeLessThan(300);
  await page.getByText('Given back', { exact: true }).first().waitFor();
  await staff.command(`/api/orders/${id}/cancel`, { reason: 'The oven broke' });
  await seeHeadline(page, 'We had to cancel');
  await page
    .getByText(/We are sorry.*“The oven broke”/)
    .first()
    .waitFor();
});

test('on a phone Back closes what is on top, and leads where she came from', async () => {
  const { page } = await shop.open(PHONE);
  await page.goto(`/?spot=${spots.get('12')!.code}`);
  await page.getByText('Table 12').waitFor();
  await addToCart(page, 'Tea');
  await page.getByRole('button', { name: /View cart/ }).click();
  const sheet = page.getByRole('dialog', { name: 'Your cart' });
  await sheet.getByRole('button', { name: 'Remove Tea' }).click();
  await page.getByRole('button', { name: 'Undo' }).click();
  await sheet.getByRole('button', { name: 'Remove Tea' }).waitFor();

  await sheet.getByRole('link', { name: 'Go to checkout' }).click();
  await page.waitForURL('**/checkout');
  const chosen = page.getByLabel('Which table?').locator('option:checked');
  await page.getByLabel('Which table?').waitFor();
  await expect.poll(() => chosen.textContent()).toBe('Table 12');
  await page.goBack();
  await sheet.getByRole('button', { name: 'Remove Tea' }).waitFor();
  await page.goForward();
  await page.getByLabel('Name', { exact: true }).fill(ADA.name);
  await page.getByLabel('Mail address').fill(ADA.email);
  // She returns to the menu and reloads it: nothing she typed is lost.
  await page.goto('/');
  await page.goto('/checkout');
  await expect.poll(() => page.getByLabel('Mail address').inputValue()).toBe(ADA.email);
  await expect.poll(() => page.getByLabel('Name', { exact: true }).inputValue()).toBe(ADA.name);
  await page.goBack();
  await page.getByRole('button', { name: /View cart/ }).click();
  await sheet.getByRole('link', { name: 'Go to checkout' }).click();
  await page.waitForURL('**/checkout');
  await fillCard(page);
  await pay(page);
  await seeHeadline(page, 'The kitchen has it');
  await page.goBack();
  await page.getByRole('heading', { level: 1, name: 'What can we bring you?' }).waitFor();
  await until(
    'the sheet in the history is passed',
    async () => !(await page.evaluate<boolean>('!!history.state?.["sveltekit:states"]?.menuSheet')),
  );
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  // On another day she sits at another table.
  await page.evaluate(`localStorage.setItem('sharetab.visit.2',
    JSON.stringify({ ...JSON.parse(localStorage.getItem('sharetab.visit.2')), at: Date.now() - 5 * 3600_000 }))`);
  await page.reload();
  await page.getByRole('heading', { level: 1 }).waitFor();
  await expect.poll(() => page.getByText('Table 12').count()).toBe(0);

  // An unknown code, or one of an unused table, shows an error, and the order continues without it.
  await page.goto('/?spot=nobody-has-this-code');
  await page.getByText('We do not know this code').waitFor();
  await updateSpot(shop.system.databases.catalog, spots.get('12')!.id, { active: false });
  await page.goto(`/?spot=${spots.get('12')!.code}`);
  await page.getByText('This place is not in use any more').waitFor();
  await updateSpot(shop.system.databases.catalog, spots.get('12')!.id, { active: true });
});

test('Back takes the bank’s window away and leaves its question on the page', async () => {
  const { page } = await shop.open(PHONE);
  await orderTea(page, '4000002760003184');
  const bank = page.locator('iframe[title="3D Secure authentication"]');
  await bank.waitFor();
  const at = page.url();
  await page.goBack();
  await bank.waitFor({ state: 'detached' });
  await page.waitForURL(at);
  expect(await page.evaluate('getComputedStyle(document.documentElement).overflowY')).not.toBe('hidden');
  await page.getByRole('button', { name: /^Confirm/ }).press('Enter');
  await bank.waitFor();
  await answerBank(page, 'Complete');
  await seeHeadline(page, 'The kitchen has it');
});

test('links elsewhere, cut links and ended sessions say the same, and lead on', async () => {
  const { page: hers } = await shop.open(PHONE);
  const id = await orderTea(hers);
  await seeHeadline(hers, 'The kitchen has it');

  const { page, context } = await shop.open(PHONE);
  for (const link of [
    `/orders/${id}`,
    `/orders/${id}/receipt`,
    `/orders/${id}#guest=${id}.cut`,
    `/orders/${id}/receipt#guest=${id.slice(0, 20)}`,
    `/orders/${id.slice(0, 20)}`,
    `/orders/${id}/rece`,
  ]) {
    await page.goto('about:blank');
    await page.goto(link);
    const heading = page.getByRole('heading', {
      level: 1,
      name: /^We cannot show this (order|receipt) here$/,
    });
    await heading.waitFor();
    await page.getByRole('link', { name: 'Sign in' }).last().waitFor();
    await page.getByRole('link', { name: 'See the menu' }).waitFor();
  }
  await expectAccessible(page);

  // Exactly one load: a page without a version would treat every error as an outdated page's and reload.
  let loads = 0;
  page.on('request', (request) => (loads += request.isNavigationRequest() ? 1 : 0));
  await page.goto('/no-such-page');
  await page.getByRole('heading', { level: 1, name: 'A gutter ball' }).waitFor();
  expect(loads).toBe(1);

  // A link followed offline is kept and opens once the connection is back.
  await context.route('**/session', (route) => route.abort());
  await page.goto('about:blank');
  await page.goto(`/orders/${id}#guest=a.b`);
  await page.getByRole('heading', { level: 1, name: 'No connection right now' }).waitFor();
  expect(page.url()).toContain('#guest=');
  await context.unroute('**/session');
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('heading', { level: 1, name: 'We cannot show this order here' }).waitFor();

  const customer = await shop.openAs('customer', PHONE);
  await customer.page.goto('/');
  await addToCart(customer.page, 'Tea');
  await goToCheckout(customer.page);
  await chooseTable(customer.page, '7');
  await fillCard(customer.page);
  await pay(customer.page);
  await seeHeadline(customer.page, 'The kitchen has it');
  const ended = await customer.context.request.post(`${shop.url}/api/auth/sign-out`, {
    data: {},
    headers: { origin: shop.url },
  });
  expect(ended.status()).toBe(200);
  await customer.page.getByText('You are not signed in any more').waitFor();
  await customer.page.getByRole('link', { name: 'Sign in' }).first().waitFor();
});

/** Returns the elements that overflow the window on the right outside a scrolling container. */
const STICKING_OUT = `[...document.body.querySelectorAll('*')].filter((element) => {
  const box = element.getBoundingClientRect();
  if (box.width === 0 || box.right <= innerWidth + 1 || getComputedStyle(element).visibility === 'hidden') return false;
  for (let at = element; at !== document.body; at = at.parentElement) {
    if (at.matches('.sr-only, svg, svg *, [aria-hidden=true]')) return false;
    const { overflowX, position } = getComputedStyle(at);
    if (at !== element && overflowX !== 'visible') return false;
    if (position === 'fixed' && at.getBoundingClientRect().left >= innerWidth) return false;
  }
  return true;
}).map((element) => element.outerHTML.slice(0, 120))`;

test('large type fits, a low window is not covered, chosen looks chosen in forced colors, axe finds nothing', async () => {
  const { page, context } = await shop.open(PHONE);
  await page.goto('/');
  await addToCart(page, 'Tea');
  await page.getByRole('searchbox').fill('tea');
  await page.getByRole('heading', { name: '1 result for “tea”' }).waitFor();
  await expectAccessible(page);
  await page.getByRole('searchbox').fill('');

  await page.goto('/checkout');
  await page.getByRole('heading', { level: 1, name: 'Checkout' }).waitFor();
  await page.getByLabel('Name', { exact: true }).waitFor();
  await page.emulateMedia({ forcedColors: 'active' });
  const frames = await page.evaluate<string[]>(
    `['table', 'lane'].map((_, index) => getComputedStyle(document.querySelectorAll('fieldset label')[index]).outlineStyle)`,
  );
  expect(frames).toEqual(['solid', 'none']);
  await shoot(page, 'checkout-forced-colors');
  await page.emulateMedia({ forcedColors: 'none' });

  for (const at of ['/', '/checkout', '/orders', '/sign-in', '/account']) {
    await page.goto(at);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    if (at === '/checkout') await page.getByText('Tea', { exact: true }).waitFor();
    await page.evaluate(`document.documentElement.style.fontSize = '200%'`);
    expect(await page.evaluate(STICKING_OUT), `${at} at 200 %`).toEqual([]);
    await shoot(page, `large-type${at.replace('/', '-')}`);
  }

  await page.setViewportSize({ width: 320, height: 256 });
  for (const at of ['/', '/checkout']) {
    await page.goto(at);
    await page.getByRole('heading', { level: 1 }).first().waitFor();
    const covered = await page.evaluate<number>(
      `[...document.body.querySelectorAll('*')].filter((element) =>
        ['sticky', 'fixed'].includes(getComputedStyle(element).position) && element.getBoundingClientRect().width > innerWidth / 2 &&
        getComputedStyle(element).pointerEvents !== 'none').reduce((sum, element) => sum + element.getBoundingClientRect().height, 0)`,
    );
    expect(covered, `${at} at 400 %`).toBeLessThan(256 / 3);
    expect(await page.evaluate(STICKING_OUT), `${at} at 400 %`).toEqual([]);
    await shoot(page, `zoom${at.replace('/', '-')}`);
  }

  await page.setViewportSize(PHONE);
  await context.route(/\/api\/(products|orders)/, (route) => route.fulfill({ status: 500, body: '{}' }));
  for (const at of ['/', '/checkout', '/orders', '/orders/00000000-0000-4000-8000-000000000000/receipt']) {
    await page.goto(at);
    await page
      .getByRole('alert')
      .filter({ hasText: /did not|cannot/ })
      .first()
      .waitFor();
    await expectAccessible(page);
  }
});

test('what sells out is told to open menus and carts at once, and a running order is a strip on the menu', async () => {
  const juice = await addProduct(shop.system.databases, {
    name: 'Juice',
    variants: [{ name: 'Regular', unitAmount: 400, available: 50 }],
  });
  const { page } = await shop.open(PHONE);
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await orderTea(page);
  await seeHeadline(page, 'The kitchen has it');
  await page.goto('/');
  await page.getByRole('link', { name: /Order \d+.*The kitchen has it/ }).waitFor();
  await addToCart(page, 'Juice');
  await addToCart(page, 'Juice');
  await goToCheckout(page);
  await page.getByText('Juice', { exact: true }).waitFor();

  const asksBefore = asked.filter((url) => url.includes('/api/products')).length;
  const stock = (available: number) =>
    staff.call('PUT', `/api/variants/${juice.variants[0]!.id}/stock`, { body: { available } });
  expect((await stock(1)).status).toBe(200);
  await page.getByText('Only 1 left').waitFor();
  await page.getByRole('button', { name: 'Take what is left' }).press('Enter');
  await page.getByText('Only 1 left').waitFor({ state: 'detached' });
  await page.getByRole('group', { name: 'Quantity of Juice' }).getByText('1', { exact: true }).waitFor();
  expect((await stock(0)).status).toBe(200);
  await page.getByText('Sold out', { exact: true }).waitFor();
  // It was pushed: no request was made.
  expect(asked.filter((url) => url.includes('/api/products')).length).toBe(asksBefore);
  await page.getByRole('button', { name: 'Remove Juice' }).press('Enter');
  await page.getByText('Your cart is empty').waitFor();
});
