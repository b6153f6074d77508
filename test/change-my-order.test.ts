/** Guests change their orders on the pages: the difference before it is confirmed, paid or given back, and what may come between. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Product } from '../domain/contract/catalog.ts';
import { askAs } from './browser/ask.ts';
import { expectAccessible, shoot } from './browser/look.ts';
import { startPages } from './browser/pages.ts';
import {
  addToCart,
  answerBank,
  DESKTOP,
  fillCard,
  fillDetails,
  goToCheckout,
  pay,
  PHONE,
  seeHeadline,
} from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { placeOrder, PlacedOrder } from './harness/buyer.ts';
import { until } from './harness/until.ts';
import { addProduct, guestOrder } from './setup/menu.ts';
import { Visitor } from './setup/visitor.ts';
import type { Seated } from './setup/tabs.ts';
import { Group } from './tabs/groups.ts';

const DECLINED = '4000000000000002';
const ALWAYS_ASKS = '4000002760003184';
const MASTERCARD = '5555555555554444';

/** Whether what stands at the alert's middle is the alert: it is on the screen, and nothing covers it. */
const IS_ALERT_IN_VIEW = `(() => {
  const alert = document.querySelector('main [role=alert]');
  const { left, top, width, height } = alert.getBoundingClientRect();
  return alert.contains(document.elementFromPoint(left + width / 2, top + height / 2));
})()`;

let shop: Shop;
let coffee: Product;
let cake: Product;
let tea: Product;
const sell = (name: string, unitAmount: number, more: Parameters<typeof addProduct>[1] = {}) =>
  addProduct(shop.system.databases, {
    name,
    variants: [{ name: 'Regular', unitAmount, available: 100 }],
    ...more,
  });
beforeAll(async () => {
  shop = await openShop();
  coffee = await sell('Coffee', 350, {
    optionGroups: [{ name: 'Milk', minimum: 0, maximum: 1, options: [{ name: 'Oat milk', amount: 50 }] }],
  });
  tea = await sell('Tea', 350);
  cake = await sell('Cake', 420);
});
afterAll(() => shop?.stop());

interface Guest {
  readonly order: PlacedOrder;
  readonly page: Page;
}

/** Orders and pays, and opens the order's page on this device. */
async function served(lines: readonly object[], device = PHONE, url = shop.url): Promise<Guest> {
  const guest = new Visitor(url);
  const { body } = await guest.post('/api/orders', {
    ...guestOrder(coffee.variants[0]!.id),
    lines,
    place: { kind: 'table', label: '7' },
    payment: { paymentMethodId: 'pm_card_visa' },
  });
  const order = new PlacedOrder(shop.system, guest, body.order.id as string);
  await order.untilStatus('confirmed');
  const { page } = await shop.open(device, url);
  await page.goto(`/orders/${order.id}#guest=${body.guestToken as string}`);
  await seeHeadline(page, 'The kitchen has it');
  return { order, page };
}

const one = (product: Product, more: object = {}) => ({
  variantId: product.variants[0]!.id,
  quantity: 1,
  ...more,
});

async function choose(page: Page): Promise<void> {
  await page.getByRole('link', { name: 'Change my order' }).click();
  await page.getByRole('heading', { level: 1, name: 'Change your order' }).waitFor();
  await page.getByText('Nothing is changed yet.').waitFor();
}

/** Adds one of it from the menu, without its sheet. */
async function add(page: Page, product: string): Promise<void> {
  await page.getByRole('link', { name: 'Add something' }).click();
  await page.getByRole('heading', { level: 1, name: 'Add to your order' }).waitFor();
  await page.getByRole('button', { name: new RegExp(`^Add ${product} to the cart`) }).press('Enter');
  await page.getByRole('link', { name: 'Done, 1 new' }).filter({ visible: true }).press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Change your order' }).waitFor();
}

const difference = (page: Page, words: string) =>
  page.getByRole('status').getByText(words, { exact: true }).waitFor();

