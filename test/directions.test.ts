/** Right-to-left text in every user-written field does not reorder any other text on a page. */

import { sql } from 'kysely';
import { run } from '../db/sql.ts';
import { globSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Tab } from '../domain/contract/tabs.ts';
import { askAs } from './browser/ask.ts';
import { shoot } from './browser/look.ts';
import { DESKTOP, PHONE } from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';
import { Visitor } from './setup/visitor.ts';

let shop: Shop;
let guest: Page;
let agent: Page;
let admin: Page;
/** Ids of a partly refunded order and of an unpaid one. */
let paidId: string;
let dueId: string;
/** The guest's, for each of the orders and the tab. */
const tokens = new Map<string, string>();
let productId: string;
let variantId: string;
let tabId: string;
let visitor: Visitor;

beforeAll(async () => {
  shop = await openShop();
  const { system } = shop;
  await run(system.databases.users.em.fork(), sql`update users set name = 'דנה כהן'`);
  const tea = await addProduct(system.databases, {
    name: 'תה נענע',
    description: 'חם מאוד',
    category: 'משקאות',
    variants: [
      { name: 'קטן', unitAmount: 350, available: 50 },
      { name: 'גדול', unitAmount: 450, available: 50 },
    ],
    optionGroups: [
      {
        name: 'חלב',
        minimum: 0,
        maximum: 2,
        options: [
          { name: 'סויה', amount: 50 },
          { name: 'שיבולת', amount: 0 },
        ],
      },
    ],
  });
  productId = tea.id;
  variantId = tea.variants[1]!.id;
  visitor = new Visitor(shop.url);
  const order = {
    lines: [
      {
        variantId: tea.variants[1]!.id,
        quantity: 2,
        options: tea.optionGroups[0]!.options.map(({ id }) => id),
        note: 'בלי סוכר',
      },
    ],
    contact: { name: 'מרים לוי', email: 'miriam@example.test' },
    place: 'שולחן שמאל',
  };
  const paid = await visitor.post('/api/orders', { ...order, payment: { paymentMethodId: 'pm_card_visa' } });
  paidId = paid.body.order.id;
  tokens.set(paidId, paid.body.guestToken);
  await until('the order is paid', async () => {
    const seen = await visitor.get(`/api/orders/${paidId}`);
    return seen.body.order.status === 'confirmed';
  });
  const line = { lineId: paid.body.order.lines[0].id, quantity: 1 };
  await system.agent.command(`/api/orders/${paidId}/refunds`, { lines: [line], reason: 'קר מדי' });
  const due = await visitor.post('/api/orders', order);
  dueId = due.body.order.id;
  tokens.set(dueId, due.body.guestToken);
  const canceled = await visitor.post('/api/orders', order);
  await system.agent.command(`/api/orders/${canceled.body.order.id}/cancel`, { reason: 'סגור היום' });

  const opened = await shop.open(PHONE);
  guest = opened.page;
  await guest.goto(`/orders/${paidId}#guest=${tokens.get(paidId)}`);
  await guest.getByText('תה נענע').first().waitFor();
  agent = (await shop.openAs('agent', DESKTOP)).page;
  admin = (await shop.openAs('admin', DESKTOP)).page;
  await admin.goto('/agent');
});
afterAll(() => shop?.stop());

/**
 * Returns the lines of a page that would be reordered: right-to-left letters next to others without an isolate
 * between them. Runs in the page.
 */
