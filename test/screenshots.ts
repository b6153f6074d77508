/**
 * `npm run screenshots [-- URL [STRIPE_URL]]`: the pictures of the docs, taken from a running product with its demo
 * data and the Stripe stand-in (`RECONCILE_SETTLED_SECONDS=0 npm start` beside it: what is a moment old is compared,
 * too). Places orders as guests and moves them along as an agent, so run it on a fresh one.
 */

import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { DEMO_PASSWORD } from '../dev/demo/accounts.ts';
import { createStripe } from '../workers/operations/stripe.ts';
import {
  addToCart,
  boardCard,
  DESKTOP,
  fillCard,
  fillDetails,
  goToCheckout,
  launchBrowser,
  openPage,
  PHONE,
  pay,
  seeHeadline,
  signIn,
} from './browser/people.ts';
import { FOLDER, look, shoot } from './pictures/camera.ts';
import { shootGroup } from './pictures/group.ts';
import { composeOverview } from './pictures/overview.ts';
import { shootTable } from './pictures/table.ts';

const url = process.argv[2] ?? 'http://localhost:3000';
const stripeUrl = process.argv[3] ?? 'http://127.0.0.1:12111';
/** The demo's shop's: in its own zone, times stand without one. */
const SHOP_ZONE = { timezoneId: 'Europe/Berlin' };

/** The board beside the phones. */
const TABLET = { width: 1024, height: 900 };

interface Guest {
  readonly name: string;
  readonly table: string;
  readonly products: readonly string[];
  /** What an agent presses on the order's card. */
  readonly steps?: readonly ('Start preparing' | 'Mark ready')[];
}
const ADA: Guest = { name: 'Ada', table: '7', products: ['Flat white', 'Butter croissant'] };
const GUESTS: readonly Guest[] = [
  {
    name: 'Grace',
    table: '12',
    products: ['Fries for the lane', 'House lager'],
    steps: ['Start preparing', 'Mark ready'],
  },
  { name: 'Edsger', table: '4', products: ['Espresso'], steps: ['Start preparing', 'Mark ready'] },
  { name: 'Alan', table: '3', products: ['Margherita', 'Craft cola'], steps: ['Start preparing'] },
  { name: 'Katherine', table: '9', products: ['Cappuccino', 'Strawberry cheesecake'] },
  { name: 'Hedy', table: '2', products: ['Chai latte'] },
];

mkdirSync(FOLDER, { recursive: true });
const browser = await launchBrowser();
try {
  const phone = await openPhone();
  await shootMenu(phone);
  const desk = await openDesk(browser, 'agent');
  await desk.goto('/agent');
  const group = await shootGroup(openPhone);
  await shootTable(openPhone, desk);
  for (const guest of GUESTS) {
    const id = await orderAndPay(phone, guest);
    for (const step of guest.steps ?? [])
      await boardCard(desk, id).getByRole('button', { name: step }).click();
  }
  const adas = await shootAdasOrder(phone, desk);
  await boardCard(desk, group).scrollIntoViewIfNeeded();
  await shoot(desk, 'board');
  await desk.setViewportSize(TABLET);
  await boardCard(desk, group).scrollIntoViewIfNeeded();
  const board = await look(desk);
  await desk.setViewportSize(DESKTOP);
  await composeOverview(['tab-phone', 'split-phone', 'later-pay-phone'], board);
  await shootPhoneReceipt(phone, adas);
  await shootStaffPages(desk, group);
  await shootDifferences(phone, await openDesk(browser, 'admin'));
} finally {
  await browser.close();
}

/** Before anything is ordered on this phone: the menu would show that, too. */
async function shootMenu(phone: Page): Promise<void> {
  await phone.goto('/');
  await phone.getByRole('article').first().waitFor();
  await shoot(phone, 'menu-phone');
}

async function openPhone(): Promise<Page> {
  return (await openPage(browser, url, PHONE, { ...SHOP_ZONE, deviceScaleFactor: 2 })).page;
}

async function openDesk(on: Browser, who: 'agent' | 'admin'): Promise<Page> {
  const { page } = await openPage(on, url, DESKTOP, SHOP_ZONE);
  await signIn(page, `${who}@sharetab.test`, DEMO_PASSWORD);
  return page;
}