/** Confirms, and waits until the order's page shows the order as it is now. */
async function confirm(page: Page, button: string): Promise<void> {
  await page.getByRole('button', { name: button }).press('Enter');
  await seeHeadline(page, 'The kitchen has it');
  await page.waitForURL(/\/orders\/[0-9a-f-]{36}$/);
}

test('a guest adds and pays the difference, swaps at no cost, and takes off: it goes back to the right card', async () => {
  const { order, page } = await served([one(coffee)]);
  await page.getByText('You can change it until the kitchen starts.').waitFor();
  await choose(page);
  await add(page, 'Cake');
  await difference(page, 'You pay €4.20 more');
  await page.getByText('€7.70').first().waitFor();
  await fillCard(page, MASTERCARD);
  await expectAccessible(page);
  await shoot(page, 'change-add');
  await confirm(page, 'Change and pay €4.20');
  await page.getByRole('region', { name: 'Bill' }).getByText('Cake').waitFor();
  expect(await order.read()).toMatchObject({ totalAmount: 770, paymentStatus: 'paid' });
  expect(await order.atStripe()).toMatchObject({ captured: 770, refunded: 0 });

  // Swapped at an equal price, with a note for the tea, and brought somewhere else: nothing is charged.
  await choose(page);
  await page.getByRole('button', { name: 'Remove Coffee' }).click();
  await difference(page, 'You get €3.50 back');
  await add(page, 'Tea');
  await difference(page, 'Nothing to pay');
  await page.getByRole('button', { name: 'Somewhere else' }).click();
  await page.getByLabel('Table number').fill('9');
  await page.getByRole('button', { name: 'Bring it there' }).press('Enter');
  await page.getByText('Table 9').waitFor();
  // What she chose outlives a reload.
  await page.reload();
  await difference(page, 'Nothing to pay');
  await confirm(page, 'Change the order');
  const swapped = await order.read();
  expect(swapped).toMatchObject({ totalAmount: 770, place: { label: '9' } });
  expect(swapped.lines.map(({ name }) => name).toSorted()).toEqual(['Cake', 'Tea']);
  expect((await order.atStripe()).intents).toHaveLength(2);

  // Less than the later payment: it comes from that card alone.
  await choose(page);
  await page.getByRole('button', { name: 'Remove Tea' }).click();
  await difference(page, 'You get €3.50 back');
  await page.getByText('€3.50 to Mastercard •••• 4444').waitFor();
  await shoot(page, 'change-back');
  await confirm(page, 'Change, €3.50 back');
  await until('it is given back', async () => (await order.atStripe()).refunded === 350);
  const { intents } = await order.atStripe();
  const back = intents.flatMap(({ amount, latest_charge }) =>
    typeof latest_charge === 'object' && latest_charge?.amount_refunded ? [amount] : [],
  );
  expect(back).toEqual([420]);
  await page.getByText('Sent back').first().waitFor();
});

