/** The pages in environments unlike a developer's: older browsers, blocked storage, translators, wrong clocks. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import type { Product } from '../domain/contract/catalog.ts';
import { formatAmount } from '../domain/money.ts';
import {
  addToCart,
  boardCard,
  DESKTOP,
  fillCard,
  fillDetails,
  goToCheckout,
  pay,
  PHONE,
  seeHeadline,
} from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import {
  BLOCKED_STORAGE,
  FULL_STORAGE,
  oldBrowser,
  TRANSLATOR,
  withoutCookies,
  wrongClock,
} from './browser/worlds.ts';
import { placeOrder, PlacedOrder } from './harness/buyer.ts';
import { until } from './harness/until.ts';
import { Visitor } from './setup/visitor.ts';
import { addProduct } from './setup/menu.ts';

const DAYS = 24 * 3600_000;

let shop: Shop;
let tea: Product;
const ends: (() => Promise<void>)[] = [];

beforeAll(async () => {
  shop = await openShop();
  const variants = [{ name: 'Regular', unitAmount: 630, available: 100 }];
  tea = await addProduct(shop.system.databases, { name: 'Zebra tea', variants });
});
afterAll(async () => {
  for (const end of ends) await end();
  await shop?.stop();
});

/** A page in its own browser environment. */
async function openIn(world: readonly string[], at?: string): Promise<Page> {
  const { page, context } = await shop.open(PHONE, at);
  for (const script of world) await context.addInitScript(script);
  return page;
}

describe('a guest orders, pays with a tip and follows her order', () => {
  const worlds: Readonly<Record<string, { scripts: string[]; cookies?: 'refused' }>> = {
    'in the oldest browser, on plain http, with a full disk and a clock that is wrong': {
      scripts: [oldBrowser(), FULL_STORAGE, wrongClock(-400 * DAYS)],
    },
    'where storage is blocked and cookies are refused': { scripts: [BLOCKED_STORAGE], cookies: 'refused' },
    'where only cookies are refused': { scripts: [], cookies: 'refused' },
  };

  test.each(Object.entries(worlds))('%s', async (_name, { scripts, cookies }) => {
    let at = shop.url;
    if (cookies === 'refused') {
      const proxy = await withoutCookies(shop.url);
      ends.push(proxy.stop);
      at = proxy.url;
    }
    const page = await openIn(scripts, at);
    await page.goto('/');
    await addToCart(page, 'Zebra tea');
    await goToCheckout(page);
    await fillDetails(page, { name: 'Ada Lovelace', email: 'ada@example.com', table: '7' });
    await page.getByRole('radio', { name: /^15/ }).check({ force: true });
    await page.getByRole('button', { name: `Pay ${formatAmount(630 + 95, 'eur')}` }).waitFor();
    await fillCard(page);
    const order = new PlacedOrder(shop.system, new Visitor(shop.url), await pay(page));
    await seeHeadline(page, 'The kitchen has it');
    expect(await order.read()).toMatchObject({ totalAmount: 630, tipsAmount: 95, status: 'confirmed' });
    await order.advance('preparing');
    await seeHeadline(page, 'We are on it');

    await page.reload();
    await seeHeadline(page, 'We are on it');
    await page.getByRole('link', { name: 'My orders' }).click();
    await page.getByRole('listitem').filter({ hasText: '7.25' }).click();
    await seeHeadline(page, 'We are on it');
    await order.advance('ready');
    await order.advance('completed');
  });
});

test('before its code is there a page shows its frame, and nothing jumps when the page takes its place', async () => {
  const page = await openIn([
    `new PerformanceObserver((list) => {
       for (const { value } of list.getEntries()) window.shifted = (window.shifted ?? 0) + value;
     }).observe({ type: 'layout-shift', buffered: true });`,
  ]);
  const shell = page.locator('#shell');
  const pages = { '/': 'menu', '/checkout': 'checkout', [`/orders/${crypto.randomUUID()}`]: 'order' };
  for (const [path, part] of Object.entries(pages)) {
    let come = (): void => undefined;
    const code = new Promise<void>((resolve) => (come = resolve));
    await page.route('**/_app/immutable/entry/*', async (route) => {
      await code;
      await route.continue();
    });
    await page.goto(path, { waitUntil: 'commit' });
    await shell.locator(`[data-of=${part}]`).waitFor();
    await expect.poll(() => shell.locator('[data-of]').count()).toBe(1);
    come();
    await page.getByRole('main').waitFor();
    await expect.poll(() => shell.count()).toBe(0);
    await page.unrouteAll({ behavior: 'wait' });
  }
  await page.goto('/');
  await page.getByRole('article').waitFor();
  expect(await page.evaluate<number>('window.shifted ?? 0')).toBeLessThan(0.05);
  await page.goto('/agent');
  await page.getByRole('heading').first().waitFor();
  await expect.poll(() => shell.count()).toBe(0);
});

test('a part of a page that breaks leaves the rest of it', async () => {
  const page = await openIn([]);
  await page.route('**/api/products?*', async (route) => {
    const answer = await route.fetch();
    const { items, nextCursor } = (await answer.json()) as { items: Product[]; nextCursor: null };
    const [variant] = items[0]!.variants;
    const variants = [{ ...variant, currency: 'no currency' }];
    const broken = { ...items[0], id: crypto.randomUUID(), name: 'Broken', variants };
    await route.fulfill({ response: answer, json: { items: [...items, broken], nextCursor } });
  });
  await page.goto('/');
  await page.getByText('This part could not be shown').waitFor();
  await addToCart(page, 'Zebra tea');
  await goToCheckout(page);
});

