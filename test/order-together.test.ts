/** Several phones in one tab: open, join by link, code and QR, choose together live, and what the host may do. */

import type { BrowserContext, Page } from 'playwright-core';
import decodeQR from 'qr/decode.js';
import { sql } from 'kysely';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { run } from '../db/sql.ts';
import type { Tab } from '../domain/contract/tabs.ts';
import { expectAccessible, shoot } from './browser/look.ts';
import { DESKTOP, PHONE, ZONE } from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { addProduct } from './setup/menu.ts';
import { signUp, Visitor } from './setup/visitor.ts';

interface Phone {
  readonly page: Page;
  readonly context: BrowserContext;
}
let shop: Shop;
let staff: Visitor;
let ada: Phone;
let ben: Phone;
let cleo: Phone;
let tabId: string;
let link: string;
let tea: Awaited<ReturnType<typeof addProduct>>;

beforeAll(async () => {
  shop = await openShop();
  const { databases } = shop.system;
  tea = await addProduct(databases, { variants: [{ name: 'Regular', unitAmount: 350, available: 100 }] });
  await addProduct(databases, {
    name: 'Pizza',
    category: 'Kitchen',
    variants: [{ name: 'Regular', unitAmount: 1300, available: 100 }],
  });
  staff = new Visitor(shop.url);
  await signUp(staff, databases, 'agent');
});
afterAll(() => shop?.stop());

/** Her own part and the total, as the bar at the foot of a phone's screen says. */
const barOf = ({ page }: Phone) => page.getByRole('button', { name: /^View basket/ });
const seesParts = async (phone: Phone, own: string, all: string) => {
  await barOf(phone)
    .filter({ hasText: `Yours ${own}` })
    .filter({ hasText: `All together ${all}` })
    .waitFor();
};
async function quickAdd({ page }: Phone, product: string): Promise<void> {
  await page
    .getByRole('button', { name: new RegExp(`^(Add|Choose) ${product}`) })
    .first()
    .click();
}
async function openBasket(phone: Phone) {
  await barOf(phone).click();
  const sheet = phone.page.getByRole('dialog', { name: 'Basket' });
  await sheet.waitFor();
  return sheet;
}
const closeSheet = async ({ page }: Phone) => {
  // A question above it may still be on its way out.
  await expect.poll(() => page.getByRole('dialog').count()).toBe(1);
  await page.getByRole('dialog').getByRole('button', { name: 'Close', exact: true }).click();
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
};
const change = (path: string, body: unknown) => staff.call('PATCH', path, { body });
const readTab = async (): Promise<Tab> => (await staff.get(`/api/tabs/${tabId}`)).body.tab as Tab;

