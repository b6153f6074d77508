/** Staff and a tab that is paid later: three with phones and one without, cash, a bill on paper, and one who walks out. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createSpot } from '../db/catalog/spots/spots.ts';
import { expectAccessible, shoot } from './browser/look.ts';
import { fillCard, PHONE, pressPay, seeHeadline } from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { expectSumsAgree } from './harness/odd-sums.ts';
import { addProduct } from './setup/menu.ts';
import { changeSettings } from './setup/shop-settings.ts';
import { addLine, at, joinTab, openTab, readTab, type Seated } from './setup/tabs.ts';
import { Visitor } from './setup/visitor.ts';

/** A tablet that lies, and a screen at the counter. */
const TABLET = { width: 1024, height: 768 };
const COUNTER = { width: 1280, height: 800 };

let shop: Shop;
let page: Page;
let phone: Page;
let tabId: string;
let code: string;
let beer: string;
let pizza: string;
const people: Seated[] = [];

beforeAll(async () => {
  shop = await openShop();
  const { databases, url } = shop.system;
  const [drink, dish] = await Promise.all([
    addProduct(databases, {
      name: 'Beer',
      variants: [{ name: 'Regular', unitAmount: 450, available: 50 }],
    }),
    addProduct(databases, {
      name: 'Pizza',
      taxRate: 700,
      variants: [{ name: 'Regular', unitAmount: 1300, available: 50 }],
    }),
  ]);
  beer = drink.variants[0]!.id;
  pizza = dish.variants[0]!.id;
  const table = await createSpot(databases.catalog, { kind: 'table', label: '9', area: 'Garden' });
  await createSpot(databases.catalog, { kind: 'lane', label: '1', area: null });
  ({ code } = table);
  await changeSettings(shop.system, { tabsAtTables: 'after' });
  const host = await openTab(new Visitor(url), {
    name: 'Ada',
    title: 'Ada’s birthday',
    spotCode: code,
  });
  tabId = host.tab.id;
  people.push(host);
  for (const name of ['Ben', 'Cleo']) people.push(await joinTab(new Visitor(url), host, { name }));
  const { body } = await host.who.command(at(host, '/participants'), { name: 'Oma' });
  people.push({ ...host, participantId: body.tab.participants.at(-1).id });
  page = (await shop.openAs('agent', COUNTER)).page;
  phone = (await shop.open(PHONE)).page;
});
afterAll(() => shop?.stop());

const panel = (name: string) => page.getByRole('region', { name });
const row = (text: string | RegExp) => panel('What is to be paid').getByRole('row').filter({ hasText: text });

/** The page in each language, theme and width that staff use. */
async function shootAll(name: string): Promise<void> {
  for (const viewport of [COUNTER, TABLET])
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.setViewportSize(viewport);
      await page.emulateMedia({ colorScheme });
      await shoot(page, `${name}-${viewport.width}-${colorScheme}`);
    }
  await page.setViewportSize(COUNTER);
  await page.emulateMedia({ colorScheme: 'light' });
}

it('shows staff what a tab owes, line by line and by person, while it orders', async () => {
  const [ada, ben, cleo, oma] = people as [Seated, Seated, Seated, Seated];
  await page.goto(`/agent/tabs/${tabId}`);
  await panel('What is to be paid').getByText('Nothing is to be paid.').waitFor();
  await addLine(ada, beer, { quantity: 5 });
  await addLine(ada, pizza, { participantId: oma.participantId, note: 'Well done' });
  await addLine(ben, pizza, {
    sharedBetween: [ben, cleo].map(({ participantId }) => ({ participantId })),
  });
  const sent = await ada.who.command(at(ada, '/rounds'), {
    lineIds: (await readTab(ada)).lines.map(({ id }) => id),
  });
  expect(sent.status, JSON.stringify(sent.body)).toBe(201);
  await row('Beer').getByText('€22.50').waitFor();
  await row('Well done').getByText('Oma').waitFor();
  await row('Ben').getByText('€6.50').first().waitFor();
  await panel('How it stands').getByText('€48.50').first().waitFor();
  await expectAccessible(page);
  await shootAll('staff-tab');
});