test('declined, at her bank, lost: she is told, keeps what she chose, and pays once', async () => {
  const { order, page } = await served([one(coffee)], DESKTOP);
  await choose(page);
  // Another option in the sheet of the product.
  await page.getByRole('button', { name: /^Coffee/ }).click();
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('checkbox', { name: /Oat milk/ }).press('Space');
  await sheet.getByRole('button', { name: /^Update/ }).press('Enter');
  await difference(page, 'You pay €0.50 more');
  await fillCard(page, DECLINED);
  await page.getByRole('button', { name: 'Change and pay €0.50' }).press('Enter');
  await page.getByText(/Your order is as it was\.$/).waitFor();
  await expectAccessible(page);
  await shoot(page, 'change-declined');
  // On a phone, too, it stands where she has pressed.
  await page.setViewportSize(PHONE);
  await expect.poll(() => page.evaluate<boolean>(IS_ALERT_IN_VIEW)).toBe(true);
  await page.setViewportSize(DESKTOP);
  expect(await order.read()).toMatchObject({ totalAmount: 350, lines: [{ options: [] }] });

  // The bank asks, the page is reloaded meanwhile: the same change goes on.
  await difference(page, 'You pay €0.50 more');
  await fillCard(page, ALWAYS_ASKS);
  await page.getByRole('button', { name: 'Change and pay €0.50' }).press('Enter');
  const bank = page.locator('iframe[title="3D Secure authentication"]');
  await bank.waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'We have not heard back about your change' }).waitFor();
  await page.getByRole('button', { name: 'Ask again' }).press('Enter');
  await bank.waitFor();
  await answerBank(page, 'Complete');
  await seeHeadline(page, 'The kitchen has it');
  await page.getByRole('region', { name: 'Bill' }).getByText('Oat milk').waitFor();
  expect(await order.atStripe()).toMatchObject({ captured: 400 });

  // The answer is lost: asked again, it was made once.
  await choose(page);
  await page.getByRole('button', { name: 'One Coffee more' }).click();
  await difference(page, 'You pay €4.00 more');
  await fillCard(page);
  const path = `**/api/orders/${order.id}/changes`;
  await page.route(path, async (route) => {
    await route.fetch();
    await route.abort('connectionreset');
  });
  await page.getByRole('button', { name: 'Change and pay €4.00' }).press('Enter');
  await page.getByRole('heading', { name: 'We have not heard back about your change' }).waitFor();
  await page.unroute(path);
  await page.getByRole('button', { name: 'Ask again' }).press('Enter');
  await seeHeadline(page, 'The kitchen has it');
  expect(await order.atStripe()).toMatchObject({ captured: 800 });
  expect(await order.read()).toMatchObject({ lines: [{ quantity: 2, amount: 800 }] });

  // The kitchen starts while she is choosing.
  await choose(page);
  await page.getByRole('button', { name: 'One Coffee less' }).click();
  await difference(page, 'You get €4.00 back');
  await order.advance('preparing');
  await page.getByRole('heading', { name: 'This order cannot be changed' }).waitFor();
  await expect.poll(() => page.getByRole('button', { name: /^Change/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'As it was: Coffee' }).waitFor();
  await expectAccessible(page);
  await shoot(page, 'change-too-late');
  expect(await order.read()).toMatchObject({ totalAmount: 800, status: 'preparing' });
});

test('of five, two change their own at once: each pays for hers, and nobody else’s part moves', async () => {
  const group = await Group.open(shop.system, ['Ada', 'Ben', 'Cleo', 'Dan', 'Eve'], { url: shop.url });
  for (const person of group.people) await group.add(person, coffee.variants[0]!.id);
  await group.add(group.people[2]!, cake.variants[0]!.id, {
    sharedBetween: group.people.map(({ participantId }) => ({ participantId })),
  });
  const sent = await group.sent();
  for (const person of group.people) await group.onShare(person, sent, group.shareOf(sent, person), 'pay');
  const before = await group.confirmed(sent.id);
  const order = new PlacedOrder(shop.system, group.host.who, sent.id);
  const [ben, cleo] = await Promise.all(
    [group.people[1]!, group.people[2]!].map(async ({ guestToken }) => {
      const { page } = await shop.open(PHONE);
      await page.goto(`/orders/${sent.id}#guest=${guestToken}`);
      await choose(page);
      return page;
    }),
  );
  await cleo!.getByText('You share this: the others have to agree.').waitFor();
  for (const page of [ben!, cleo!]) {
    await add(page, 'Cake');
    await difference(page, 'You pay €4.20 more');
    await fillCard(page);
  }
  await shoot(cleo!, 'change-round');
  await Promise.all(
    [ben!, cleo!].map((page) => page.getByRole('button', { name: 'Change and pay €4.20' }).press('Enter')),
  );
  // Whoever was second is told, and presses again.
  for (const page of [ben!, cleo!]) {
    const isDone = page.getByRole('link', { name: 'Change my order' });
    const again = page.getByRole('alert').getByText(/meanwhile|at this moment/);
    await isDone.or(again).first().waitFor();
    if (await isDone.isVisible()) continue;
    await until('she may press again', () =>
      page.getByRole('button', { name: 'Change and pay €4.20' }).isEnabled(),
    );
    await page.getByRole('button', { name: 'Change and pay €4.20' }).press('Enter');
    await isDone.waitFor();
  }
  const now = await order.read();
  expect(now).toMatchObject({ totalAmount: before.totalAmount + 840, paymentStatus: 'paid' });
  const paidBy = ({ participantId }: { participantId: string }, { shares }: typeof now) =>
    shares
      .filter((share) => share.participantId === participantId)
      .reduce((sum, { amount }) => sum + amount, 0);
  expect(group.people.map((person) => paidBy(person, now) - paidBy(person, before))).toEqual([
    0, 420, 420, 0, 0,
  ]);
});

