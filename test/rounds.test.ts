/** A group of four on their own phones: split, sent, paid in the same moment, taken back, sent again, paid. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Tab } from '../domain/contract/tabs.ts';
import { expectAccessible, shoot } from './browser/look.ts';
import { answerBank, boardCard, DESKTOP, fillCard, PHONE, seeHeadline } from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { addProduct } from './setup/menu.ts';

const NAMES = ['Ada', 'Ben', 'Cy', 'Dee'] as const;
type Name = (typeof NAMES)[number];

let shop: Shop;
let agent: Page;
let tabId: string;
const phones = {} as Record<Name, Page>;
const ids = {} as Record<Name, string>;
const variants: Record<string, string> = {};

beforeAll(async () => {
  shop = await openShop();
  for (const [name, unitAmount, taxRate] of [
    ['Pizza', 1300, 700],
    ['Beer', 450, 1900],
    ['Steak', 2400, 700],
  ] as const) {
    const product = await addProduct(shop.system.databases, {
      ...{ name, taxRate, variants: [{ name: 'Regular', unitAmount, available: 20 }] },
    });
    variants[name] = product.variants[0]!.id;
  }
  for (const name of NAMES) {
    phones[name] = (await shop.open(name === 'Dee' ? DESKTOP : PHONE)).page;
    await phones[name].goto('/orders');
  }
  agent = (await shop.openAs('agent', DESKTOP)).page;
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
}, 240_000);
afterAll(() => shop?.stop());

/** Calls the API as the person on this page. */
function ask(page: Page, path: string, body: unknown, method = 'POST'): Promise<Answer> {
  return page.evaluate(
    async (call) => {
      const headers = { 'content-type': 'application/json', 'idempotency-key': call.key };
      const answer = await fetch(call.path, {
        method: call.method,
        headers,
        body: JSON.stringify(call.body),
      });
      return (await answer.json()) as Answer;
    },
    { path, body, method, key: crypto.randomUUID() },
  );
}
interface Answer {
  readonly tab: Tab;
  readonly participant: { readonly id: string };
}

async function addLine(name: Name, product: string, more: object = {}): Promise<void> {
  await ask(phones[name], `/api/tabs/${tabId}/lines`, { variantId: variants[product], quantity: 1, ...more });
}

const sharesOn = (page: Page) => page.getByRole('region', { name: 'How it turns out' });
const rowOf = (page: Page, name: Name) => page.locator(`[data-share="${ids[name]}"]`);
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

it('takes payments in the same moment, and is taken back with nobody charged', async () => {
  const { Ada, Ben, Cy, Dee } = phones;
  await sendRound();
  await seeHeadline(Ben, 'Your part is €8.67');
  await shoot(Ben, 'round-due');
  await shoot(Dee, 'round-due-wide');
  await Promise.all([
    pay(Ada),
    pay(Ben, '4000000000009995'),
    pay(Cy, '4000002760003184').then(() => answerBank(Cy, 'Complete')),
  ]);
  await Promise.all([
    seeHeadline(Ada, 'Waiting for 2 more people'),
    seeHeadline(Ben, 'That card did not work'),
    seeHeadline(Cy, 'Waiting for 2 more people'),
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

  const receipts = (['Ada', 'Ben', 'Cy'] as const).map(async (name) => {
    await phones[name].goto(`/orders/${orderId}/receipt`);
    const text = await phones[name].getByRole('article', { name: 'Receipt' }).innerText();
    return [...text.matchAll(/Total\s+€([\d.]+)/g)].map(([, amount]) => amount);
  });
  await expect(Promise.all(receipts)).resolves.toEqual([['24.00'], ['13.17'], ['13.33']]);
  await Ben.getByText('Your part of €13.00').waitFor();
  await shoot(Ben, 'round-receipt');

  await agent.goto('/agent');
  const card = boardCard(agent, orderId);
  await card.getByText('Friday lunch, round 2').waitFor();
  await card.getByText('Dee: Nuts').waitFor();
  await card.getByText('For Cy').waitFor();
  await shoot(agent, 'round-board');
  await agent.goto(`/agent/orders/${orderId}`);
  await agent.getByText('Dee: Nuts').waitFor();
  await agent.getByText('Payments').first().waitFor();
  await shoot(agent, 'round-agent-order');
});
