/** Four friends order lunch together: invited, choosing, splitting, paying. */

import type { Locator, Page } from 'playwright-core';
import { addToCart, answerBank, chooseTable, fillCard, pressPay, seeHeadline } from '../browser/people.ts';
import { shoot } from './camera.ts';

const NAMES = ['Radia', 'Joan', 'Ken', 'Tim'] as const;
type Name = (typeof NAMES)[number];
type Phones = Record<Name, Page>;
const TITLE = 'Friday lunch';
/** Asks for 3-D Secure. */
const ASKING_CARD = '4000002760003184';

/** Takes the pictures of a group's phones. Returns its order's id once the kitchen has it. */
export async function shootGroup(openPhone: () => Promise<Page>): Promise<string> {
  const phones = Object.fromEntries(
    await Promise.all(NAMES.map(async (name) => [name, await openPhone()] as const)),
  ) as Phones;
  const { Radia: host } = phones;
  const code = await open(host);
  await shoot(host, 'tab-invite-phone');
  for (const name of NAMES.slice(1)) await joinTab(phones[name], name, code, TITLE);
  await chooseWhere(host);
  await choose(phones);
  await shootBasket(host);
  for (const name of ['Ken', 'Radia'] as const) await sayReady(phones[name]);
  const orderId = await send(host);
  await payAll(phones, orderId);
  for (const name of NAMES) await phones[name].context().close();
  return orderId;
}

/** Returns the code that the others join by. */
async function open(host: Page): Promise<string> {
  await host.goto('/');
  await host.getByRole('link', { name: 'Order together' }).click();
  await host.getByLabel('Your name').fill('Radia');
  await host.getByLabel('What is it for?').fill(TITLE);
  await host.getByRole('button', { name: 'Start' }).click();
  await host.getByRole('heading', { level: 1, name: TITLE }).waitFor();
  return (await host.locator('[data-join-code]').textContent())!.trim();
}

/** Joins the tab with this title by its code. */
export async function joinTab(phone: Page, name: string, code: string, title: string): Promise<void> {
  await phone.goto('/join');
  await phone.getByLabel('Code').fill(code);
  await phone.getByLabel('Your name').fill(name);
  await phone.getByRole('button', { name: 'Join' }).click();
  await phone.getByRole('heading', { level: 1, name: title }).waitFor();
}

async function chooseWhere(host: Page): Promise<void> {
  await host.getByRole('button', { name: 'Settings of the tab' }).click();
  const settings = host.getByRole('dialog', { name: 'Settings of the tab' });
  await settings.getByLabel('To a table, a lane or another place').check();
  await chooseTable(host, '5');
  await settings.getByRole('button', { name: 'Save' }).click();
  await settings.waitFor({ state: 'hidden' });
}

async function choose({ Radia, Ken, Joan, Tim }: Phones): Promise<void> {
  await addShared(Radia, 'Mezze board');
  for (const [phone, products] of [
    [Joan, ['Caesar salad']],
    [Ken, ['Strike burger', 'Craft cola']],
    [Tim, ['Margherita']],
  ] as const)
    for (const product of products) await addToCart(phone, product);
  await sayReady(Joan);
  await sayReady(Tim);
}

async function addShared(phone: Page, product: string): Promise<void> {
  await phone.getByRole('article').getByRole('button', { name: product, exact: true }).click();
  const sheet = phone.getByRole('dialog', { name: product });
  await sheet.getByText('Shared', { exact: true }).click();
  await sheet.getByRole('button', { name: 'Everyone' }).click();
  await shoot(phone, 'tab-share-phone');
  await sheet.getByRole('button', { name: /^Add/ }).press('Enter');
  await sheet.waitFor({ state: 'hidden' });
}

const sayReady = (phone: Page) =>
  phone
    .getByRole('button', { name: 'I’m ready' })
    .filter({ visible: true })
    .click()
    .then(() => phone.getByRole('button', { name: 'I’m ready', pressed: true }).first().waitFor());

/** Scrolls an element to `top` pixels below the page's head. */
async function bring(element: Locator, top: number): Promise<void> {
  await element.evaluate((it: { scrollIntoView(): void }) => it.scrollIntoView());
  await element.page().evaluate(`scrollBy(0, -${top})`);
}

async function shootBasket(host: Page): Promise<void> {
  await host.evaluate('scrollTo(0, 0)');
  await shoot(host, 'tab-phone');
  await host.getByRole('button', { name: /^View basket/ }).click();
  const basket = host.getByRole('dialog', { name: 'Basket' });
  await basket.getByText('2 of 4 ready').waitFor();
  await shoot(host, 'tab-basket-phone');
  await basket.getByRole('button', { name: 'Close' }).click();
  await basket.waitFor({ state: 'hidden' });
}

/** Returns the id of the order that it has become. */
async function send(host: Page): Promise<string> {
  await host.getByRole('button', { name: /^View basket/ }).click();
  await host.getByRole('dialog', { name: 'Basket' }).getByRole('link', { name: 'Send the order' }).click();
  await host.getByRole('heading', { level: 2, name: 'How it turns out' }).waitFor();
  await bring(host.getByRole('region', { name: 'How it turns out' }), 140);
  await shoot(host, 'split-phone');
  await host.getByRole('button', { name: /^Send for/ }).click();
  await host.waitForURL(/\/orders\/[0-9a-f-]{36}/);
  return /orders\/([0-9a-f-]{36})/.exec(host.url())![1]!;
}

/** One after the other, so that each picture shows who has paid, and who has not. */
async function payAll({ Radia, Ken, Joan, Tim }: Phones, orderId: string): Promise<void> {
  for (const phone of [Ken, Joan, Tim]) await phone.goto(`/orders/${orderId}`);
  await payShare(Ken);
  await seeHeadline(Ken, /Waiting for/);
  await payShare(Tim, ASKING_CARD);
  await fillCard(Radia);
  await Radia.locator('[data-share]').getByText('Asked by the bank').waitFor();
  await shoot(Radia, 'pay-phone');
  await pressPay(Radia);
  await seeHeadline(Radia, /Waiting for/);
  await bring(Radia.getByRole('region', { name: 'Who pays what' }), 20);
  await shoot(Radia, 'round-phone');
  await answerBank(Tim, 'Complete');
  await payShare(Joan);
  await seeHeadline(Radia, 'The kitchen has it');
}

async function payShare(phone: Page, card?: string): Promise<void> {
  await fillCard(phone, card);
  await pressPay(phone);
}