test('who shares a line agrees and pays her part, or says no; what staff change is paid on her phone', async () => {
  const group = await Group.open(shop.system, ['Ada', 'Ben'], { url: shop.url });
  const [ada, ben] = group.people as [Seated, Seated];
  await group.add(ben, cake.variants[0]!.id, {
    sharedBetween: group.people.map(({ participantId }) => ({ participantId })),
  });
  const sent = await group.sent();
  for (const person of group.people) await group.onShare(person, sent, group.shareOf(sent, person), 'pay');
  await group.confirmed(sent.id);
  const order = new PlacedOrder(shop.system, ada.who, sent.id);
  const [hers, his] = await Promise.all(
    [ada, ben].map(async ({ guestToken }) => {
      const { page } = await shop.open(PHONE);
      await page.goto(`/orders/${sent.id}#guest=${guestToken}`);
      return page;
    }),
  );
  await choose(his!);
  await his!.getByRole('button', { name: 'One Cake more' }).click();
  await difference(his!, 'You pay €2.10 more');
  await his!.getByText('Ada: €2.10 more').waitFor();
  await fillCard(his!);
  await his!.getByRole('button', { name: 'Change and pay €2.10' }).press('Enter');
  await his!.getByRole('heading', { name: 'Your change is not settled yet' }).waitFor();
  await his!.getByText('Waiting for Ada.').waitFor();
  await hers!.getByRole('heading', { name: 'Ben wants to change what you share' }).waitFor();
  await hers!.getByText('You pay €2.10 more').waitFor();
  await fillCard(hers!);
  await expectAccessible(hers!);
  await shoot(hers!, 'change-agree');
  expect(await order.read()).toMatchObject({ totalAmount: 420 });
  await hers!.getByRole('button', { name: 'Agree and pay €2.10' }).press('Enter');
  await order.until('it is changed', ({ totalAmount }) => totalAmount === 840);
  await his!.getByText('Your order is changed.').first().waitFor();

  // The next one is not agreed to.
  await choose(his!);
  await his!.getByRole('button', { name: 'One Cake less' }).click();
  await difference(his!, 'You get €2.10 back');
  await his!.getByRole('button', { name: 'Change, €2.10 back' }).press('Enter');
  // A no before his page has heard that it is held is told on the page on which he changes it.
  await his!.getByText('Waiting for Ada.').waitFor();
  await hers!.getByRole('button', { name: 'No, leave it as it is' }).press('Enter');
  await his!.getByText('The change was not made: the order is as it was.').first().waitFor();
  expect(await order.read()).toMatchObject({ totalAmount: 840, change: null });

  // Staff add something that she has forgotten, and leave it to her to pay. She looks at her tab meanwhile.
  await hers!.goto(`/tabs/${group.id}`);
  await hers!.getByRole('link', { name: /^Round 1/ }).waitFor();
  const { version } = await order.read();
  const body = {
    ...{ ifVersion: version, reason: 'she came to the counter', settle: 'guest', expectedDifference: 350 },
    add: [{ ...one(coffee), participantId: ada.participantId }],
  };
  const asked = await shop.system.agent.post(`/api/orders/${order.id}/changes`, body);
  expect(asked.status, JSON.stringify(asked.body)).toBeLessThan(300);
  await hers!.getByRole('heading', { name: 'Our team wants to change this order' }).waitFor();
  await fillCard(hers!);
  await hers!.getByRole('button', { name: 'Agree and pay €3.50' }).press('Enter');
  await order.until('it is changed', ({ totalAmount }) => totalAmount === 1190);
  await hers!.getByText('Your order is changed.').waitFor();
});

