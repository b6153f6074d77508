/** A guest's browser with the state that pages need: a filled cart and an order. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { findBrowser } from '../../dev/browser.ts';
import { findFreePort } from '../../dev/ports.ts';

export interface GuestBrowser {
  /** The address for Lighthouse. */
  readonly port: number;
  /** Puts something into her cart. */
  fillCart(): Promise<void>;
  /** Places an order to be paid at the counter. Resolves with its page's path. */
  placeOrder(): Promise<string>;
  close(): Promise<void>;
}

/** Opens it on the pages at `url`. */
export async function openGuestBrowser(url: string): Promise<GuestBrowser> {
  const browser = findBrowser();
  if (!browser) throw new Error('There is no Chromium on this machine: npm run doctor says how to get one.');
  const profile = mkdtempSync(join(tmpdir(), 'sharetab-pages-'));
  const port = await findFreePort();
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: browser.executablePath,
    args: [...browser.args, `--remote-debugging-port=${port}`],
    baseURL: url,
  });
  return {
    port,
    fillCart: async () => {
      const page = await context.newPage();
      await page.goto('/');
      await page
        .getByRole('button', { name: /^Add .* to the cart$/ })
        .first()
        .click();
      await page.getByRole('button', { name: /, 1 in it$/ }).waitFor();
      await page.close();
    },
    placeOrder: async () => {
      const page = await context.newPage();
      await page.goto('/');
      const id = await page.evaluate(placeFromPage, crypto.randomUUID());
      await page.close();
      return `/orders/${id}`;
    },
    close: async () => {
      await context.close();
      rmSync(profile, { recursive: true, force: true });
    },
  };
}

/** Runs in the page, so that its browser is the guest who ordered. */
async function placeFromPage(key: string): Promise<string> {
  interface Menu {
    items: { variants: { id: string; available: number }[]; optionGroups: unknown[] }[];
  }
  const menu = (await (await fetch('/api/products?limit=100')).json()) as Menu;
  const plain = menu.items.filter(({ optionGroups }) => optionGroups.length === 0);
  const lines = plain
    .flatMap(({ variants }) => variants.filter(({ available }) => available > 0).slice(0, 1))
    .slice(0, 3)
    .map(({ id }) => ({ variantId: id, quantity: 1 }));
  const answer = await fetch('/api/orders', {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({
      lines,
      contact: { name: 'Ada', email: 'ada@example.com' },
      place: { kind: 'table', label: '7' },
    }),
  });
  const body = (await answer.json()) as { order?: { id: string } };
  if (!body.order) throw new Error(`no order was placed: ${JSON.stringify(body)}`);
  return body.order.id;
}