test('a tab is opened in two taps; the others join by QR, and by the code, with their names', async () => {
  ada = await shop.open(PHONE);
  await ada.page.goto('/');
  await ada.page.getByRole('link', { name: 'Order together' }).click();
  await ada.page.getByLabel('Your name').fill('Ada');
  await ada.page.getByLabel('What is it for?').fill('Friday lunch');
  await shoot(ada.page, 'tabs-new');
  await expectAccessible(ada.page);
  await ada.page.getByRole('button', { name: 'Start' }).click();
  await ada.page.getByRole('heading', { level: 1, name: 'Friday lunch' }).waitFor();
  tabId = /tabs\/([0-9a-f-]{36})/.exec(ada.page.url())![1]!;

  const code = ada.page.getByRole('img', { name: 'QR code of the invitation' });
  await code.waitFor();
  // What changes of the tab draws the code of the same address not anew, under a camera that looks at it.
  const drawn = await code.elementHandle();
  for (const isLocked of [true, false]) {
    expect((await change(`/api/tabs/${tabId}`, { isLocked })).status).toBe(200);
    await ada.page
      .getByRole('region', { name: 'Invite the others' })
      .getByText('Nobody new can join at present.')
      .waitFor({ state: isLocked ? 'visible' : 'detached' });
  }
  expect(await drawn.evaluate((element: { isConnected: boolean }) => element.isConnected)).toBe(true);
  const { data, info } = await sharp(await code.screenshot({ scale: 'device' }))
    .resize({ width: 600 })
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  link = decodeQR({ width: info.width, height: info.height, data });
  expect(link).toMatch(/\/join#[\w-]{22}$/);
  const spoken = (await ada.page.locator('[data-join-code]').textContent())!.trim();
  expect(spoken).toMatch(/^[A-Z2-9]{3} [A-Z2-9]{3}$/);
  await shoot(ada.page, 'tabs-alone');
  await expectAccessible(ada.page);

  // The invitation names the address of the API's configuration; phones open it on our pages.
  const secret = new URL(link).hash;
  ben = await shop.open(PHONE);
  await ben.page.goto(`/join${secret}`);
  await ben.page.getByLabel('Your name').fill('Ben');
  expect(ben.page.url()).not.toContain(secret);
  // A reload before she has joined loses nothing.
  await ben.page.reload();
  await ben.page.getByLabel('Your name').fill('Ben');
  await shoot(ben.page, 'tabs-join');
  await expectAccessible(ben.page);
  await ben.page.getByRole('button', { name: 'Join' }).click();
  await ben.page.getByRole('heading', { level: 1, name: 'Friday lunch' }).waitFor();

  cleo = await shop.open(PHONE);
  await cleo.page.goto('/join');
  await cleo.page.getByLabel('Code').fill('k1');
  await cleo.page.getByLabel('Your name').fill('Cleo');
  await cleo.page.getByRole('button', { name: 'Join' }).click();
  await cleo.page.getByText('A code has six letters and digits.').waitFor();
  await cleo.page.getByLabel('Code').fill(spoken.toLowerCase().replace(' ', '-'));
  await cleo.page.getByRole('button', { name: 'Join' }).click();
  await cleo.page.getByRole('heading', { level: 1, name: 'Friday lunch' }).waitFor();
  for (const name of ['Ben', 'Cleo'])
    await ada.page
      .getByRole('button', { name: 'People in the tab' })
      .getByText(name, { exact: true })
      .waitFor();
});

test('who is in already comes back as herself: by a reload, and by the invitation again', async () => {
  await ben.page.reload();
  await ben.page.getByRole('heading', { level: 1, name: 'Friday lunch' }).waitFor();
  await ben.page.goto(`/join${new URL(link).hash}`);
  await ben.page.getByRole('heading', { level: 1, name: 'Friday lunch' }).waitFor();
  expect(ben.page.url()).toContain(tabId);
  expect((await readTab()).participants.map(({ name }) => name)).toEqual(['Ada', 'Ben', 'Cleo']);
});

test('all choose at once, and everyone sees all of it; a shared dish is divided by weights', async () => {
  await Promise.all([quickAdd(ada, 'Tea'), quickAdd(ben, 'Tea'), quickAdd(cleo, 'Tea')]);
  for (const phone of [ada, ben, cleo]) await seesParts(phone, '€3.50', '€10.50');

  await ada.page.getByRole('article').getByRole('button', { name: 'Pizza', exact: true }).click();
  const sheet = ada.page.getByRole('dialog', { name: 'Pizza' });
  await sheet.getByText('Shared', { exact: true }).click();
  await sheet.getByRole('checkbox', { name: /Ben/ }).check();
  await sheet.getByRole('button', { name: 'One Parts for Ada more' }).click();
  await sheet.getByText('€8.67').waitFor();
  await shoot(ada.page, 'tabs-share');
  await expectAccessible(ada.page);
  await sheet.getByRole('button', { name: /^Add/ }).click();
  await seesParts(ada, '€12.17', '€23.50');
  await seesParts(ben, '€7.83', '€23.50');
  await ben.page.getByText('Ada shares Pizza with you.').waitFor();

  const basket = await openBasket(ben);
  await basket.getByText('Your part of Pizza, from Ada').waitFor();
  await basket.getByText('1 of 3').first().waitFor();
  await shoot(ben.page, 'tabs-basket');
  await expectAccessible(ben.page);
  await basket.getByRole('button', { name: 'Not for me: Pizza' }).click();
  await seesParts(ada, '€16.50', '€23.50');
  await basket.getByRole('button', { name: 'Same for me: Pizza' }).click();
  await basket.getByRole('region', { name: 'What you have chosen' }).getByText('€16.50').waitFor();
  await closeSheet(ben);
  await seesParts(ben, '€16.50', '€36.50');
});

test('a phone that loses its network shows her changes, sends them later, and catches up', async () => {
  await cleo.context.setOffline(true);
  await cleo.page.getByText('Connection lost').waitFor();
  await quickAdd(cleo, 'Pizza');
  await seesParts(cleo, '€16.50', '€49.50');
  await quickAdd(ben, 'Tea');
  await seesParts(ben, '€20.00', '€40.00');
  const basket = await openBasket(cleo);
  await basket.getByText('Not sent yet').waitFor();
  await shoot(cleo.page, 'tabs-unsent');
  await cleo.context.setOffline(false);
  await basket.getByText('Not sent yet').waitFor({ state: 'hidden' });
  await closeSheet(cleo);
  for (const [phone, own] of [
    [ada, '€16.50'],
    [ben, '€20.00'],
    [cleo, '€16.50'],
  ] as const)
    await seesParts(phone, own, '€53.00');
});

test('two who change one line at once: the second sees what it is now, and keeps her change', async () => {
  const line = (await readTab()).lines.find(
    ({ name, quantity }) => name.startsWith('Pizza') && quantity === 1,
  )!;
  const owner = ada;
  const basket = await openBasket(owner);
  await basket
    .getByRole('region', { name: 'What you have chosen' })
    .getByRole('button', { name: /^Pizza/ })
    .click();
  const sheet = owner.page.getByRole('dialog', { name: 'Pizza' });
  await sheet.getByLabel(/Anything we should know/).fill('No olives');
  expect(
    (await change(`/api/tabs/${tabId}/lines/${line.id}`, { ifVersion: line.version, quantity: 2 })).status,
  ).toBe(200);
  await seesParts(ben, '€20.00', '€66.00');
  await sheet.getByRole('button', { name: /^Update/ }).click();
  const again = await openBasket(owner);
  await again.getByText(/Pizza.* was changed meanwhile\. It is now: 2 × Pizza/).waitFor();
  await shoot(owner.page, 'tabs-conflict');
  await expectAccessible(owner.page);
  await again.getByRole('button', { name: 'Apply my change' }).click();
  await again.getByText('“No olives”').waitFor();
  await closeSheet(owner);
  const now = (await readTab()).lines.find(({ id }) => id === line.id)!;
  expect([now.quantity, now.note]).toEqual([2, 'No olives']);
});

test('what runs out is marked on everybody’s basket at once, and blocks nobody', async () => {
  const basket = await openBasket(cleo);
  expect(
    (await staff.call('PUT', `/api/variants/${tea.variants[0]!.id}/stock`, { body: { available: 1 } }))
      .status,
  ).toBeLessThan(300);
  await basket.getByText('Sold out').first().waitFor();
  await shoot(cleo.page, 'tabs-sold-out');
  await closeSheet(cleo);
  await quickAdd(cleo, 'Pizza');
  await seesParts(cleo, '€29.50', '€79.00');
});

test('the host leads: names, bounds, locks, lets in, removes, hands over; staff add somebody', async () => {
  await ada.page.getByRole('button', { name: 'Settings of the tab' }).click();
  const settings = ada.page.getByRole('dialog', { name: 'Settings of the tab' });
  await settings.getByLabel('Let nobody new in').check();
  await settings.getByLabel('The most that each may order').fill('50');
  await settings.getByLabel('Title').fill('Late lunch');
  const deadline = new Date(Math.ceil(Date.now() / 3_600_000) * 3_600_000 + 3_600_000);
  // The field takes the time of the device. Sweden writes times as fields do.
  const local = deadline.toLocaleString('sv', { timeZone: ZONE, dateStyle: 'short', timeStyle: 'short' });
  await settings.getByLabel('Everyone pays by').fill(local.replace(' ', 'T'));
  // Somebody without an account has no card that could pay for others.
  await settings.getByLabel('Whoever has not paid by then').selectOption('host_covers');
  await settings.getByRole('button', { name: 'Save' }).click();
  await settings
    .getByText('Only a host who is signed in, with a saved card, can pay for the others.')
    .waitFor();
  await shoot(ada.page, 'tabs-settings');
  await expectAccessible(ada.page);
  await settings.getByLabel('Whoever has not paid by then').selectOption('drop_unpaid');
  await settings.getByRole('button', { name: 'Save' }).click();
  await settings.waitFor({ state: 'hidden' });
  await ben.page.getByRole('heading', { level: 1, name: 'Late lunch' }).waitFor();
  await ben.page.getByText(/^Everyone pays by/).waitFor();
  expect(await readTab()).toMatchObject({
    ...{ title: 'Late lunch', deadline: deadline.toISOString(), onDeadline: 'drop_unpaid' },
    ...{ isLocked: true, spendingLimit: 5000 },
  });

  const dan = await shop.open(PHONE);
  await dan.page.goto(`/join${new URL(link).hash}`);
  await dan.page.getByLabel('Your name').fill('Dan');
  await dan.page.getByRole('button', { name: 'Join' }).click();
  await dan.page.getByText('The door is closed right now').waitFor();
  await shoot(dan.page, 'tabs-locked');
  expect((await change(`/api/tabs/${tabId}`, { isLocked: false })).status).toBe(200);
  await dan.page.getByRole('button', { name: 'Try again' }).click();
  await dan.page.getByLabel('Your name').fill('Dan');
  await dan.page.getByRole('button', { name: 'Join' }).click();
  await dan.page.getByRole('heading', { level: 1, name: 'Late lunch' }).waitFor();

  await ada.page.getByRole('button', { name: 'People in the tab' }).click();
  const people = ada.page.getByRole('dialog', { name: 'People in the tab' });
  await people.getByLabel('Allergies').fill('Peanuts');
  await people.getByRole('button', { name: 'Save' }).click();
  await people.getByText('Allergies: Peanuts').waitFor();
  await shoot(ada.page, 'tabs-people');
  await expectAccessible(ada.page);
  await people.getByRole('button', { name: 'Remove Dan' }).click();
  await ada.page
    .getByRole('dialog', { name: 'Remove Dan from the tab?' })
    .getByRole('button', { name: 'Remove Dan' })
    .click();
  await dan.page.getByText('You are not in this tab any more').waitFor();
  await closeSheet(ada);
  await ada.page.getByRole('button', { name: 'Settings of the tab' }).click();
  await settings.getByRole('button', { name: 'Renew link and code' }).click();
  await ada.page.getByText('The old ones are void.').waitFor();
  await closeSheet(ada);
  await dan.page.goto('/');
  await dan.page.goto(`/join${new URL(link).hash}`);
  await dan.page.getByText('This invitation is not valid any more').waitFor();

  const agent = await shop.openAs('agent', DESKTOP);
  await agent.page.goto(`/tabs/${tabId}`);
  await agent.page.getByText('You see this as staff').waitFor();
  await agent.page.getByRole('button', { name: 'People in the tab' }).click();
  await agent.page.getByLabel('Add somebody without a phone').fill('Grandma');
  await agent.page.getByRole('button', { name: 'Add', exact: true }).click();
  await agent.page.getByRole('dialog').getByText('Grandma').waitFor();
  await closeSheet(agent);
  await quickAdd(agent, 'Pizza');
  const sheet = agent.page.getByRole('dialog', { name: 'Pizza' });
  await sheet.getByLabel('For whom?').selectOption({ label: 'Grandma' });
  await sheet.getByRole('button', { name: /^Add/ }).click();
  await agent.page
    .getByRole('region', { name: 'What Grandma has chosen' })
    .getByText('€13.00')
    .first()
    .waitFor();
  await shoot(agent.page, 'tabs-desktop-staff');

  await ada.page.getByRole('button', { name: 'People in the tab' }).click();
  await people.getByRole('button', { name: 'Make Ben the host' }).click();
  await ben.page.getByText('You lead this tab now.').waitFor();
  await people.getByRole('button', { name: 'Leave the tab' }).click();
  await ada.page
    .getByRole('dialog', { name: 'Leave the tab' })
    .getByRole('button', { name: 'Leave the tab' })
    .click();
  await ada.page.getByRole('heading', { level: 1, name: 'What can we bring you?' }).waitFor();
  await ada.page.getByText('Back to it').waitFor({ state: 'detached' });
});

test('ready is seen by all, a bar leads back, a host who is gone is replaced, a closed tab says so', async () => {
  await ben.page.getByRole('button', { name: 'I’m ready' }).click();
  await cleo.page
    .getByRole('button', { name: 'People in the tab' })
    .getByText(/ready/)
    .waitFor({ state: 'attached' });
  await cleo.page.goto('/orders');
  await cleo.page.getByRole('link', { name: /You are in Late lunch/ }).click();
  await cleo.page.getByRole('heading', { level: 1, name: 'Late lunch' }).waitFor();

  const { host } = await readTab();
  // On our other pages he would still be here.
  await ben.page.goto('about:blank');
  await cleo.page.getByRole('button', { name: 'People in the tab' }).click();
  const people = cleo.page.getByRole('dialog', { name: 'People in the tab' });
  await people.getByText('The host is not here.').waitFor();
  await expectAccessible(cleo.page);
  await people.getByRole('button', { name: 'Take over as host' }).click();
  await cleo.page.getByText('The host of this tab is here and can do this.').waitFor();
  await run(
    shop.system.databases.orders.em.fork(),
    sql`update tab_participants set seen_at = now() - interval '11 minutes' where id = ${host}`,
  );
  await people.getByRole('button', { name: 'Take over as host' }).click();
  await cleo.page.getByText('You lead this tab now.').waitFor();
  await shoot(cleo.page, 'tabs-taken-over');
  await closeSheet(cleo);
  await cleo.page.getByRole('button', { name: 'Settings of the tab' }).click();
  await cleo.page.getByRole('button', { name: 'Close the tab' }).click();
  await cleo.page.getByRole('button', { name: 'Close it' }).click();
  await cleo.page.getByText(/No more rounds|This tab has ended/).waitFor();
  await ben.page.goto(`/tabs/${tabId}`);
  await ben.page.getByText(/No more rounds|This tab has ended/).waitFor();
  await shoot(ben.page, 'tabs-ended');
});