it('takes cash for her who has no phone', async () => {
  const take = panel('Take a payment');
  await take.getByLabel('Who pays?').selectOption({ label: 'Oma · €13.00' });
  await take.getByRole('button', { name: 'Cash · €13.00' }).click();
  const dialog = page.getByRole('dialog', { name: 'Paid in cash' });
  await dialog.getByLabel(/^Received in/).fill('20');
  await dialog.getByText('€7.00').waitFor();
  await shoot(page, 'staff-tab-cash');
  await dialog.getByRole('button', { name: 'Record €13.00 in cash' }).click();
  await panel('Payments')
    .getByRole('link', { name: /^Oma Cash.*€13\.00$/ })
    .waitFor();
  await panel('How it stands').getByText('€35.50').waitFor();
  await expectSumsAgree(shop.system.databases.orders);
});

it('prints a bill of what is open, as a whole, by person and in equal parts', async () => {
  await page.getByRole('link', { name: 'Bill to print' }).click();
  const bill = page.getByRole('article', { name: 'Bill' });
  await bill.getByText('Bill: Ada’s birthday').waitFor();
  await expect.poll(() => bill.getByRole('row').filter({ hasText: 'Pizza' }).count()).toBe(1);
  await page.getByRole('radio', { name: 'Equally' }).check();
  await bill.getByText('In 2 equal parts').waitFor();
  await expect.poll(() => bill.getByText('€17.75').count()).toBe(2);
  await page.getByRole('radio', { name: 'By person' }).check();
  await bill.getByRole('heading', { name: 'Cleo €6.50' }).waitFor();
  await bill.getByText('B 7%').first().waitFor();
  await expectAccessible(page);
  await shoot(page, 'staff-tab-bill');
  await page.emulateMedia({ media: 'print' });
  await shoot(page, 'staff-tab-bill-printed');
  await expect.poll(() => page.getByRole('button', { name: 'Print' }).isVisible()).toBe(false);
  await page.emulateMedia({ media: 'screen' });
  await page.goto(`/agent/tabs/${tabId}`);
});

it('lets somebody pay on her phone what staff have chosen for her, while a stranger knocks', async () => {
  const [, ben, cleo] = people as [Seated, Seated, Seated];
  await phone.goto(`/tabs/${tabId}#guest=${cleo.guestToken}`);
  await phone.getByRole('region', { name: 'Your part' }).getByText('€6.50').first().waitFor();
  const take = panel('Take a payment');
  await take.getByLabel('Who pays?').selectOption({ label: 'Cleo · €6.50' });
  await take.getByRole('radio', { name: /^These items/ }).check();
  const beers = take.getByRole('listitem').filter({ hasText: 'Beer' });
  await beers.getByRole('checkbox').check();
  await beers.getByRole('button', { name: 'One Beer less' }).click();
  await take.getByRole('button', { name: 'Cash · €18.00' }).waitFor();
  await take.getByRole('button', { name: 'They pay it on their phone' }).click();
  await panel('How it stands').getByText('Cleo is paying €18.00').waitFor();
  await row('Beer').getByText('Cleo is paying €18.00').waitFor();
  await shoot(page, 'staff-tab-claim');
  await phone.getByRole('link', { name: 'Go on paying' }).first().click();
  await seeHeadline(phone, 'You pay €18.00');
  await fillCard(phone);
  await pressPay(phone);
  await panel('Payments')
    .getByRole('link', { name: /^Cleo Card.*€18\.00$/ })
    .waitFor();
  await panel('How it stands').getByText('€17.50').waitFor();
  const knocking = await new Visitor(shop.system.url).command(`/api/spots/${code}/knock`, { name: 'Zoe' });
  expect(knocking.status, JSON.stringify(knocking.body)).toBe(201);
  await page.getByText('Zoe asks to be let in').waitFor();
  await page.getByRole('button', { name: 'Not now' }).click();
  await page.getByText('Zoe asks to be let in').waitFor({ state: 'hidden' });
  expect((await readTab(ben)).owedAmount).toBe(1750);
});

