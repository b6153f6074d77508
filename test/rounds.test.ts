/**
 * A group of four on their own phones: split, sent, paid in the same moment, taken back, sent again, paid, refunded, and
 * another round, partly in cash and without one of them. One of the phones keeps nothing and refuses cookies.
 */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Product } from '../domain/contract/catalog.ts';
import type { Tab } from '../domain/contract/tabs.ts';
import { askAs } from './browser/ask.ts';
import { expectAccessible, shoot } from './browser/look.ts';
import { answerBank, boardCard, DESKTOP, fillCard, PHONE, seeHeadline } from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { BLOCKED_STORAGE, withoutCookies } from './browser/worlds.ts';
import { addProduct } from './setup/menu.ts';

const NAMES = ['Ada', 'Ben', 'Cy', 'Dee'] as const;
type Name = (typeof NAMES)[number];

let shop: Shop;
let agent: Page;
const ends: (() => Promise<void>)[] = [];
let tabId: string;
const phones = {} as Record<Name, Page>;
const ids = {} as Record<Name, string>;
const products: Record<string, Product> = {};

beforeAll(async () => {
  shop = await openShop();
  for (const [name, unitAmount, taxRate] of [
    ['Pizza', 1300, 700],
    ['Beer', 450, 1900],
    ['Steak', 2400, 700],
  ] as const) {
    products[name] = await addProduct(shop.system.databases, {
      ...{ name, taxRate, variants: [{ name: 'Regular', unitAmount, available: 20 }] },
    });
  }
  for (const name of NAMES) {
    phones[name] = (await shop.open(name === 'Dee' ? DESKTOP : PHONE)).page;
    await phones[name].goto('/orders');
  }
  agent = (await shop.openAs('admin', DESKTOP)).page;
  await agent.goto('/agent');
  const opened = await ask(phones.Ada, '/api/tabs', { name: 'Ada', title: 'Friday lunch' });
  tabId = opened.tab.id;
  ids.Ada = opened.participant.id;
  for (const name of NAMES.slice(1)) {
    const { participant } = await ask(phones[name], '/api/tabs/join', { code: opened.tab.joinCode, name });
    ids[name] = participant.id;
  }
  const all = NAMES.map((name) => ({ participantId: ids[name] }));
  await addLine('Ada', 'Steak');
  await addLine('Ben', 'Pizza', { sharedBetween: [{ ...all[1], weight: 2 }, all[2]] });
  await addLine('Cy', 'Beer', { quantity: 2 });
  await addLine('Dee', 'Beer');
  await ask(phones.Dee, `/api/tabs/${tabId}/participants/${ids.Dee}`, { allergies: 'Nuts' }, 'PATCH');
});
afterAll(async () => {
  for (const end of ends) await end();
  await shop?.stop();
});

async function ask(page: Page, path: string, body: unknown, method = 'POST'): Promise<Answer> {
  return (await askAs<Answer>(page, method, path, body)).body;
}
interface Answer {
  readonly tab: Tab;
  readonly participant: { readonly id: string };
}

async function addLine(name: Name, product: string, more: object = {}): Promise<void> {
  await ask(phones[name], `/api/tabs/${tabId}/lines`, {
    variantId: products[product]!.variants[0]!.id,
    quantity: 1,
    ...more,
  });
}

/** Eve joins and chooses with a phone that keeps nothing: its storage is blocked and it refuses cookies. */
async function joinWithNothing(): Promise<Page> {
  const proxy = await withoutCookies(shop.url);
  ends.push(proxy.stop);
  const { page, context } = await shop.open(PHONE, proxy.url);
  await context.addInitScript(BLOCKED_STORAGE);
  const { tab } = await ask(phones.Ada, `/api/tabs/${tabId}`, undefined, 'GET');
  await page.goto('/join');
  await page.getByLabel('Code').fill(tab.joinCode!);
  await page.getByLabel('Your name').fill('Eve');
  await page.getByRole('button', { name: 'Join' }).click();
  await page.getByRole('button', { name: /^Add Beer/ }).click();
  await page
    .getByRole('button', { name: /^View basket/ })
    .filter({ hasText: 'Yours €4.50' })
    .waitFor();
  return page;
}