async function fillCart(phone: Page, { name, table, products }: Guest): Promise<void> {
  await phone.goto('/');
  for (const product of products) await addToCart(phone, product);
  await goToCheckout(phone);
  await fillDetails(phone, { name, table, email: `${name.toLowerCase()}@example.com` });
}

async function orderAndPay(phone: Page, guest: Guest): Promise<string> {
  await fillCart(phone, guest);
  await fillCard(phone);
  const id = await pay(phone);
  await seeHeadline(phone, 'The kitchen has it');
  return id;
}

/** From the checkout until it is being prepared. Returns the order's id. */
async function shootAdasOrder(phone: Page, desk: Page): Promise<string> {
  await fillCart(phone, ADA);
  await phone.getByRole('radio', { name: /^10%/ }).focus();
  await phone.keyboard.press('Space');
  await fillCard(phone);
  await shoot(phone, 'checkout-phone');
  const id = await pay(phone);
  await seeHeadline(phone, 'The kitchen has it');
  await shootChange(phone);
  await boardCard(desk, id).getByRole('button', { name: 'Start preparing' }).click();
  await seeHeadline(phone, 'We are on it');
  await shoot(phone, 'order-phone');
  await desk.mouse.move(0, 0);
  return id;
}

/** One croissant more, with what it costs. */
async function shootChange(phone: Page): Promise<void> {
  await phone.getByRole('link', { name: 'Change my order' }).click();
  await phone.getByRole('button', { name: 'One Butter croissant more' }).click();
  await phone.getByRole('button', { name: /^Change and pay/ }).waitFor();
  await fillCard(phone);
  await phone
    .getByRole('status')
    .getByText(/^You pay/)
    .scrollIntoViewIfNeeded();
  await shoot(phone, 'change-phone');
  await phone.getByRole('button', { name: /^Change and pay/ }).press('Enter');
  await seeHeadline(phone, 'The kitchen has it');
  await phone.getByText('Your order is changed.').waitFor({ state: 'detached' });
}

async function shootPhoneReceipt(phone: Page, orderId: string): Promise<void> {
  await phone.goto(`/orders/${orderId}/receipt`);
  await phone.getByRole('article', { name: 'Receipt' }).waitFor();
  await shoot(phone, 'receipt-phone');
}

async function shootStaffPages(desk: Page, orderId: string): Promise<void> {
  await desk.goto(`/agent/orders/${orderId}`);
  await desk.getByRole('heading', { level: 1 }).waitFor();
  await desk.getByText('The history is loading').waitFor({ state: 'detached' });
  await shoot(desk, 'agent-order');
  await desk.goto('/agent/catalog');
  await desk
    .getByLabel(/^In stock/)
    .first()
    .waitFor();
  await shoot(desk, 'catalog');
}

/**
 * A guest cancels, and yet Stripe has charged her: what a bug or a crash in the wrong place would leave behind.
 * Reconciliation gives no money back by itself.
 */
async function shootDifferences(phone: Page, admin: Page): Promise<void> {
  await fillCart(phone, { ...ADA, products: ['Flat white'] });
  await phone.getByRole('radio', { name: /At the counter/ }).focus();
  await phone.keyboard.press('Space');
  await phone.getByRole('button', { name: 'Place the order' }).press('Enter');
  await phone.getByRole('button', { name: 'Cancel this order' }).click();
  await phone.getByRole('dialog').getByRole('button', { name: 'Cancel the order' }).click();
  await seeHeadline(phone, 'Canceled');
  const orderId = /orders\/([0-9a-f-]{36})/.exec(phone.url())![1]!;
  await createStripe({ secretKey: 'sk_test_screenshots', apiUrl: stripeUrl }).paymentIntents.create({
    amount: 510,
    currency: 'eur',
    confirm: true,
    payment_method: 'pm_card_visa',
    allowed_payment_method_types: ['card'],
    metadata: { order_id: orderId, share_id: randomUUID(), payment_id: randomUUID(), bill_version: '1' },
  });
  await admin.goto('/agent/differences');
  await admin.getByRole('button', { name: 'Compare now' }).click();
  await admin.locator('[data-difference]').waitFor();
  await admin.mouse.move(0, 0);
  await shoot(admin, 'differences');
}
