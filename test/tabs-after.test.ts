/** Six at one table, paying afterwards: rounds that each sends for herself, and the bill in parts until nothing is left. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Tab } from '../domain/contract/tabs.ts';
import { askAs } from './browser/ask.ts';
import { expectAccessible, shoot } from './browser/look.ts';
import { startPages } from './browser/pages.ts';
import { DESKTOP, fillCard, PHONE, pressPay, seeHeadline } from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { BLOCKED_STORAGE } from './browser/worlds.ts';
import { addProduct } from './setup/menu.ts';
import { changeSettings } from './setup/shop-settings.ts';

const NAMES = ['Ada', 'Ben', 'Cleo', 'Dee', 'Eve', 'Fay'] as const;
type Name = (typeof NAMES)[number];

let shop: Shop;
let tabId: string;
const phones = {} as Record<Name, Page>;
const ids = {} as Record<Name, string>;
const variants: Record<string, string> = {};

beforeAll(async () => {
  shop = await openShop();
  for (const [name, unitAmount] of [
    ['Beer', 450],
    ['Pizza', 1300],
    ['Cola', 390],
  ] as const) {
    const product = await addProduct(shop.system.databases, {
      ...{ name, variants: [{ name: 'Regular', unitAmount, available: 50 }] },
    });
    variants[name] = product.variants[0]!.id;
  }
  // What Fay sets aside is kept for seconds, not for minutes.
  const hasty = await startPages(shop.system, { holdMinutes: 8 / 60 });
  for (const name of NAMES) {
    const viewport = name === 'Eve' ? DESKTOP : PHONE;
    const { page, context } = await shop.open(viewport, name === 'Fay' ? hasty : shop.url);
    phones[name] = page;
    if (name === 'Cleo') await context.addInitScript(BLOCKED_STORAGE);
    await phones[name].goto('/orders');
  }
  await changeSettings(shop.system, { tabsElsewhere: 'both' }, shop.url);
  const opened = await ask('Ada', '/api/tabs', { name: 'Ada', title: 'Table 9', settlement: 'after' });
  tabId = opened.tab.id;
  ids.Ada = opened.participant.id;
  for (const name of NAMES.slice(1))
    ids[name] = (await ask(name, '/api/tabs/join', { code: opened.tab.joinCode, name })).participant.id;
});
afterAll(() => shop?.stop());

async function ask(name: Name, path: string, body: unknown): Promise<Answer> {
  return (await askAs<Answer>(phones[name], 'POST', path, body)).body;
}
interface Answer {
  readonly tab: Tab;
  readonly participant: { readonly id: string };
}

const addLine = (name: Name, product: string, more: object = {}) =>
  ask(name, `/api/tabs/${tabId}/lines`, { variantId: variants[product], quantity: 1, ...more });
const cardOf = (page: Page) => page.getByRole('region', { name: 'Your part' });
const standing = (page: Page) => page.getByRole('region', { name: 'How it stands' });
const owedRow = (page: Page, text: string | RegExp) =>
  page.getByRole('list', { name: 'These items' }).getByRole('listitem').filter({ hasText: text });

/** Everybody's own part, as the page of the tab says. */
async function seeParts(parts: Partial<Record<Name, string>>): Promise<void> {
  await Promise.all(
    Object.entries(parts).map(([name, amount]) =>
      cardOf(phones[name as Name])
        .getByText(amount, { exact: true })
        .first()
        .waitFor(),
    ),
  );
}
async function seeOpen(open: string, ...names: Name[]): Promise<void> {
  await Promise.all(
    names.map((name) => cardOf(phones[name]).getByText(`${open} of`, { exact: false }).waitFor()),
  );
}
const toTab = (name: Name) => phones[name].goto(`/tabs/${tabId}`);
const toPay = async (name: Name, way: string) => {
  await phones[name].goto(`/tabs/${tabId}/pay`);
  await phones[name].getByRole('radio', { name: way }).check();
};
/** Presses Pay on the page of the ways, and waits for the page of the payment. */
async function start(name: Name, amount: string): Promise<void> {
  await phones[name].getByRole('button', { name: `Pay ${amount}` }).press('Enter');
  await seeHeadline(phones[name], `You pay ${amount}`);
}
async function payBy(name: Name, card?: string): Promise<void> {
  await fillCard(phones[name], card);
  await pressPay(phones[name]);
}
const backAtTab = (name: Name) => phones[name].waitForURL(`**/tabs/${tabId}`);