const sharesOn = (page: Page) => page.getByRole('region', { name: 'How it turns out' });
const rowOf = (page: Page, name: Name) => page.locator(`[data-share="${ids[name]}"]`);
/** Presses Send, and changes something before the request arrives. */
async function sendWhile(change: () => Promise<unknown>): Promise<void> {
  const { Ada } = phones;
  const path = `**/api/tabs/${tabId}/rounds`;
  await Ada.route(
    path,
    async (route) => {
      await change();
      await route.continue();
    },
    { times: 1 },
  );
  await expect.poll(() => send(Ada).isEnabled()).toBe(true);
  await send(Ada).press('Enter');
}

const send = (page: Page) => page.getByRole('button', { name: /^Send for/ });

/** Waits until the result shows these amounts, in the order of the people: patterns, as ties go by random ids. */
async function seeSplit(page: Page, ...amounts: string[]): Promise<void> {
  await expect
    .poll(async () => {
      const texts = await sharesOn(page).locator('summary').allInnerTexts();
      return texts.map((text) => /[\d.]+\.\d\d/.exec(text)?.[0] ?? 'nothing').join(' ');
    })
    .toMatch(new RegExp(`^${amounts.join(' ')}$`));
}

/** Sends the round and opens it on every phone. Returns its order. */
async function sendRound(): Promise<string> {
  await expect.poll(() => send(phones.Ada).isEnabled()).toBe(true);
  await send(phones.Ada).press('Enter');
  await phones.Ada.waitForURL(/\/orders\/[0-9a-f-]{36}/);
  const orderId = /orders\/([0-9a-f-]{36})/.exec(phones.Ada.url())![1]!;
  await Promise.all(NAMES.slice(1).map((name) => phones[name].goto(`/orders/${orderId}`)));
  return orderId;
}

async function pay(page: Page, card?: string): Promise<void> {
  const payment = page.getByRole('region', { name: 'Payment' });
  await payment.waitFor();
  await fillCard(page, card);
  await payment.getByRole('button', { name: /^Pay/ }).press('Enter');
}

it('shows how each split turns out before anything is sent, and why', async () => {
  const { Ada } = phones;
  await Ada.goto(`/tabs/${tabId}/send`);
  await seeSplit(Ada, '24.00', '8.67', '13.33', '4.50');
  await sharesOn(Ada).locator('summary', { hasText: 'Ben' }).click();
  await sharesOn(Ada).getByText('2 of 3 of Pizza').waitFor();
  await expectAccessible(Ada);
  await shoot(Ada, 'round-send-own');

  // "Even, but her steak is hers": 26.50 by four, and 24.00.
  await Ada.getByText('Evenly', { exact: true }).click();
  await Ada.getByRole('checkbox', { name: /Steak/ }).check();
  await seeSplit(Ada, '30.6[23]', '6.6[23]', '6.6[23]', '6.6[23]');
  await expectAccessible(Ada);
  await shoot(Ada, 'round-send-even');

  await Ada.getByText('Your amounts', { exact: true }).click();
  await Ada.getByLabel('Cy', { exact: true }).fill('13.34');
  await Ada.getByText('too much').waitFor();
  await expect(send(Ada).isDisabled()).resolves.toBe(true);
  await shoot(Ada, 'round-send-custom-over');
  await expectAccessible(Ada);
  await Ada.getByRole('button', { name: 'Take €0.01 off Dee' }).click();
  await Ada.getByText('It adds up.').waitFor();
  await seeSplit(Ada, '24.00', '8.67', '13.34', '4.49');
  await Ada.getByText('Percentages', { exact: true }).click();
  await seeSplit(Ada, '12.6[23]', '12.6[23]', '12.6[23]', '12.6[23]');

  await Ada.getByText('Someone treats', { exact: true }).click();
  await Ada.getByRole('checkbox', { name: 'Everybody' }).uncheck();
  await Ada.getByRole('button', { name: 'Ben', exact: true }).click();
  await seeSplit(Ada, '41.83', '8.67');
  await shoot(Ada, 'round-send-treat');
  await expectAccessible(Ada);

  await Ada.getByText('Each their own', { exact: true }).click();
  await seeSplit(Ada, '24.00', '8.67', '13.33', '4.50');
  // Who is no host sees the same, and sends nothing.
  await phones.Dee.goto(`/tabs/${tabId}/send`);
  await phones.Dee.getByText('Ada sends it.').waitFor();
  await seeSplit(phones.Dee, '24.00', '8.67', '13.33', '4.50');
  await expect(send(phones.Dee).count()).resolves.toBe(0);
  await shoot(phones.Dee, 'round-send-wide');
});