test('two who share something of a tab that is paid later agree to its change, and nobody is asked for a card', async () => {
  const group = await Group.openAfter(shop.system, ['Ada', 'Ben', 'Cleo'], { url: shop.url });
  const [ada, ben, cleo] = group.people as [Seated, Seated, Seated];
  const sharedBetween = [ada, ben].map(({ participantId }) => ({ participantId }));
  await group.add(ben, cake.variants[0]!.id, { sharedBetween });
  await group.add(cleo, coffee.variants[0]!.id);
  const round = await group.confirmed((await group.sent()).id);
  const order = new PlacedOrder(shop.system, ben.who, round.id);
  const [hers, his] = await Promise.all(
    [ada, ben].map(async ({ guestToken }) => {
      const { page } = await shop.open(PHONE);
      await page.goto(`/orders/${round.id}#guest=${guestToken}`);
      return page;
    }),
  );
  await choose(his!);
  await his!.getByText('You share this: the others have to agree.').waitFor();
  await his!.getByRole('button', { name: 'One Cake more' }).click();
  await difference(his!, '€2.10 more on the bill of your tab');
  await his!.getByText('Ada: €2.10 more').waitFor();
  await shoot(his!, 'change-ask-in-tab');
  await his!.getByRole('button', { name: 'Ask the others' }).press('Enter');
  await his!.getByText('Waiting for Ada.').waitFor();
  await hers!.getByRole('heading', { name: 'Ben wants to change what you share' }).waitFor();
  await hers!.getByText('€2.10 more on the bill of your tab').waitFor();
  expect(await hers!.getByLabel('Card number').count()).toBe(0);
  await expectAccessible(hers!);
  await shoot(hers!, 'change-agree-in-tab');
  expect(await group.read()).toMatchObject({ owedAmount: 770 });
  await hers!.getByRole('button', { name: 'Agree' }).press('Enter');
  await order.until('it is changed', ({ totalAmount }) => totalAmount === 1190);
  await his!.getByText('Your order is changed.').first().waitFor();
  expect(await group.read()).toMatchObject({ owedAmount: 1190 });
});

test('what has run out is asked on her page: she takes the suggestion, or chooses herself', async () => {
  const { order, page } = await served([one(coffee, { quantity: 2 }), one(cake)]);
  const [coffees] = (await order.read()).lines;
  const ask = async (body: object) => {
    const reply = await shop.system.agent.post(`/api/orders/${order.id}/lines/${coffees!.id}/sold-out`, body);
    expect(reply.status, JSON.stringify(reply.body)).toBe(201);
  };
  await ask({ quantity: 1, suggestion: one(cake) });
  await page.getByRole('heading', { name: 'Sold out: 1 × Coffee' }).waitFor();
  await page.getByText('If we do not hear from you in time, we leave it out').waitFor();
  await page.getByRole('radio', { name: /1× Cake, €0.70 more/ }).check();
  await difference(page, 'You pay €0.70 more');
  await fillCard(page);
  await expectAccessible(page);
  await shoot(page, 'question');
  await page.getByRole('button', { name: 'Send and pay €0.70' }).press('Enter');
  await order.until('it is answered', ({ totalAmount }) => totalAmount === 350 + 420 + 420);

  // The kitchen has started: she still chooses something else, from the menu.
  await order.advance('preparing');
  await ask({});
  await page.getByRole('radio', { name: /Choose something else/ }).check();
  await page.getByRole('link', { name: 'Go to the menu' }).click();
  await page.getByRole('heading', { level: 1, name: 'Choose something else' }).waitFor();
  await page.getByRole('button', { name: 'Add Tea to the cart' }).press('Enter');
  await difference(page, 'Nothing to pay');
  await page.getByRole('button', { name: 'Send the answer' }).press('Enter');
  await order.until('it is answered', ({ lines }) => lines.some(({ name }) => name === 'Tea'));
  expect(await order.read()).toMatchObject({
    totalAmount: 1190,
    questions: [{ answer: 'take' }, { answer: 'choose' }],
  });
});