it('everybody sends her own, and the host what the others have left; the kitchen has it, unpaid', async () => {
  const all = NAMES.map((name) => ({ participantId: ids[name] }));
  await addLine('Ada', 'Beer', { quantity: 5 });
  await addLine('Ben', 'Pizza', { sharedBetween: [all[1], all[2]], note: 'No olives' });
  await addLine('Ben', 'Pizza', { note: 'Extra hot' });
  await addLine('Dee', 'Cola');
  await Promise.all(NAMES.map(toTab));
  const { Ada, Ben, Eve } = phones;
  await shoot(Ben, 'after-basket');
  await Ben.getByRole('button', { name: 'Send mine', exact: true }).click();
  await Ben.getByText('Sent: the kitchen has it.').first().waitFor();
  await Ada.getByRole('button', { name: /^View basket/ }).click();
  const sheet = Ada.getByRole('dialog', { name: 'Basket' });
  await expectAccessible(Ada);
  await shoot(Ada, 'after-basket-host');
  await sheet.getByRole('button', { name: 'Send everybody’s · €26.40' }).click();
  await Ada.getByText('Sent: the kitchen has it.').first().waitFor();
  await sheet.getByRole('button', { name: 'Close' }).click();
  await seeParts({ Ada: '€22.50', Ben: '€19.50', Cleo: '€6.50', Dee: '€3.90', Eve: '€0.00' });
  await seeOpen('€52.40', ...NAMES);
  await Eve.getByRole('link', { name: 'Round 2' }).click();
  await Eve.getByRole('heading', { name: 'To be paid at the tab' }).waitFor();
  await seeHeadline(Eve, 'The kitchen has it');
  await expect.poll(() => Eve.getByText('Set aside, done').count()).toBeGreaterThan(0);
  await expect.poll(() => Eve.getByText('Paid, done').count()).toBe(0);
  await expectAccessible(Eve);
  await shoot(Eve, 'after-round');
  await toTab('Eve');
  await seeHeadline(Eve, 'Table 9');
  await Promise.all([Ada, Eve].map(expectAccessible));
  await shoot(Ada, 'after-tab');
  await shoot(Eve, 'after-tab-wide');
});

it('one pays three of five beers: it is hers on every screen meanwhile, and then it is paid', async () => {
  const { Ada, Ben, Dee } = phones;
  await toPay('Dee', 'These items');
  await toPay('Ben', 'These items');
  // Two pizzas with different notes are apart: choosing one, and unchoosing it, leaves the other.
  await owedRow(Ben, 'Extra hot').getByRole('checkbox').check();
  await Ben.getByRole('button', { name: 'Pay €13.00' }).waitFor();
  await owedRow(Ben, 'No olives').getByRole('checkbox').check();
  await owedRow(Ben, 'Extra hot').getByRole('checkbox').uncheck();
  await owedRow(Ben, 'No olives').getByRole('checkbox').uncheck();
  await expect(Ben.getByRole('button', { name: 'Pay', exact: true }).isDisabled()).resolves.toBe(true);

  await owedRow(Dee, 'Beer').getByRole('checkbox').check();
  const less = owedRow(Dee, 'Beer').getByRole('button', { name: 'One Beer less' });
  await less.click();
  await less.click();
  await shoot(Dee, 'after-lines');
  await expectAccessible(Dee);
  await start('Dee', '€13.50');
  await Dee.getByText('For 3× Beer.').waitFor();
  await standing(Ben).getByText('Dee is paying €13.50').waitFor();
  await owedRow(Ben, 'Beer').getByText('Dee is paying €13.50').waitFor();
  await seeParts({ Ada: '€9.00' });
  await cardOf(Ada).getByText('Dee is paying right now').waitFor();
  await shoot(Ben, 'after-claimed');
  await shoot(Dee, 'after-paying');
  await expectAccessible(Dee);
  await payBy('Dee');
  await backAtTab('Dee');
  await Dee.getByText('You have paid €13.50. Thank you!').waitFor();
  await seeOpen('€38.90', 'Ada', 'Dee');
  await toPay('Dee', 'These items');
  await standing(Dee).getByRole('link', { name: 'Receipt for €13.50' }).click();
  const receipt = Dee.getByRole('article', { name: 'Receipt' });
  await receipt.getByText('3 × Beer').waitFor();
  await shoot(Dee, 'after-receipt');
});

it('a declined card is tried again; who reloads or opens another tab comes back to what she was paying, with her storage blocked', async () => {
  const { Cleo } = phones;
  await cardOf(Cleo).getByRole('button', { name: 'Pay my part · €6.50' }).click();
  await seeHeadline(Cleo, 'You pay €6.50');
  await Cleo.getByText('For part of Pizza.').waitFor();
  await payBy('Cleo', '4000000000009995');
  await seeHeadline(Cleo, 'That card did not work');
  await shoot(Cleo, 'after-declined');
  const second = await Cleo.context().newPage();
  await second.goto(`/tabs/${tabId}`);
  await second.getByText('You are paying €6.50. It is kept for you.').waitFor();
  await shoot(second, 'after-own-claim');
  await expectAccessible(second);
  await second.close();
  await Cleo.reload();
  await seeHeadline(Cleo, 'That card did not work');
  await payBy('Cleo');
  await backAtTab('Cleo');
  await seeParts({ Cleo: '€0.00' });
});

