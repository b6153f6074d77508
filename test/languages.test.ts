/** The customer's way in other languages, and in the pseudo-locale, in which what is too narrow shows. */

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSpot } from '../db/catalog/spots/spots.ts';
import { messagesIn } from '../messages/compiled/messages.ts';
import { expectAccessible, shoot } from './browser/look.ts';
import { DESKTOP, fillCard, launchBrowser, openPage, PHONE } from './browser/people.ts';
import { allPages, overflowOf, speakPseudo } from './browser/pseudo.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { addProduct, guestOrder } from './setup/menu.ts';

let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  await addProduct(shop.system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 100 }],
  });
});
afterAll(() => shop?.stop());

test.each(['fr', 'de'] as const)(
  'a guest orders and pays in %s, and is written to in it',
  async (language) => {
    const m = messagesIn(language);
    const browser = await launchBrowser();
    const { page, errors } = await openPage(browser, shop.url, PHONE, { locale: language });
    await page.goto('/');
    await expect.poll(() => page.getAttribute('html', 'lang')).toBe(language);
    await page.getByRole('heading', { level: 1, name: m.menu.title() }).waitFor();
    await page.getByRole('button', { name: m.menu.add({ name: 'Tea' }) }).click();
    await page.getByRole('button', { name: m.cart.view() }).click();
    await page.getByRole('link', { name: m.cart.checkout() }).filter({ visible: true }).click();
    await page.getByLabel(m.checkout.tableNumber()).fill('7');
    await page.getByLabel(m.checkout.name(), { exact: true }).fill('Ada');
    await page.getByLabel(m.checkout.email()).fill(`ada-${language}@example.test`);
    await fillCard(page);
    const isWritten = new Intl.NumberFormat(language, { style: 'currency', currency: 'eur' }).format(3.5);
    await page.getByRole('button', { name: m.checkout.pay({ amount: isWritten }) }).press('Enter');
    await page.waitForURL(/\/orders\/[0-9a-f-]{36}/);
    await page.getByRole('heading', { level: 1, name: m.orderStory.confirmed() }).waitFor();
    await expectAccessible(page);
    await shoot(page, `order-${language}`);
    const receipt = () =>
      shop.system.mailServer.mails.find(({ to }) => to.includes(`ada-${language}@example.test`));
    await expect.poll(receipt).toBeDefined();
    expect(receipt()!.source).toMatch(new RegExp(`^Content-Language: ${language}`, 'im'));
    // Another language is another page, and stays chosen.
    await page.getByLabel(m.language.choose()).selectOption('en');
    await page.getByRole('heading', { level: 1, name: 'The kitchen has it' }).waitFor();
    expect(errors).toEqual([]);
    await browser.close();
  },
);

test('staff choose English or French, kept with their account; whoever reads German gets English', async () => {
  const french = messagesIn('fr');
  const { page } = await shop.openAs('manager', DESKTOP);
  await page.goto('/agent');
  await page.getByRole('button', { name: /^Account of/ }).click();
  await page.getByRole('menuitemradio', { name: 'français' }).click();
  await page.getByRole('link', { name: french.staff.catalog(), exact: true }).waitFor();
  await expect.poll(() => page.getAttribute('html', 'lang')).toBe('fr');
  const me = async () => (await (await page.request.get('/api/me')).json()) as { user: { language: string } };
  await expect.poll(async () => (await me()).user.language).toBe('fr');

  await page.context().addCookies([{ name: 'language', value: 'de', url: shop.url }]);
  await page.goto('/');
  await expect.poll(() => page.getAttribute('html', 'lang')).toBe('de');
  // Within the app, from German pages to English ones and back.
  await page.getByRole('link', { name: messagesIn('de').ui.board() }).click();
  await page.getByRole('link', { name: 'Catalog' }).waitFor();
  await expect.poll(() => page.getAttribute('html', 'lang')).toBe('en');
  await page.goto('/agent/catalog');
  await page.getByRole('link', { name: /to the menu/ }).click();
  await page.getByRole('heading', { level: 1, name: messagesIn('de').menu.title() }).waitFor();
});

test('no page of guests is wider than a phone when every text is longer by a half', async () => {
  const { page } = await shop.open(PHONE);
  const { items } = await (await page.request.get('/api/products')).json();
  const { order } = await (
    await page.request.post('/api/orders', {
      data: guestOrder(items[0].variants[0].id, { payment: { paymentMethodId: 'pm_card_visa' } }),
      headers: { origin: shop.url, 'idempotency-key': crypto.randomUUID() },
    })
  ).json();
  const { tab } = await (
    await page.request.post('/api/tabs', {
      data: { name: 'Ada', title: 'Friday lunch' },
      headers: { origin: shop.url, 'idempotency-key': crypto.randomUUID() },
    })
  ).json();
  await page.request.post(`/api/tabs/${tab.id}/lines`, {
    data: { variantId: items[0].variants[0].id, quantity: 2 },
    headers: { origin: shop.url, 'idempotency-key': crypto.randomUUID() },
  });
  const spot = await createSpot(shop.system.databases.catalog, { kind: 'lane', label: '9', area: null });
  await speakPseudo(page, shop.url);
  const ids = {
    ...{ '/orders': order.id, '/agent/orders': order.id, '/agent/catalog': items[0].id },
    ...{ '/tabs': tab.id, '/agent/tabs': tab.id, '/s': spot.code },
  };
  const tooWide: [string, number][] = [];
  for (const path of allPages(ids).guests) {
    const over = await overflowOf(page, path);
    await shoot(page, `pseudo${path.replaceAll('/', '-')}`);
    if (over > 0) tooWide.push([path, over]);
  }
  expect(tooWide).toEqual([]);
});
