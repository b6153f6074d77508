/** Staff screens with stale data: they show a warning, sound an alarm, and return to the same page. */

import { sql } from 'kysely';
import { run } from '../db/sql.ts';
import { readdirSync } from 'node:fs';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { DEMO_PASSWORD } from '../dev/demo/accounts.ts';
import { expectAccessible, shoot } from './browser/look.ts';
import { DESKTOP } from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { placeOrder } from './harness/buyer.ts';
import { startSwallowingProxy, type SwallowingProxy } from './harness/swallowing-proxy.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';

let shop: Shop;
let network: SwallowingProxy;
let productId: string;
let orderId: string;

beforeAll(async () => {
  shop = await openShop();
  let port = 0;
  network = await startSwallowingProxy(() => port);
  const { config } = shop.system;
  const publicUrl = `http://localhost:${network.port}`;
  ({ port } = await shop.system.startApi({ config: { ...config, publicUrl } }));
  const product = await addProduct(shop.system.databases, {
    variants: [{ name: 'Regular', unitAmount: 450, available: 1000 }],
  });
  productId = product.id;
  const order = await placeOrder(shop.system, { variantId: product.variants[0]!.id, pay: 'pm_card_visa' });
  await order.untilStatus('confirmed');
  orderId = order.id;
});
afterAll(async () => {
  await network?.stop();
  await shop?.stop();
});

const isConnection = (page: Page, state: string) =>
  page.locator(`[data-connection="${state}"]`).first().waitFor();
const endSessions = () => run(shop.system.databases.users.em.fork(), sql`delete from sessions`);

/** Counts the tones a page plays; `isAllowed` permits them without a user gesture. */
async function listen(context: BrowserContext): Promise<void> {
  await context.addInitScript(`
    globalThis.tones = 0;
    const start = OscillatorNode.prototype.start;
    OscillatorNode.prototype.start = function (...when) { globalThis.tones += 1; return start.apply(this, when); };`);
}
const tones = (page: Page) => page.evaluate<number>('globalThis.tones');

/** Every staff page, read from the files of the web app. */
const PAGES = readdirSync(new URL('../web/src/routes/agent', import.meta.url), { recursive: true })
  .map(String)
  .filter((file) => file.endsWith('+page.svelte'))
  .map((file) => `/agent/${file.replace(/\/?\+page\.svelte$/, '')}`.replace(/\/$/, ''));
const addressOf = (page: string) =>
  page.replace('[id]', page.includes('catalog') ? productId : orderId) +
  (page === '/agent/orders' ? '?show=to-pay' : '');

test('a board whose session has ended leads to sign-in with a sound, and back to a board that is live', async () => {
  const { page, context } = await shop.openAs('agent', DESKTOP);
  await listen(context);
  await page.goto('/agent');
  await isConnection(page, 'live');
  await page.getByRole('button', { name: 'Sound', exact: true }).click();
  await expect.poll(() => tones(page)).toBe(2);

  await endSessions();
  await page.waitForURL('**/sign-in?next=%2Fagent');
  await page.getByText('Your session has ended').waitFor();
  await expect.poll(() => tones(page)).toBeGreaterThanOrEqual(6);
  await expectAccessible(page);
  await shoot(page, 'session-ended');

  await page.getByLabel('Mail address').fill('agent@sharetab.test');
  await page.getByLabel('Password', { exact: true }).fill(DEMO_PASSWORD);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL('**/agent');
  await isConnection(page, 'live');
  await page.close();
});

test('every page of the staff leads to sign-in when the session is over, and names the way back', async () => {
  expect(PAGES).toContain('/agent/orders/[id]');
  const { page, context } = await shop.open(DESKTOP);
  for (const name of PAGES) {
    await shop.signIn(context, 'agent');
    const address = addressOf(name);
    await page.goto(address);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Differences' }).waitFor();
    await endSessions();
    // She returns to the page, which refreshes without waiting for its next request.
    await page.evaluate(`document.dispatchEvent(new Event('visibilitychange'))`);
    await page.waitForURL(`**/sign-in?next=${encodeURIComponent(address)}`);
  }
  await page.close();
});

test('who is no longer one of the staff is told so, and her board is not live', async () => {
  const { page } = await shop.openAs('agent', DESKTOP);
  await page.goto('/agent');
  await isConnection(page, 'live');
  const { users } = shop.system.databases;
  const setRole = (role: string) =>
    run(users.em.fork(), sql`update users set role = ${role} where email = 'agent@sharetab.test'`);
  await setRole('customer');
  await page.getByText('This part is for staff').waitFor();
  await setRole('agent');
  await page.close();
});

test('a network that swallows everything is told of within ten seconds, and healed from by itself', async () => {
  const { page } = await shop.openAs('agent', DESKTOP, `http://localhost:${network.port}`);
  await page.goto('/agent');
  await isConnection(page, 'live');
  network.swallow(true);
  const since = Date.now();
  await isConnection(page, 'lost');
  // Ten by design; more only means that this machine was busy.
  expect(Date.now() - since).toBeLessThan(45_000);
  await shoot(page, 'board-network-swallows');
  network.swallow(false);
  await isConnection(page, 'live');
  await page.close();
});

test('sound that is on and may not be heard yet says so in big, until somebody presses', async () => {
  const { page: first, context } = await shop.openAs('agent', DESKTOP);
  await listen(context);
  await first.goto('/agent');
  await first.getByRole('button', { name: 'Sound', exact: true }).click();
  // Another tab without a user gesture, as after a restart of the kitchen's screen.
  const page = await context.newPage();
  // Any other way to inspect the page from a test counts as a user gesture.
  const devtools = await context.newCDPSession(page);
  await page.goto('/agent');
  await until('the notice, and a connection that gives no alarm', async () => {
    const expression = `document.body.innerText.includes('keeps it silent') &&
      document.querySelector('[data-connection="live"]') !== null`;
    return (await devtools.send('Runtime.evaluate', { expression })).result.value === true;
  });
  const notice = page.getByRole('button', { name: /keeps it silent/ });
  await notice.waitFor();
  await expectAccessible(page);
  await shoot(page, 'sound-blocked');
  await notice.click();
  await notice.waitFor({ state: 'hidden' });
  await expect.poll(() => tones(page)).toBe(2);
  await page.close();
});
