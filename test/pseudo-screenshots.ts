/**
 * `npm run screenshots:pseudo [-- URL [FOLDER]]`: pictures of every page of guests and staff in the pseudo-locale, on a
 * phone and on a desktop, taken from a running product with its demo data (`npm start` beside it). Fails if a page is
 * wider than the window. Places an order and opens a tab as a
 * guest.
 */

import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { DEMO_PASSWORD } from '../dev/demo/accounts.ts';
import type { Product } from '../domain/contract/catalog.ts';
import { DESKTOP, launchBrowser, openPage, PHONE } from './browser/people.ts';
import { allPages, overflowOf, speakPseudo } from './browser/pseudo.ts';

const url = process.argv[2] ?? 'http://localhost:3000';
const folder = process.argv[3] ?? '.data/pseudo-screenshots';
mkdirSync(folder, { recursive: true });

const browser = await launchBrowser();
const tooWide: string[] = [];
try {
  for (const [size, viewport] of Object.entries({ phone: PHONE, desktop: DESKTOP })) {
    const { page: guest } = await openPage(browser, url, viewport);
    const { page: admin } = await openPage(browser, url, viewport);
    await post(admin, '/api/auth/sign-in/email', { email: 'admin@sharetab.test', password: DEMO_PASSWORD });
    const { items: spots } = (await (await admin.request.get('/api/spots?all=true')).json()) as {
      items: { url: string }[];
    };
    const ids = { ...(await order(guest)), '/s': spots[0]!.url.split('/').at(-1)! };
    const pages = allPages(ids);
    for (const page of [guest, admin]) await speakPseudo(page, url);
    for (const [page, path] of [
      ...pages.guests.map((path) => [guest, path] as const),
      ...pages.staff.map((path) => [admin, path] as const),
    ]) {
      const over = await overflowOf(page, path);
      const name = `${size}${path.replaceAll(/[0-9a-f-]{36}/g, 'one').replaceAll('/', '-')}`;
      await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
      if (over > 0) tooWide.push(`${name}: ${over} px`);
    }
  }
} finally {
  await browser.close();
}
console.log(`The pictures are in ${folder}.`);
if (tooWide.length > 0) {
  console.error(`Too wide:\n${tooWide.join('\n')}`);
  process.exitCode = 1;
}

/** Returns the ids in the addresses of pages: a guest's order, her tab, and a product. */
async function order(guest: Page): Promise<Record<string, string>> {
  const menu = (await (await guest.request.get('/api/products')).json()) as { items: Product[] };
  const product = menu.items.find(({ optionGroups, variants }) =>
    [optionGroups.every(({ minimum }) => minimum === 0), variants[0]!.available > 0].every(Boolean),
  )!;
  const { order: placed } = (await post(guest, '/api/orders', {
    lines: [{ variantId: product.variants[0]!.id, quantity: 2 }],
    contact: { name: 'Ada', email: 'ada@example.com' },
    place: { kind: 'table', label: '7' },
    payment: { paymentMethodId: 'pm_card_visa' },
  })) as { order: { id: string } };
  const { tab } = (await post(guest, '/api/tabs', { name: 'Ada', title: 'Friday lunch' })) as {
    tab: { id: string };
  };
  await post(guest, `/api/tabs/${tab.id}/lines`, { variantId: product.variants[0]!.id, quantity: 2 });
  return {
    ...{ '/orders': placed.id, '/agent/orders': placed.id },
    ...{ '/tabs': tab.id, '/agent/tabs': tab.id, '/agent/catalog': product.id },
  };
}

async function post(page: Page, path: string, data: object): Promise<unknown> {
  const headers = { origin: url, 'idempotency-key': randomUUID() };
  const reply = await page.request.post(path, { data, headers });
  if (!reply.ok()) throw new Error(`${path}: ${reply.status()} ${await reply.text()}`);
  return reply.json();
}