it('sums in the list and at the spots what all owe, and finds the tab', async () => {
  await page.goto('/agent/tabs');
  await page.getByText('€17.50 to be paid in all').waitFor();
  for (const said of ['birthday', 'cleo ben', 'garden', '17.50', '48,50']) {
    await page.getByRole('searchbox').fill(said);
    await page.getByRole('link', { name: /Ada’s birthday/ }).waitFor();
  }
  await page.getByRole('searchbox').fill('18.00');
  await page.getByText('Nothing found').waitFor();
  await page.getByRole('searchbox').fill('');
  await page.getByRole('button', { name: 'To be paid' }).click();
  const found = page.getByRole('link', { name: /Ada’s birthday/ });
  await found.getByText('€17.50 to pay').waitFor();
  await found.getByText('€31.00 paid').waitFor();
  await expectAccessible(page);
  await shootAll('staff-tabs');
  await page.goto('/agent/spots');
  await page.getByText('€17.50 to be paid in all').waitFor();
  await page.getByText('€31.00 paid', { exact: false }).waitFor();
  await expectAccessible(page);
  await shootAll('staff-spots');
  await page.goto('/agent');
  const card = page.getByRole('article').filter({ hasText: 'Ada’s birthday' });
  await card.getByText('To be paid later').waitFor();
  // Payments of the tab are no orders of the board, nor of the list.
  await expect.poll(() => page.getByRole('article').count()).toBe(1);
  await shoot(page, 'staff-board-later');
  await page.goto('/agent/orders?show=all');
  await page.getByText('€48.50').first().waitFor();
  expect(await page.getByText('€18.00').count()).toBe(0);
  await expectSumsAgree(shop.system.databases.orders);
});

it('moves the tab to another table, and merges those who sit elsewhere into it; their phones are led on', async () => {
  const { databases, url } = shop.system;
  await createSpot(databases.catalog, { kind: 'table', label: '10', area: 'Garden' });
  const { code: other } = await createSpot(databases.catalog, { kind: 'table', label: '11', area: null });
  const dua = await openTab(new Visitor(url), { name: 'Dua', title: 'Latecomers', spotCode: other });
  const dialog = page.getByRole('dialog');
  await page.goto(`/agent/tabs/${tabId}`);
  await page.getByRole('button', { name: 'Move the tab' }).click();
  await dialog.getByText('The tab is here already.').waitFor();
  await dialog.getByLabel('Which table?').selectOption({ label: 'Table 11' });
  await dialog.getByText('Table 11 is taken: 1 person, €0.00 to pay.').waitFor();
  await dialog.getByLabel('Which table?').selectOption({ label: 'Table 10' });
  await expectAccessible(page);
  await shoot(page, 'staff-move');
  await dialog.getByRole('button', { name: 'Move', exact: true }).click();
  await page.getByText('The tab is at Table 10 now').waitFor();
  await page.goto('/agent');
  const card = page.getByRole('article').filter({ hasText: 'Ada’s birthday' });
  await card.getByText('Moved from Table 9').waitFor();
  await card.getByText('Table 10').first().waitFor();
  await shoot(page, 'staff-board-moved');

  await phone.goto(`/tabs/${dua.tab.id}#guest=${dua.guestToken}`);
  await phone.getByText('Latecomers').first().waitFor();
  await page.goto(`/agent/tabs/${dua.tab.id}`);
  await page.getByRole('button', { name: 'Move the tab' }).click();
  await dialog.getByLabel('Which table?').selectOption({ label: 'Table 10' });
  await dialog.getByText(/^Table 10 is taken: \d people, €17\.50 to pay\.$/).waitFor();
  await expectAccessible(page);
  await shoot(page, 'staff-merge');
  await dialog.getByRole('button', { name: 'Merge the tabs' }).click();
  await page.waitForURL(`**/agent/tabs/${tabId}`);
  await phone.waitForURL(`**/tabs/${tabId}`);
  await phone.getByText('Ada’s birthday').first().waitFor();
  await shoot(phone, 'tab-led-on');
  await expectSumsAgree(databases.orders);
});

it('cancels what never came: it is owed no more', async () => {
  const [, ben] = people as [Seated, Seated];
  await page.goto(`/agent/orders/${(await readTab(ben)).rounds[0]!.orderId}`);
  await page.getByRole('button', { name: 'Cancel items…' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: 'Cancel items', exact: true }).click();
  await dialog.getByText('Choose what to cancel').waitFor();
  await dialog.getByRole('button', { name: /^One Beer.* more$/ }).click();
  await dialog.getByLabel('Reason').fill('It never came');
  await expectAccessible(page);
  await shoot(page, 'staff-round-cancel-items');
  await dialog.getByRole('button', { name: 'Cancel €4.50' }).click();
  await page.getByText('€4.50 canceled', { exact: true }).waitFor();
  await page.getByText('1 canceled', { exact: true }).first().waitFor();
  // Nobody has paid the round itself, and nobody will.
  await expect
    .poll(() => page.getByRole('main').innerText())
    .not.toMatch(/Unpaid|Refunded|not fixed|Capturing/);
  expect((await readTab(ben)).owedAmount).toBe(1300);
  await expectSumsAgree(shop.system.databases.orders);
});