describe('two pages, one of them translated and with a wrong clock, show the same words', () => {
  it('to a guest, from the menu to the end of her order', async () => {
    const pages = [await openIn([]), await openIn([wrongClock(3 * DAYS), TRANSLATOR])] as const;
    const both = (work: (page: Page) => Promise<unknown>) => Promise.all(pages.map(work));

    await both((page) => page.goto('/'));
    await both((page) => page.getByRole('article').waitFor());
    await expectSame(pages);
    await both((page) => addToCart(page, 'Zebra tea'));
    await expectSame(pages);
    await both(goToCheckout);
    await both((page) => page.getByRole('radio', { name: /^10/ }).check({ force: true }));
    await expectSame(pages);
    await both((page) => page.getByRole('radio', { name: /At the counter/ }).check({ force: true }));
    await expectSame(pages);

    const order = await placeOrder(shop.system, { variantId: tea.variants[0]!.id, quantity: 2 });
    await both((page) =>
      page
        .context()
        .addCookies([...order.guest.cookies].map(([name, value]) => ({ name, value, url: shop.url }))),
    );
    await both((page) => page.goto(`/orders/${order.id}`));
    await both((page) => page.getByRole('timer').waitFor());
    await expectSame(pages);
    await order.pay('pm_card_visa', 100);
    await both((page) => seeHeadline(page, 'The kitchen has it'));
    await expectSame(pages);
    for (const [status, headline] of [
      ['preparing', 'We are on it'],
      ['ready', 'On its way'],
      ['completed', 'Enjoy!'],
    ] as const) {
      await order.advance(status);
      await both((page) => seeHeadline(page, headline));
      await expectSame(pages);
    }
    await shop.system.agent.command(`/api/orders/${order.id}/refunds`, { amount: 250, reason: 'cold' });
    await both((page) => page.getByRole('region', { name: 'Refunds' }).waitFor());
    await expectSame(pages);
    for (const path of ['/orders', `/orders/${order.id}/receipt`, '/sign-in', '/sign-up', '/forgot']) {
      await both((page) => page.goto(path));
      await both((page) =>
        page.getByRole('heading', { level: 1 }).or(page.getByText('Total')).first().waitFor(),
      );
      await expectSame(pages);
    }
  });

  it('to the staff, on every page of theirs while orders come and go', async () => {
    const [plain, odd] = [await shop.openAs('agent', DESKTOP), await shop.openAs('agent', DESKTOP)];
    for (const script of [wrongClock(-5.5 * 3600_000), TRANSLATOR]) await odd.context.addInitScript(script);
    const pages = [plain.page, odd.page] as const;
    const both = (work: (page: Page) => Promise<unknown>) => Promise.all(pages.map(work));

    await both((page) => page.goto('/agent'));
    await both((page) => page.getByText('waiting too long').waitFor());
    const order = await placeOrder(shop.system, { variantId: tea.variants[0]!.id, pay: 'pm_card_visa' });
    await both((page) => boardCard(page, order.id).waitFor());
    await expectSame(pages);
    await order.advance('preparing');
    await both((page) => boardCard(page, order.id).getByRole('button', { name: 'Mark ready' }).waitFor());
    await expectSame(pages);

    await both((page) => page.goto(`/agent/orders/${order.id}`));
    await both((page) => page.getByText('Being prepared').first().waitFor());
    await order.advance('ready');
    await both((page) => page.getByRole('button', { name: 'Hand over' }).waitFor());
    await expectSame(pages);
    const waiting = await placeOrder(shop.system, { variantId: tea.variants[0]!.id });
    for (const [path, words] of [
      ['/agent/orders', 'Waiting for payment'],
      ['/agent/orders?show=to-pay', waiting.id.slice(0, 4).toUpperCase()],
      ['/agent/catalog', 'Zebra tea'],
      [`/agent/catalog/${tea.id}`, 'Choices and extras'],
      ['/agent/differences', 'Last compared|Not compared|Nothing has been'],
    ] as const) {
      await both((page) => page.goto(path));
      await both((page) => page.getByText(new RegExp(words)).first().waitFor());
      await expectSame(pages);
    }
    await waiting.cancel();
    await order.advance('completed');
  });
});

/** Waits until both pages show the same words; a failure shows where they differ. */
async function expectSame([plain, odd]: readonly [Page, Page]): Promise<void> {
  const words = async (page: Page) =>
    (await page.evaluate<string>('document.title + "\\n" + document.body.innerText'))
      .split(/\s*\n\s*/)
      .filter((line) => line !== '');
  let last: [string[], string[]] | undefined;
  await until('both pages say the same', async () => {
    last = await Promise.all([words(odd), words(plain)]);
    return last[0].length === last[1].length && last[0].every((line, at) => isSame(line, last![1][at]!));
  }).catch(() => expect(last![0]).toEqual(last![1]));
}

const COUNTDOWN = /^(\d+):(\d\d)$/;

/** What is left of a time may differ by seconds: the two pages are never read in the same instant. */
function isSame(line: string, other: string): boolean {
  const [left, right] = [line, other].map((text) => {
    const [, minutes, seconds] = COUNTDOWN.exec(text) ?? [];
    return Number(minutes) * 60 + Number(seconds);
  }) as [number, number];
  return line === other || Math.abs(left - right) <= 5;
}
