/** User actions on the pages, shared by the journey tests and the screenshots. */

import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { findBrowser } from '../../dev/browser.ts';
import { until } from '../harness/until.ts';

export const PHONE = { width: 390, height: 844 };
export const DESKTOP = { width: 1440, height: 900 };
/** The zone of people's devices: neither the shop's nor, likely, the machine's, so that no test takes one for another. */
export const ZONE = 'Europe/Athens';

/** Starts the installed Chromium. `npm test` makes sure that there is one. */
export async function launchBrowser(): Promise<Browser> {
  const found = findBrowser();
  if (!found) throw new Error('there is no Chromium on this machine: npm run doctor says how to get one');
  return chromium.launch({
    executablePath: found.executablePath,
    args: [
      ...found.args,
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-quic',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}

/** A separate browser context for one person, with its own cookies. Collects the errors of its pages. */
export async function openPage(
  browser: Browser,
  url: string,
  viewport: { width: number; height: number },
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<{ page: Page; context: BrowserContext; errors: string[] }> {
  const context = await browser.newContext({
    viewport,
    baseURL: url,
    locale: 'en-GB',
    timezoneId: ZONE,
    reducedMotion: 'reduce',
    ...options,
  });
  const page = await context.newPage();
  // A slow machine must not fail the test.
  page.setDefaultTimeout(120_000);
  const errors: string[] = [];
  page.on('pageerror', (error) => errors.push(error.message));
  return { page, context, errors };
}

/** Puts a product with its first choices into the cart, from the menu. */
export async function addToCart(page: Page, product: string): Promise<void> {
  await page.getByRole('article').getByRole('button', { name: product, exact: true }).click();
  const dialog = page.getByRole('dialog');
  // Its details load when it is first opened; choices cannot be selected before.
  const add = dialog.getByRole('button', { name: /^Add/ });
  await add.waitFor();
  for (const group of await dialog.getByRole('group').all()) {
    const mustChoose = (await group.textContent())?.includes('Choose');
    if (mustChoose && (await group.locator('input:checked').count()) === 0) {
      // By keyboard: the sheet may still be moving in.
      await group.locator('input').first().press('Space');
    }
  }
  await add.press('Enter');
  await dialog.waitFor({ state: 'hidden' });
}

/** Goes to the checkout through the cart, as on a phone or on a wide screen. */
export async function goToCheckout(page: Page): Promise<void> {
  const bar = page.getByRole('button', { name: /View cart/ }).filter({ visible: true });
  const link = page.getByRole('link', { name: 'Go to checkout' }).filter({ visible: true });
  await bar.or(link).first().waitFor();
  if (await bar.isVisible()) await bar.click();
  await link.click();
  await page.waitForURL('**/checkout');
}

/** Chooses her table, or types its number if the shop has no spots. */
export async function chooseTable(page: Page, table: string): Promise<void> {
  const chosen = page.getByLabel('Which table?');
  const typed = page.getByLabel('Table number');
  await chosen.or(typed).waitFor();
  if (await chosen.isVisible()) await chosen.selectOption({ label: `Table ${table}` });
  else await typed.fill(table);
}

/** Fills in her name and where to bring the order. */
export async function fillDetails(
  page: Page,
  guest: { name: string; email: string; table: string },
): Promise<void> {
  await chooseTable(page, guest.table);
  await page.getByLabel('Name', { exact: true }).fill(guest.name);
  await page.getByLabel('Mail address').fill(guest.email);
}

/** Types a card into the form that Stripe.js, or its stand-in, puts into the page. */
export async function fillCard(page: Page, number = '4242424242424242'): Promise<void> {
  const another = page.getByRole('radio', { name: 'Another card' });
  const frame = page.locator('iframe[title="Secure payment input frame"]');
  await another.or(frame).first().waitFor();
  if (await another.isVisible()) await another.check();
  const form = frame.contentFrame();
  await form.locator('input[name="number"]').fill(number);
  await form.locator('input[name="expiry"]').fill('12 / 34');
  await form
    .locator('input[name="cvc"]')
    .fill(number.startsWith('3') && number.length === 15 ? '1234' : '123');
}

/** The payer's choice in her bank's dialog. */
export async function answerBank(page: Page, answer: 'Complete' | 'Fail'): Promise<void> {
  const dialog = page.frameLocator('iframe[title="3D Secure authentication"]');
  // Enabled once the bank has loaded the payment. Then waits, since the dialog closes while a key is down.
  await dialog
    .locator('button:enabled', { hasText: answer })
    .evaluate((button: { click(): void }) => void setTimeout(() => button.click()));
}

/** Presses Pay by keyboard: a click that has to scroll first may miss beside a frame of another origin. */
export async function pressPay(page: Page): Promise<void> {
  // In a group there are buttons that pay for others, too.
  await page.getByRole('button', { name: /^Pay (?!for )/ }).press('Enter');
}

/** Pays and returns the order's id once its page is open. */
export async function pay(page: Page): Promise<string> {
  await pressPay(page);
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}/);
  return /orders\/([0-9a-f-]{36})/.exec(page.url())![1]!;
}

/** Signs in with one of the demo accounts and waits until the page shows it. */
export async function signIn(page: Page, email: string, password: string): Promise<void> {
  await page.goto('/sign-in');
  await page.getByLabel('Mail address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill(password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'));
}

/** An order's card on the agents' board. */
export function boardCard(page: Page, orderId: string) {
  return page.locator(`article[data-order="${orderId}"]`);
}

/** Waits until the customer's page shows this headline, without a reload. */
export async function seeHeadline(page: Page, headline: string | RegExp): Promise<void> {
  await page.getByRole('heading', { level: 1, name: headline }).waitFor();
}

/** Waits until every visible image has loaded. */
export async function seePictures(page: Page): Promise<void> {
  // Uses evaluate, which our content security policy does not block.
  await until('the pictures', () =>
    page.evaluate<boolean>(
      `[...document.images].every((picture) =>
         picture.getBoundingClientRect().top > innerHeight || (picture.complete && picture.naturalWidth > 0))`,
    ),
  );
}