it('closes the tab for more, opens it again, and writes off what those who walked out have left', async () => {
  const [, ben] = people as [Seated, Seated];
  await page.goto(`/agent/tabs/${tabId}`);
  const dialog = page.getByRole('dialog');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  await dialog.getByRole('button', { name: 'Close the tab' }).click();
  await page.getByRole('button', { name: 'Open again' }).click();
  await page.getByRole('button', { name: 'They have left…' }).click();
  const confirm = dialog.getByRole('button', { name: 'Write off €13.00' });
  await confirm.click();
  await dialog.getByText('Say why, for the books').waitFor();
  await expectAccessible(page);
  await shoot(page, 'staff-tab-walked-out');
  await dialog.getByLabel('Reason').fill('Left through the garden');
  await confirm.click();
  await panel('How it stands').getByText('Waived').waitFor();
  await page.getByText('Closed', { exact: true }).waitFor();
  expect((await readTab(ben)).writtenOffAmount).toBe(1300);
  const events = JSON.stringify((await ben.who.get(at(ben, '/events'))).body);
  expect(events).toContain('written_off');
  expect(events).not.toContain('garden');
  await page.context().addCookies([{ name: 'language', value: 'fr', url: shop.url }]);
  await page.goto(`/agent/tabs/${tabId}`);
  await page.getByText('Close', { exact: true }).waitFor();
  await expectAccessible(page);
  await shootAll('staff-tab-ended-fr');
  await expectSumsAgree(shop.system.databases.orders);
});

/** A guest with a phone opens a tab on the page, and is led to the page of its card, which the shop asks for. */
async function openAsked(name: string): Promise<{ page: Page; path: string }> {
  const { page: guest } = await shop.open(PHONE);
  await guest.goto('/tabs/new');
  await guest.getByLabel('Your name').fill(name);
  await guest.getByRole('button', { name: 'Start' }).click();
  await seeHeadline(guest, 'Put a card on file');
  return { page: guest, path: new URL(guest.url()).pathname.replace('/card', '') };
}
async function putOnFile(guest: Page, email: string, card: string): Promise<void> {
  await guest.getByLabel('Your mail address').fill(email);
  await fillCard(guest, card);
  await guest.getByRole('button', { name: 'Agree and put the card on file' }).click();
  await guest.getByText('Your card is on file. Nothing was charged.').waitFor();
}
/** Adds a beer to the basket as the person on this page. */
async function addBeer(guest: Page, path: string): Promise<void> {
  const status = await guest.evaluate(
    async ({ url, body, key }) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': key };
      return (await fetch(url, { method: 'POST', headers, body })).status;
    },
    {
      url: `/api${path}/lines`,
      body: JSON.stringify({ variantId: beer, quantity: 1 }),
      key: crypto.randomUUID(),
    },
  );
  expect(status).toBe(201);
}