it('says why nothing was sent while the basket, a price or the stock changes, and sends what can go', async () => {
  const { Ada, Cy } = phones;
  const problem = (words: RegExp) => Ada.getByRole('alert').getByText(words).waitFor();
  const { id: tea, variants } = products['Beer']!;
  const priced = (unitAmount: number) =>
    ask(
      agent,
      `/api/products/${tea}`,
      { variants: [{ id: variants[0]!.id, name: 'Regular', unitAmount }] },
      'PATCH',
    );
  const steaks = (available: number) =>
    ask(agent, `/api/variants/${products['Steak']!.variants[0]!.id}/stock`, { available }, 'PUT');
  const beers = async (quantity: number) => {
    const { lines } = (await ask(Cy, `/api/tabs/${tabId}`, undefined, 'GET')).tab;
    const { id, version } = lines.find(
      ({ participantId, name }) => participantId === ids.Cy && name === 'Beer',
    )!;
    return ask(Cy, `/api/tabs/${tabId}/lines/${id}`, { ifVersion: version, quantity }, 'PATCH');
  };

  await sendWhile(() => beers(3));
  await problem(/Somebody has just changed the basket: it is €55.00 now, not €50.50/);
  await beers(2);
  await seeSplit(Ada, '24.00', '8.67', '13.33', '4.50');
  await sendWhile(() => priced(460));
  await problem(/Prices have changed: it is €50.80 now, not €50.50/);
  await priced(450);
  await Ada.reload();
  await seeSplit(Ada, '24.00', '8.67', '13.33', '4.50');

  await sendWhile(() => steaks(0));
  await problem(/Somebody was a moment quicker/);
  await problem(/Steak: sold out, you wanted 1/);
  await expectAccessible(Ada);
  await shoot(Ada, 'round-send-short');
  await Ada.getByRole('button', { name: 'Send the others only' }).click();
  await Ada.getByText('3 of 4 items. The others stay in the basket.').click();
  await seeSplit(Ada, '8.67', '13.33', '4.50');
  await steaks(20);
  await Ada.getByRole('checkbox', { name: 'Everything' }).check();
  await seeSplit(Ada, '24.00', '8.67', '13.33', '4.50');
});