it('what is given up is free at once, and what runs out frees itself', async () => {
  const { Ben, Fay } = phones;
  // His page is there before: what Fay sets aside must not run out while it loads.
  await toPay('Ben', 'The rest');
  await toPay('Fay', 'An amount');
  await Fay.getByLabel('How much?').fill('99');
  await Fay.getByText('Only €32.40 is open.').waitFor();
  await Fay.getByLabel('How much?').fill('10');
  await shoot(Fay, 'after-amount');
  await expectAccessible(Fay);
  await start('Fay', '€10.00');
  await start('Ben', '€22.40');
  await Ben.getByRole('button', { name: 'Not now' }).click();
  await backAtTab('Ben');
  await seeHeadline(Fay, 'The three minutes are over');
  await seeOpen('€32.40', 'Ada', 'Ben');
  await shoot(Fay, 'after-expired');
  await Fay.getByRole('link', { name: 'Choose again' }).click();
  await Fay.getByRole('radio', { name: 'My part' }).waitFor();
});

it('who is a moment too late is told by whom, and what is left', async () => {
  const { Ada, Ben } = phones;
  await Promise.all([toPay('Ada', 'The rest'), toPay('Ben', 'The rest')]);
  await Ada.getByRole('button', { name: 'Pay €32.40' }).waitFor();
  await Ben.getByRole('button', { name: 'Pay €32.40' }).waitFor();
  await Promise.all([
    Ada.getByRole('button', { name: 'Pay €32.40' }).press('Enter'),
    Ben.getByRole('button', { name: 'Pay €32.40' }).press('Enter'),
  ]);
  const [won, lost] = await Promise.race([
    seeHeadline(Ada, 'You pay €32.40').then(() => ['Ada', 'Ben'] as const),
    seeHeadline(Ben, 'You pay €32.40').then(() => ['Ben', 'Ada'] as const),
  ]);
  await phones[lost].getByText(`${won} was a moment quicker`).waitFor();
  await phones[lost].getByText('Others are paying all that is left right now.').waitFor();
  await shoot(phones[lost], 'after-too-late');
  await phones[won].getByRole('button', { name: 'Not now' }).click();
  await backAtTab(won);
  await phones[lost].getByRole('radio', { name: 'The rest' }).waitFor();
});

it('after another round, one leaves without paying and the others divide what is open; every screen goes home', async () => {
  await addLine('Eve', 'Cola');
  await toTab('Eve');
  const { Ada, Ben, Eve, Fay } = phones;
  await Eve.getByRole('button', { name: 'Send mine · €3.90' }).click();
  await seeParts({ Eve: '€3.90' });
  // Dee, whose cola is not paid, leaves.
  await phones.Dee.close();
  await Promise.all([toPay('Ada', 'An equal part'), toPay('Ben', 'An equal part'), toPay('Eve', 'My part')]);
  await Eve.getByRole('button', { name: 'Pay €3.90' }).waitFor();
  await start('Eve', '€3.90');
  await payBy('Eve');
  await backAtTab('Eve');
  const fewer = Ada.getByRole('button', { name: 'One Parts less' });
  while (await fewer.isEnabled()) await fewer.click();
  await Ada.getByText('Yours would be €16.20').waitFor();
  await shoot(Ada, 'after-even');
  await expectAccessible(Ada);
  await start('Ada', '€16.20');
  await payBy('Ada');
  await backAtTab('Ada');
  await toPay('Ben', 'The rest');
  await start('Ben', '€16.20');
  await Fay.goto(`/tabs/${tabId}/pay`);
  await Fay.getByText('Others are paying all that is left right now.').waitFor();
  await payBy('Ben');
  await Promise.all([backAtTab('Ben'), backAtTab('Fay')]);
  await Promise.all(
    (['Ada', 'Ben', 'Cleo', 'Eve', 'Fay'] as const).map((name) =>
      cardOf(phones[name]).getByText('Everything is paid.').waitFor(),
    ),
  );
  await cardOf(Fay).getByText('This tab closes by itself at').waitFor();
  await shoot(Fay, 'after-all-paid');
  await expectAccessible(Fay);
  const tab = (await ask('Ada', `/api/tabs/${tabId}/close`, {})).tab;
  expect([tab.owedAmount, tab.paidAmount, tab.totalAmount]).toEqual([0, 5630, 5630]);
  await Ben.getByText(/No more rounds|This tab has ended/).waitFor();
  await standing(Ben).getByRole('link', { name: 'Receipt for €16.20' }).waitFor();
  await shoot(Ben, 'after-closed');
  await Eve.goto(`/tabs/${tabId}/history`);
  await Eve.getByText('Dee paid €13.50').waitFor();
  await shoot(Eve, 'after-history');
  await Eve.goto('/orders');
  await Eve.getByText('Table 9').first().waitFor();
  await shoot(Eve, 'after-my-orders');
});