const TURNED = `(() => {
  const theirs = /[\\u0590-\\u08ff]/;
  const others = /[\\p{L}\\p{N}]/u;
  const bare = (text) => text.replace(/\\u2068[^\\u2068\\u2069]*\\u2069/g, ' ');
  const isTurned = (text) => theirs.test(bare(text)) && others.test(bare(text).replace(/[\\u0590-\\u08ff]/g, ''));
  const turned = isTurned(document.title) ? ['title: ' + document.title] : [];
  const isolates = (element) => {
    const { display, unicodeBidi } = getComputedStyle(element);
    return /isolate|plaintext/.test(unicodeBidi) || !/^(inline|contents)$/.test(display);
  };
  const lines = new Map();
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (/^(SCRIPT|STYLE|TEMPLATE)$/.test(node.parentElement.tagName)) continue;
    let box = node.parentElement;
    while (box !== document.body && !isolates(box)) box = box.parentElement;
    lines.set(box, (lines.get(box) ?? '') + node.data);
  }
  for (const [box, text] of lines) if (isTurned(text)) turned.push(box.tagName + ': ' + text.trim().replace(/\\s+/g, ' '));
  for (const element of document.querySelectorAll('[aria-label], [title], [alt], [placeholder]'))
    for (const name of ['aria-label', 'title', 'alt', 'placeholder'])
      if (isTurned(element.getAttribute(name) ?? '')) turned.push(name + ': ' + element.getAttribute(name));
  return turned;
})()`;

async function expectNothingTurned(page: Page, what: string): Promise<void> {
  const text = await page.locator('body').innerText();
  expect(text, what).toMatch(/[\u0590-\u08ff]/);
  expect(await page.evaluate<string[]>(TURNED), what).toEqual([]);
}

/** Changes something as staff do on their pages. */
async function change(...request: Parameters<typeof askAs>): Promise<void> {
  const { status, body } = await askAs(...request);
  expect(status, JSON.stringify(body)).toBeLessThan(300);
}