it('takes payments of a part of the basket in the same moment, and is taken back with nobody charged', async () => {
  const { Ada, Ben, Cy, Dee } = phones;
  // Dee's beer waits for a later round: nothing is hers to pay, by amounts that the host has agreed.
  await Ada.getByRole('checkbox', { name: /Beer\s+Dee/ }).uncheck();
  await seeSplit(Ada, '24.00', '8.67', '13.33');
  await shoot(Ada, 'round-send-part');
  await Ada.getByText('Your amounts', { exact: true }).click();
  await expect(Ada.getByLabel('Dee', { exact: true }).inputValue()).resolves.toBe('0.00');
  await Ada.getByText('It adds up.').waitFor();
  await seeSplit(Ada, '24.00', '8.67', '13.33');
  await sendRound();
  await seeHeadline(Dee, 'Waiting for 3 more people');
  await Dee.getByText('There is nothing for you to pay.').waitFor();
  await expect(Dee.getByRole('region', { name: 'Payment' }).count()).resolves.toBe(0);
  expect((await ask(Dee, `/api/tabs/${tabId}`, undefined, 'GET')).tab.lines).toMatchObject([
    { name: 'Beer' },
  ]);
  await seeHeadline(Ben, 'Your part is €8.67');
  await shoot(Ben, 'round-due');
  await shoot(Dee, 'round-due-wide');
  await Promise.all([
    pay(Ada),
    pay(Ben, '4000000000009995'),
    pay(Cy, '4000002760003184').then(() => answerBank(Cy, 'Complete')),
  ]);
  await Promise.all([
    seeHeadline(Ada, 'Waiting for one more person'),
    seeHeadline(Ben, 'That card did not work'),
    seeHeadline(Cy, 'Waiting for one more person'),
  ]);
  await Cy.getByText('Set aside on your card, not charged until everyone has.', { exact: true }).waitFor();
  await rowOf(Dee, 'Ben').getByText('Card declined').waitFor();
  await rowOf(Dee, 'Ada').getByText('Set aside').waitFor();
  await shoot(Ada, 'round-host-waits');
  await shoot(Ben, 'round-declined');
  await Promise.all([Ada, Dee].map(expectAccessible));

  await Ada.getByRole('button', { name: 'Take this round back' }).click();
  await Ada.getByRole('dialog').getByText('Nobody is charged').waitFor();
  await shoot(Ada, 'round-take-back');
  await Ada.getByRole('dialog').getByRole('button', { name: 'Take it back' }).press('Enter');
  await Promise.all(NAMES.map((name) => seeHeadline(phones[name], 'Taken back')));
  await rowOf(Ben, 'Ada').getByText('Not charged').waitFor();
});

it('is sent again, and each pays, gets her own receipt, and finds the way to another round', async () => {
  const { Ada, Ben, Cy, Dee } = phones;
  await Ada.goto(`/tabs/${tabId}/send`);
  await seeSplit(Ada, '24.00', '8.67', '13.33', '4.50');
  const orderId = await sendRound();
  await Ben.getByRole('button', { name: 'Pay for Dee' }).click();
  await Ben.getByRole('dialog').getByText('You take over €4.50').waitFor();
  await Ben.getByRole('dialog').getByRole('button', { name: 'I’ll pay it' }).press('Enter');
  await rowOf(Cy, 'Dee').getByText('Ben pays it').waitFor();
  await seeHeadline(Dee, 'Waiting for 3 more people');
  await Promise.all([pay(Ada), pay(Ben), pay(Cy)]);
  // Her own is paid; what she has taken over is next.
  await seeHeadline(Ben, 'Your part is €4.50');
  await Ben.getByText('You pay this for Dee').waitFor();
  await shoot(Ben, 'round-covering');
  await pay(Ben);
  await Promise.all(NAMES.map((name) => seeHeadline(phones[name], 'The kitchen has it')));
  await shoot(Cy, 'round-confirmed');
  await Cy.getByRole('link', { name: 'Another round' }).waitFor();
  await Cy.getByText('Ada has paid').waitFor();

  // Each has a receipt of exactly her own, and together they are the bill of 50.50.
  const receipts = (['Ada', 'Ben', 'Cy'] as const).map(async (name) => {
    await phones[name].goto(`/orders/${orderId}/receipt`);
    const text = await phones[name].getByRole('article', { name: 'Receipt' }).innerText();
    const dishes = [...text.matchAll(/^\d × (?:Steak|Pizza|Beer)/gm)].map(([dish]) => dish);
    return { dishes, totals: [...text.matchAll(/Total\s+€([\d.]+)/g)].map(([, amount]) => amount) };
  });
  const read = await Promise.all(receipts);
  expect(read.map(({ dishes }) => dishes.toSorted())).toEqual([
    ['1 × Steak'],
    ['1 × Beer', '1 × Pizza'],
    ['1 × Pizza', '2 × Beer'],
  ]);
  expect(read.map(({ totals }) => totals)).toEqual([['24.00'], ['13.17'], ['13.33']]);
  await Ben.getByText('Your part of €13.00').waitFor();
  await shoot(Ben, 'round-receipt');

  await agent.goto('/agent');
  const card = boardCard(agent, orderId);
  await card.getByText('Friday lunch, round 3').waitFor();
  await card.getByText('Dee: Nuts').waitFor();
  await card.getByText('For Cy').waitFor();
  await shoot(agent, 'round-board');
  await agent.goto(`/agent/orders/${orderId}`);
  await agent.getByText('Dee: Nuts').waitFor();
  await agent.getByText('Payments').first().waitFor();
  await shoot(agent, 'round-agent-order');

  // A shared dish goes back to both who paid for it.
  await agent.getByRole('button', { name: 'Refund…' }).click();
  const refund = agent.getByRole('dialog');
  await refund.getByText('By items', { exact: true }).click();
  await refund.getByRole('button', { name: 'One Pizza more' }).click();
  await refund.getByRole('region', { name: 'Who gets what back' }).getByText('€8.67').waitFor();
  await shoot(agent, 'round-refund');
  await expectAccessible(agent);
  await refund.getByLabel('Reason').fill('Burnt');
  await refund.getByRole('button', { name: /^Refund €/ }).click();
  await refund.waitFor({ state: 'hidden' });
  await Ben.goto(`/orders/${orderId}`);
  await Ben.getByText('-€8.67').first().waitFor();
  await shoot(Ben, 'round-refunded');
});