it('asks for a card before a round, and charges to it what is open when staff close the tab', async () => {
  await changeSettings(shop.system, { tabsElsewhere: 'after', cardOnFile: 'always' }, shop.url);
  await page.context().addCookies([{ name: 'language', value: 'en', url: shop.url }]);
  const { page: gil, path } = await openAsked('Gil');
  await gil
    .getByText(/or by itself after 12 hours in which nobody orders or pays/)
    .first()
    .waitFor();
  await expectAccessible(gil);
  await shoot(gil, 'card-give');
  // She looks around first: nothing is sent without it.
  await gil.getByRole('link', { name: 'Later' }).click();
  await addBeer(gil, path);
  await gil.getByRole('button', { name: 'Send mine', exact: true }).click();
  const sheet = gil.getByRole('dialog');
  await sheet.getByText('This tab needs a card on file before more is ordered.').waitFor();
  await expectAccessible(gil);
  await shoot(gil, 'card-asked');
  await sheet.getByRole('link', { name: 'Put a card on file' }).click();
  await putOnFile(gil, 'gil@example.com', '4242424242424242');
  const banner = gil.getByRole('region', { name: 'Card on file' });
  await banner.getByText('Your Visa •••• 4242 pays what is open when the tab is closed.').waitFor();
  await gil.getByRole('button', { name: 'Send mine', exact: true }).click();
  await gil.getByText('Sent: the kitchen has it.').first().waitFor();
  await shoot(gil, 'card-on-file');
  await banner.getByRole('link', { name: 'See or change' }).click();
  await gil.getByText('While something is owed, it stays.').waitFor();
  await expectAccessible(gil);
  await shoot(gil, 'card-own');
  await gil.goto(path);

  await page.goto(`/agent${path}`);
  await panel('Card on file').getByText('Gil: Visa •••• 4242').waitFor();
  await panel('How it stands').getByText('€4.50').first().waitFor();
  await shootAll('staff-card');
  await page.getByRole('button', { name: 'Close', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('€4.50 is charged to Gil’s Visa •••• 4242 now.').waitFor();
  await expectAccessible(page);
  await shoot(page, 'staff-card-close');
  await dialog.getByRole('button', { name: 'Close and charge €4.50' }).click();
  await panel('Payments')
    .getByRole('link', { name: /^Gil Charged to the card on file.*€4\.50$/ })
    .waitFor();
  await page.getByText('Closed', { exact: true }).waitFor();
  await gil
    .getByRole('region', { name: 'How it stands' })
    .getByRole('link', { name: 'Receipt for €4.50' })
    .waitFor();
  await gil
    .getByText(/charged to the card on file/)
    .first()
    .waitFor();
  await shoot(gil, 'card-charged');
  const receipt = await gil.getByRole('link', { name: 'Receipt for €4.50' }).getAttribute('href');
  await gil.goto(receipt!.replace('/receipt', ''));
  await gil.getByText('It was charged to your card on file, as agreed.').first().waitFor();
  await shoot(gil, 'card-charged-payment');
  await expectSumsAgree(shop.system.databases.orders);
});

it('a card that is refused is told on every screen, tried again by staff, and paid with another one in one press', async () => {
  const { page: hana, path } = await openAsked('Hana');
  // It can be kept, and is declined once it is charged.
  await putOnFile(hana, 'hana@example.com', '4000000000000341');
  await addBeer(hana, path);
  await hana.getByRole('button', { name: 'Send mine', exact: true }).click();
  await hana.getByText('Sent: the kitchen has it.').first().waitFor();
  await hana.getByRole('button', { name: 'Settings of the tab' }).click();
  await hana.getByRole('button', { name: 'Close the tab' }).click();
  await hana.getByText('€4.50 is charged to your Visa •••• 0341 now.').waitFor();
  await shoot(hana, 'card-close');
  await hana.getByRole('button', { name: 'Close and charge €4.50' }).click();
  await hana.getByText('Your Visa •••• 0341 could not be charged').waitFor();
  await expectAccessible(hana);
  await shoot(hana, 'card-refused');

  await page.goto('/agent/tabs');
  const refused = page.getByRole('link', { name: /Hana/ });
  await refused.getByText('Card refused').waitFor();
  await refused.getByText('Closing', { exact: true }).waitFor();
  await page.goto(`/agent${path}`);
  await panel('Card on file').getByText('The bank declined it.').waitFor();
  await expectAccessible(page);
  await shootAll('staff-card-refused');
  await page.getByRole('button', { name: 'Charge €4.50 again' }).click();
  await page.getByText('It is being charged again.').waitFor();
  // Declined again: both may go on.
  await page.getByRole('button', { name: 'Charge €4.50 again' }).waitFor();
  const payMine = hana.getByRole('button', { name: 'Pay my part · €4.50' });
  await payMine.waitFor();
  // All of it is hers: one button pays it.
  expect(await hana.getByRole('button', { name: '€4.50' }).count()).toBe(1);
  await payMine.click();
  await seeHeadline(hana, 'You pay €4.50');
  await fillCard(hana);
  await pressPay(hana);
  await panel('Payments')
    .getByRole('link', { name: /^Hana Card.*€4\.50$/ })
    .waitFor();
  await page.getByText('Closed', { exact: true }).waitFor();
  await hana.goto(`${path}/history`);
  await hana.getByText('Hana’s card was refused: €4.50 is still open').first().waitFor();
  await shoot(hana, 'card-history');
  await expectSumsAgree(shop.system.databases.orders);
});
