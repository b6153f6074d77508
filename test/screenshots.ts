/**
 * `npm run screenshots [-- URL]`: the pictures of the docs, taken from a running product with its demo data (`npm
 * start` beside it). Places orders as a guest and moves them along as an agent, so run it on a fresh one.
 */

import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import { DEMO_PASSWORD } from '../dev/demo/load-accounts.ts';
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
const folder = fileURLToPath(new URL('../docs/screenshots/', import.meta.url));
const GUESTS = [
  { name: 'Ada', table: '7', products: ['Flat white', 'Butter croissant'] },
  { name: 'Grace', table: '12', products: ['Fries for the lane', 'House lager'] },
  { name: 'Alan', table: '3', products: ['Margherita', 'Craft cola'] },
  { name: 'Katherine', table: '9', products: ['Cappuccino', 'Strawberry cheesecake'] },
];

async function shoot(page: Page, name: string): Promise<void> {
  await page.evaluate('document.fonts.ready');
  await seePictures(page);
  await page.screenshot({ path: `${folder}${name}.png`, animations: 'disabled' });
}

mkdirSync(folder, { recursive: true });
const browser = await launchBrowser();
try {
  const { page: phone } = await openPage(browser, url, PHONE, { deviceScaleFactor: 2 });
  const { page: desk } = await openPage(browser, url, DESKTOP);
  await signIn(desk, 'agent@sharetab.test', DEMO_PASSWORD);
  await desk.goto('/agent');
  let lastOrder = '';
  for (const [index, guest] of GUESTS.entries()) {
    await phone.goto('/');
    await phone.getByRole('article').first().waitFor();
    if (index === 0) await shoot(phone, 'menu-phone');
    for (const product of guest.products) await addToCart(phone, product);
    await goToCheckout(phone);
    await fillDetails(phone, { ...guest, email: `${guest.name.toLowerCase()}@example.com` });
    await fillCard(phone);
    if (index === 0) await shoot(phone, 'checkout-phone');
    lastOrder = await pay(phone);
    await seeHeadline(phone, 'The kitchen has it');
    const card = boardCard(desk, lastOrder);
    if (index < 2) await card.getByRole('button', { name: 'Start preparing' }).click();
    if (index === 0) {
      await seeHeadline(phone, 'We are on it');
      await shoot(phone, 'order-phone');
      await card.getByRole('button', { name: 'Mark ready' }).click();
    }
  }
  await shoot(desk, 'board');
  await desk.goto(`/agent/orders/${lastOrder}`);
  await desk.getByRole('heading', { level: 1 }).waitFor();
  await shoot(desk, 'agent-order');
  await desk.goto('/agent/catalog');
  await desk
    .getByLabel(/^In stock/)
    .first()
    .waitFor();
  await shoot(desk, 'catalog');
  await compose();
} finally {
  await browser.close();
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