it('goes on with the same again, cash at the counter, and without somebody who does not pay', async () => {
  const { Ada, Ben, Cy, Dee } = phones;
  await Cy.goto(`/tabs/${tabId}`);
  await Cy.getByRole('button', { name: 'Same again, round 3' }).click();
  await Cy.getByText('It is in the basket again.').waitFor();
  await addLine('Ben', 'Beer');
  await addLine('Dee', 'Beer');
  const Eve = await joinWithNothing();
  await Ada.goto(`/tabs/${tabId}/send`);
  await seeSplit(Ada, '4.50', '9.00', '4.50', '4.50');
  const orderId = await sendRound();
  await Eve.getByRole('link', { name: /^Round 4/ }).click();
  await Promise.all([
    pay(Cy),
    pay(Eve),
    (async () => {
      await agent.goto(`/agent/orders/${orderId}`);
      await agent.getByRole('button', { name: /^Paid in cash….*Dee$/ }).click();
      await shoot(agent, 'round-cash');
      await agent.getByRole('dialog').getByRole('button', { name: 'Record €4.50 in cash' }).click();
    })(),
  ]);
  await seeHeadline(Dee, 'Waiting for one more person');
  await rowOf(Cy, 'Dee').getByText('Paid at the counter').waitFor();
  await shoot(Dee, 'round-paid-cash');
  await Ada.getByRole('button', { name: 'Go on without Ben' }).click();
  await Ada.getByRole('dialog').getByText('This leaves the order: 1× Beer.').waitFor();
  await shoot(Ada, 'round-drop');
  await Ada.getByRole('dialog').getByRole('button', { name: 'Go on without Ben' }).press('Enter');
  await Promise.all(NAMES.map((name) => seeHeadline(phones[name], 'The kitchen has it')));
  await shoot(Ben, 'round-dropped');
  await seeHeadline(Eve, 'The kitchen has it');
  // Neither storage nor a cookie keeps who she is, and every page that she goes to may be reloaded.
  await Eve.reload();
  await seeHeadline(Eve, 'The kitchen has it');
  await Eve.getByRole('link', { name: 'Another round' }).click();
  for (const path of ['', '/history']) {
    if (path !== '') await Eve.locator(`a[href$="${path}"]`).click();
    await Eve.waitForURL(new RegExp(`/tabs/${tabId}${path}(#|$)`));
    await Eve.locator('#main').getByText('Friday lunch').first().waitFor();
    await Eve.reload();
    await Eve.locator('#main').getByText('Friday lunch').first().waitFor();
  }
  await expectAccessible(Ben);
});
