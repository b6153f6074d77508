/**
 * `npm run screenshots [-- URL [STRIPE_URL]]`: the pictures of the docs, taken from a running product with its demo
 * data and the Stripe stand-in (`RECONCILE_SETTLED_SECONDS=0 npm start` beside it: what is a moment old is compared,
 * too). Places orders as a guest and moves them along as an agent, so run it on a fresh one.
 */

import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import sharp from 'sharp';
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
  seePictures,
  signIn,
} from './browser/people.ts';

const url = process.argv[2] ?? 'http://localhost:3000';
const stripeUrl = process.argv[3] ?? 'http://127.0.0.1:12111';
const folder = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
/** The demo's shop's: in its own zone, times stand without one. */
const SHOP_ZONE = { timezoneId: 'Europe/Berlin' };

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
  { name: 'Barbara', table: '11', products: ['Diavola', 'House lager'] },
];

mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
try {
  const { page: phone } = await openPage(browser, url, PHONE, { ...SHOP_ZONE, deviceScaleFactor: 2 });
  const desk = await openDesk(browser, 'agent');
  await desk.goto('/agent');
  for (const guest of GUESTS) {
    const id = await orderAndPay(phone, guest);
    for (const step of guest.steps ?? [])
      await boardCard(desk, id).getByRole('button', { name: step }).click();
  }
  const adas = await shootAdasOrder(phone, desk);
  await shoot(desk, 'board');
  await shootPhoneReceipt(phone, adas);
  await shootStaffPages(desk, adas);
  await shootDifferences(phone, await openDesk(browser, 'admin'));
  await compose();
} finally {
  await browser.close();
}

/** The picture of what is within sight, in few colors: a few of them more would not be seen. */
async function shoot(page: Page, name: string): Promise<void> {
  await page.evaluate('document.fonts.ready');
  await seePictures(page);
  await page.evaluate(
    'Promise.all([...document.images].filter((it) => it.complete).map((it) => it.decode()))',
  );
  const picture = await page.screenshot({ animations: 'disabled' });
  await sharp(picture).png({ palette: true }).toFile(`${folder}${name}.png`);
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

/** From the menu until it is being prepared. Returns the order's id. */
async function shootAdasOrder(phone: Page, desk: Page): Promise<string> {
  await phone.goto('/');
  await phone.getByRole('article').first().waitFor();
  await shoot(phone, 'menu-phone');
  await fillCart(phone, ADA);
  await phone.getByRole('radio', { name: /^10%/ }).focus();
  await phone.keyboard.press('Space');
  await fillCard(phone);
  await shoot(phone, 'checkout-phone');
  const id = await pay(phone);
  await seeHeadline(phone, 'The kitchen has it');
  await boardCard(desk, id).getByRole('button', { name: 'Start preparing' }).click();
  await seeHeadline(phone, 'We are on it');
  await shoot(phone, 'order-phone');
  await desk.mouse.move(0, 0);
  return id;
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

/** A guest cancels, and yet her card is reserved: what a bug or a crash in the wrong place would leave behind. */
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
    capture_method: 'manual',
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

/** One picture of three screens, for the README. */
async function compose(): Promise<void> {
  const height = 900;
  const [menu, order] = await Promise.all(
    ['menu-phone', 'order-phone'].map((name) =>
      sharp(`${folder}${name}.png`).resize({ height }).png().toBuffer(),
    ),
  );
  const board = await sharp(`${folder}board.png`).resize({ height }).png().toBuffer();
  const phoneWidth = Math.round((height * PHONE.width) / PHONE.height);
  const boardWidth = Math.round((height * DESKTOP.width) / DESKTOP.height);
  const gap = 40;
  await sharp({
    create: {
      width: 2 * phoneWidth + boardWidth + 4 * gap,
      height: height + 2 * gap,
      channels: 3,
      background: '#e9e1d6',
    },
  })
    .composite([
      { input: menu!, left: gap, top: gap },
      { input: order!, left: phoneWidth + 2 * gap, top: gap },
      { input: board, left: 2 * phoneWidth + 3 * gap, top: gap },
    ])
    .png({ palette: true })
    .toFile(`${folder}overview.png`);
}