/** Every page of the pages folder, with its user and what she opens on it. Null: the page shows no user text. */
const PAGES: Readonly<Record<string, (() => Promise<void>) | null>> = {
  '(customer)': async () => {
    await guest.goto('/');
    await guest.getByText('תה נענע').first().waitFor();
    await expectNothingTurned(guest, 'menu');
    await guest.getByRole('searchbox').fill('נענע');
    await guest.getByRole('heading', { name: '1 result for' }).waitFor();
    await expectNothingTurned(guest, 'search');
    await guest.getByRole('searchbox').fill('');
    await guest.getByRole('article').getByRole('button').first().click();
    await guest.getByRole('dialog').waitFor();
    await expectNothingTurned(guest, 'product');
    await guest.getByRole('dialog').getByRole('button', { name: /^Add/ }).press('Enter');
    await guest.getByRole('button', { name: /View cart/ }).click();
    await guest.getByRole('dialog').waitFor();
    await expectNothingTurned(guest, 'cart');
    await shoot(guest, 'directions-cart');
  },
  '(customer)/checkout': async () => {
    await guest.goto('/checkout');
    await guest.getByText('תה נענע').first().waitFor();
    await expectNothingTurned(guest, 'checkout');
  },
  '(customer)/orders': async () => {
    await guest.goto('/orders');
    await guest.getByText('תה נענע').first().waitFor();
    await expectNothingTurned(guest, 'orders');
  },
  '(customer)/orders/[id]': async () => {
    for (const id of [paidId, dueId]) {
      await guest.goto(`/orders/${id}#guest=${tokens.get(id)}`);
      await guest.getByText('תה נענע').first().waitFor();
      await expectNothingTurned(guest, 'order');
    }
    await shoot(guest, 'directions-order');
  },
  '(customer)/orders/[id]/change': async () => {
    await guest.goto(`/orders/${paidId}/change#guest=${tokens.get(paidId)}`);
    await guest.getByText('תה נענע').first().waitFor();
    await expectNothingTurned(guest, 'change of an order');
  },
  '(customer)/tabs/[id]/send': async () => {
    await guest.goto('/');
    const lunch = { name: 'דנה', title: 'ארוחת צהריים' };
    const { body: opened } = await askAs<{ tab: Tab }>(guest, 'POST', '/api/tabs', lunch);
    const at = `/tabs/${opened.tab.id}`;
    await askAs(guest, 'POST', `/api${at}/lines`, { variantId, quantity: 2, note: 'בלי סוכר' });
    await guest.goto(`${at}/send`);
    for (const way of ['Evenly', 'Your amounts', 'Someone treats', 'Each their own']) {
      await guest.getByText(way, { exact: true }).click();
      await guest.getByRole('button', { name: 'Send for', disabled: false }).waitFor();
      await expectNothingTurned(guest, way);
    }
    await guest.getByRole('button', { name: 'Send for' }).press('Enter');
    await guest.getByRole('heading', { name: 'The whole round' }).waitFor();
    await guest.getByText('דנה').first().waitFor();
    await expectNothingTurned(guest, 'round');
  },
  '(customer)/tabs/[id]/history': async () => {
    await guest.goto('/orders');
    const tab = guest.getByRole('link', { name: /ארוחת צהריים/ }).first();
    await tab.waitFor();
    await expectNothingTurned(guest, 'my tabs');
    await guest.goto(`${await tab.getAttribute('href')}/history`);
    await guest.getByText('opened the tab').waitFor();
    await expectNothingTurned(guest, 'history of a tab');
  },
  'agent/tabs': async () => {
    await agent.goto('/agent/tabs');
    await agent.getByText('ארוחת צהריים').waitFor();
    await expectNothingTurned(agent, 'tabs');
  },
  'agent/tabs/[id]': async () => {
    const ask = async (path: string, body: object) => (await visitor.post(path, body)).body;
    await change(admin, 'PATCH', '/api/settings', { tabsElsewhere: 'both' });
    const ofHers = { name: 'דנה', title: 'יום הולדת', settlement: 'after' };
    const { tab, guestToken } = await ask('/api/tabs', ofHers);
    tabId = tab.id;
    tokens.set(tabId, guestToken);
    await ask(`/api/tabs/${tabId}/lines`, { variantId, quantity: 2, note: 'בלי סוכר' });
    await ask(`/api/tabs/${tabId}/rounds`, {});
    await agent.goto(`/agent/tabs/${tabId}`);
    await agent.getByRole('row').filter({ hasText: 'בלי סוכר' }).waitFor();
    await expectNothingTurned(agent, 'tab');
    await agent.getByRole('button', { name: /^Cash/ }).click();
    await agent.getByRole('dialog').getByText('דנה').waitFor();
    await expectNothingTurned(agent, 'cash for a tab');
    await agent.getByRole('button', { name: 'Go back' }).click();
  },
  '(customer)/tabs/[id]/pay': async () => {
    await guest.goto(`/tabs/${tabId}#guest=${tokens.get(tabId)}`);
    await guest.getByText('יום הולדת').first().waitFor();
    await guest.goto(`/tabs/${tabId}/pay`);
    await guest.getByRole('radio', { name: 'These items' }).check();
    await guest.getByText('בלי סוכר').first().waitFor();
    await expectNothingTurned(guest, 'what a tab owes');
  },
  '(customer)/tabs/[id]/card': async () => {
    await guest.goto(`/tabs/${tabId}/card`);
    await guest.getByRole('heading', { level: 1, name: 'Put a card on file' }).waitFor();
    await guest.getByText('יום הולדת').first().waitFor();
    await expectNothingTurned(guest, 'card on file');
  },
  '(print)/agent/tabs/[id]/bill': async () => {
    await agent.goto(`/agent/tabs/${tabId}/bill`);
    await agent.getByText('תה נענע').first().waitFor();
    for (const way of ['By person', 'Equally']) {
      await agent.getByRole('radio', { name: way }).check();
      await expectNothingTurned(agent, `bill ${way}`);
    }
  },
  '(print)/orders/[id]/receipt': async () => {
    await guest.goto(`/orders/${paidId}/receipt`);
    await guest.getByText('תה נענע').first().waitFor();
    await expectNothingTurned(guest, 'receipt');
  },
  '(customer)/account': async () => {
    await agent.goto('/account');
    await agent.getByText('דנה כהן').first().waitFor();
    await expectNothingTurned(agent, 'account');
  },
  agent: async () => {
    await agent.goto('/agent');
    await agent.getByText('תה נענע').first().waitFor();
    await expectNothingTurned(agent, 'board');
    await shoot(agent, 'directions-board');
  },
  'agent/orders': async () => {
    for (const show of ['all', 'ended', 'to-pay']) {
      await agent.goto(`/agent/orders?show=${show}`);
      await agent.getByText('שולחן שמאל').first().waitFor();
      await expectNothingTurned(agent, show);
    }
    await agent
      .getByRole('button', { name: /Paid in cash/ })
      .first()
      .click();
    await agent.getByRole('dialog').waitFor();
    await expectNothingTurned(agent, 'cash');
  },
  'agent/orders/[id]': async () => {
    await agent.goto(`/agent/orders/${paidId}`);
    await agent.getByText('קר מדי').first().waitFor();
    await expectNothingTurned(agent, 'order for staff');
    await shoot(agent, 'directions-order-for-staff');
    await agent
      .getByRole('button', { name: /Refund/ })
      .first()
      .click();
    await agent.getByRole('dialog').waitFor();
    await expectNothingTurned(agent, 'refund');
  },
  'agent/catalog': async () => {
    await agent.goto('/agent/catalog');
    await agent.getByText('תה נענע').first().waitFor();
    await expectNothingTurned(agent, 'catalog');
  },
  'agent/catalog/[id]': async () => {
    await agent.goto(`/agent/catalog/${productId}`);
    await agent.getByRole('button', { name: 'Save' }).waitFor();
    await expect.poll(() => agent.getByLabel('Name').first().inputValue()).toBe('תה נענע');
    expect(await agent.evaluate<string[]>(TURNED)).toEqual([]);
  },
  'agent/spots': async () => {
    await change(admin, 'POST', '/api/spots', { kind: 'table', label: 'ימין', area: 'מרפסת' });
    await admin.goto('/agent/spots');
    await admin.getByText('ימין').first().waitFor();
    await expectNothingTurned(admin, 'spots');
  },
  '(customer)/s/[code]': async () => {
    await admin
      .getByRole('button', { name: /^Code of/ })
      .first()
      .click();
    const url = await admin.getByRole('dialog').getByRole('link', { name: /\/s\// }).getAttribute('href');
    await guest.goto(new URL(url!).pathname);
    await guest.getByRole('heading', { level: 1 }).waitFor();
    await guest.getByText('ימין').first().waitFor();
    await expectNothingTurned(guest, 'spot');
  },
  '(print)/agent/spots/codes': async () => {
    await admin.goto('/agent/spots/codes');
    await admin.getByText('ימין').first().waitFor();
    await expectNothingTurned(admin, 'codes');
  },
  'agent/settings': async () => {
    await change(admin, 'PATCH', '/api/settings', { address: 'רחוב הירקון' });
    await admin.goto('/agent/settings');
    await admin.getByText('רחוב הירקון').first().waitFor();
    await expectNothingTurned(admin, 'settings');
  },
  'agent/people': async () => {
    await admin.goto('/agent/people');
    await admin.getByRole('list', { name: 'People' }).getByText('דנה כהן').first().waitFor();
    await expectNothingTurned(admin, 'people');
  },
  'agent/catalog/new': null,
  'agent/differences': null,
  '(customer)/tabs/[id]': async () => {
    await guest.goto('/tabs/new');
    await guest.getByLabel('Your name').fill('מרים לוי');
    await guest.getByRole('button', { name: 'Start' }).click();
    await guest.getByRole('button', { name: 'People in the tab' }).click();
    await guest.getByRole('dialog').getByText('מרים לוי').waitFor();
    await expectNothingTurned(guest, 'tab');
  },
  '(customer)/join': null,
  '(customer)/tabs/new': null,
  '(customer)/forgot': null,
  '(customer)/reset-password': null,
  '(customer)/sign-in': null,
  '(customer)/sign-up': null,
  '(customer)/verified': null,
};

test('every page is looked at here', () => {
  const pages = globSync('web/src/routes/**/+page.svelte').map((file) =>
    file.replace('web/src/routes/', '').replace(/\/?\+page\.svelte$/, ''),
  );
  expect(Object.keys(PAGES).toSorted(), 'give every page its entry in PAGES of this file').toEqual(
    pages.toSorted(),
  );
});

test.each(Object.entries(PAGES).filter(([, look]) => look !== null))('%s', async (_page, look) => {
  await look!();
});