test('what she says at the checkout is to be done if something runs out is what her page tells, and what is done', async () => {
  const { page } = await shop.open(PHONE);
  await page.goto('/');
  await addToCart(page, 'Coffee');
  await addToCart(page, 'Cake');
  await goToCheckout(page);
  await fillDetails(page, { name: 'Ida', email: 'ida@choices.test', table: '7' });
  const choice = page.getByLabel('If something runs out');
  await expect.poll(() => choice.inputValue()).toBe('leave_out');
  await choice.selectOption({ label: 'Bring me something similar' });
  await fillCard(page);
  await expectAccessible(page);
  const order = new PlacedOrder(shop.system, shop.system.agent, await pay(page));
  await order.untilStatus('confirmed');
  const [coffees] = (await order.read()).lines;
  expect(coffees).toMatchObject({ name: 'Coffee', ifSoldOut: 'replace' });
  const asked = await order.askAbout(coffees!.id, { suggestion: one(tea) });
  expect(asked.status, JSON.stringify(asked.body)).toBe(201);
  await page.getByText(/you get what we suggest, if it costs no more/).waitFor();
  await page.getByText('1× Tea, €0.50 less').waitFor();
  await shoot(page, 'question-by-choice');
  // Nobody answers.
  await order.endTimeToAnswer(asked.body.questionId as string);
  await order.until('it is replaced', ({ lines }) => lines.some(({ name }) => name === 'Tea'));
  await page.getByRole('heading', { name: 'Sold out: 1 × Coffee' }).waitFor({ state: 'detached' });
  await page.getByRole('region', { name: 'Bill' }).getByText('Tea').waitFor();
});

test('in a tab that is paid after, she says so among her details, and is asked on the page of the tab', async () => {
  const group = await Group.openAfter(shop.system, ['Ada', 'Ben'], { url: shop.url });
  const ben = group.people[1]!;
  const { page } = await shop.open(PHONE);
  await page.goto(`/tabs/${group.id}#guest=${ben.guestToken}`);
  await page.getByRole('button', { name: 'People in the tab' }).click();
  const people = page.getByRole('dialog', { name: 'People in the tab' });
  await people.getByLabel('If something runs out').selectOption({ label: 'Cancel my order' });
  await people.getByRole('button', { name: 'Save' }).click();
  await people.getByRole('button', { name: 'Close' }).click();
  const round = await group.orderLines(
    ben,
    [coffee.variants[0]!.id, { quantity: 2 }],
    [cake.variants[0]!.id],
  );
  expect(round.lines.map(({ ifSoldOut }) => ifSoldOut)).toEqual(['cancel', 'cancel']);
  const order = new PlacedOrder(shop.system, ben.who, round.id);
  const asked = await order.askAbout(round.lines[0]!.id, { quantity: 1 });
  expect(asked.status, JSON.stringify(asked.body)).toBe(201);
  await page.getByRole('heading', { name: 'Sold out: 1 × Coffee' }).waitFor();
  await page.getByText(/we cancel what you have ordered/).waitFor();
  await page.getByRole('radio', { name: /^Leave it out/ }).check();
  await page.getByText('€3.50 less on the bill of your tab').waitFor();
  await expectAccessible(page);
  await shoot(page, 'question-in-tab');
  await page.getByRole('button', { name: 'Send the answer' }).press('Enter');
  await order.until('it is left out', ({ totalAmount }) => totalAmount === 350 + 420);
  await page.getByRole('heading', { name: 'Sold out: 1 × Coffee' }).waitFor({ state: 'detached' });
  await page.getByRole('region', { name: 'Your part' }).getByText('€7.70').first().waitFor();

  // Something else instead is chosen on the page of the round, and only changes what is owed.
  await order.askAbout(round.lines[1]!.id, {});
  await page.getByRole('radio', { name: /Choose something else/ }).check();
  await page.getByRole('link', { name: 'Go to the menu' }).click();
  await page.getByRole('button', { name: 'Add Tea to the cart' }).press('Enter');
  await page.getByText('€0.70 less on the bill of your tab').waitFor();
  await page.getByRole('button', { name: 'Send the answer' }).press('Enter');
  await order.until('it is answered', ({ totalAmount }) => totalAmount === 700);
});

test('somebody takes the last piece while she is choosing: her choices stay, and nothing is charged', async () => {
  const rare = await sell('Truffle', 900, {
    variants: [{ name: 'Regular', unitAmount: 900, available: 1 }],
  });
  const { order, page } = await served([one(coffee)]);
  await choose(page);
  await add(page, 'Truffle');
  await difference(page, 'You pay €9.00 more');
  await fillCard(page);
  const quicker = await placeOrder(shop.system, { variantId: rare.variants[0]!.id });
  await page.getByRole('button', { name: 'Change and pay €9.00' }).press('Enter');
  await page.getByText('Somebody was a moment quicker. Nothing was changed or charged.').waitFor();
  await page.getByText('Truffle: sold out').waitFor();
  await expectAccessible(page);
  await shoot(page, 'change-sold-out');
  expect(await order.read()).toMatchObject({ totalAmount: 350, change: null });
  expect(await order.atStripe()).toMatchObject({ captured: 350 });
  // She takes something else; the card that she typed is still there.
  // By keyboard: a click that has to scroll first may miss beside a frame of another origin.
  await page.getByRole('button', { name: 'Remove Truffle' }).press('Enter');
  await page.getByText('Nothing is changed yet.').waitFor();
  await add(page, 'Cake');
  await difference(page, 'You pay €4.20 more');
  await fillCard(page);
  await confirm(page, 'Change and pay €4.20');
  expect(await order.read()).toMatchObject({ totalAmount: 770 });
  await quicker.cancel();
  await quicker.untilClosed();
});

test('who has a saved card pays a change with it, by one press', async () => {
  const { page } = await shop.openAs('customer', PHONE);
  await page.goto('/');
  const placed = await askAs<{ order: { id: string } }>(page, 'POST', '/api/orders', {
    lines: [one(coffee)],
    place: { kind: 'table', label: '7' },
    payment: { paymentMethodId: 'pm_card_visa', savePaymentMethod: true },
  });
  expect(placed, JSON.stringify(placed)).toMatchObject({ status: 201 });
  const order = new PlacedOrder(shop.system, shop.system.agent, placed.body.order.id);
  await order.untilStatus('confirmed');
  await page.goto(`/orders/${order.id}`);
  await choose(page);
  await add(page, 'Cake');
  await difference(page, 'You pay €4.20 more');
  const saved = page.getByRole('radio', { name: /^Visa ending in 4242/ });
  await saved.waitFor();
  await expect.poll(() => saved.isChecked()).toBe(true);
  expect(await page.locator('iframe[title="Secure payment input frame"]').count()).toBe(0);
  await expectAccessible(page);
  await shoot(page, 'change-saved-card');
  await confirm(page, 'Change and pay €4.20');
  expect(await order.atStripe()).toMatchObject({ captured: 770 });
});

test('a question that nobody answers: at its limit, what she chose at ordering is done', async () => {
  const url = await startPages(shop.system, { soldOutMinutes: 5 / 60 });
  const { order, page } = await served([one(coffee), one(cake)], DESKTOP, url);
  const [coffees] = (await order.read()).lines;
  const { page: kitchen } = await shop.openAs('kitchen', DESKTOP, url);
  await kitchen.goto('/agent');
  const path = `/api/orders/${order.id}/lines/${coffees!.id}/sold-out`;
  expect(await askAs(kitchen, 'POST', path, {})).toMatchObject({ status: 201 });
  await page.getByRole('heading', { name: 'Sold out: 1 × Coffee' }).waitFor();
  await order.until('it is left out', ({ totalAmount }) => totalAmount === 420);
  await page.getByRole('heading', { name: 'Sold out: 1 × Coffee' }).waitFor({ state: 'detached' });
  await until('it is given back', async () => (await order.atStripe()).refunded === 350);
});
