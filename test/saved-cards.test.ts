/** Saved cards on the customer's pages. */

import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible } from './browser/look.ts';
import {
  addToCart,
  answerBank,
  DESKTOP,
  chooseTable,
  fillCard,
  fillDetails,
  goToCheckout,
  pay,
  PHONE,
  pressPay,
  seeHeadline,
} from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';

const SAVE = 'Save this card for next time';

let shop: Shop;
let carla: Page;
beforeAll(async () => {
  shop = await openShop();
  await addProduct(shop.system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 100 }],
  });
  carla = (await shop.openAs('customer', PHONE)).page;
});
afterAll(() => shop?.stop());

async function checkOut(page: Page): Promise<void> {
  await page.goto('/');
  await addToCart(page, 'Tea');
  await goToCheckout(page);
  await chooseTable(page, '7');
}
const radio = (page: Page, name: string | RegExp) => page.getByRole('radio', { name });

test('a card is saved when its holder ticks the box, which is off', async () => {
  await checkOut(carla);
  const box = carla.getByLabel(SAVE);
  await box.waitFor();
  await expect.poll(() => box.isChecked()).toBe(false);
  await fillCard(carla);
  await pay(carla);
  await seeHeadline(carla, 'The kitchen has it');
  await carla.goto('/account');
  await carla.getByText('None yet').waitFor();

  await checkOut(carla);
  await fillCard(carla);
  await box.check();
  await expectAccessible(carla);
  await pay(carla);
  await seeHeadline(carla, 'The kitchen has it');
});

test('next time it is offered first and chosen, and one press pays', async () => {
  await checkOut(carla);
  const visa = radio(carla, /^Visa ending in 4242 Expires 12\/34/);
  await visa.waitFor();
  await expect.poll(() => visa.isChecked()).toBe(true);
  expect(await carla.locator('iframe[title="Secure payment input frame"]').count()).toBe(0);
  await expectAccessible(carla);
  await pay(carla);
  await seeHeadline(carla, 'The kitchen has it');
});

test('another card is the other choice; one whose bank always asks is saved, and asks each time', async () => {
  await checkOut(carla);
  await radio(carla, 'Another card').check();
  await fillCard(carla, '4000002760003184');
  await carla.getByLabel(SAVE).check();
  await pay(carla);
  await answerBank(carla, 'Complete');
  await seeHeadline(carla, 'The kitchen has it');

  await checkOut(carla);
  await expect.poll(() => radio(carla, /3184/).isChecked()).toBe(true);
  await pay(carla);
  await answerBank(carla, 'Complete');
  await seeHeadline(carla, 'The kitchen has it');
});

test('after a decline on the order’s page the cards are there, too, and the one that failed is not chosen', async () => {
  await checkOut(carla);
  await radio(carla, /3184/).check();
  await pay(carla);
  await answerBank(carla, 'Fail');
  await seeHeadline(carla, 'That card did not work');
  await radio(carla, /3184/).waitFor();
  await expect.poll(() => radio(carla, /4242/).isChecked()).toBe(true);
  await pressPay(carla);
  await seeHeadline(carla, 'The kitchen has it');
});

test('she sees her cards on her account’s page, an expired one marked, and removes them there', async () => {
  await carla.route('**/api/payment-methods', async (route) => {
    const response = await route.fetch();
    const answer = (await response.json()) as { items: object[] };
    const old = { id: 'pm_old', brand: 'amex', last4: '8431', expMonth: 4, expYear: 2026, expired: true };
    await route.fulfill({ response, json: { ...answer, items: [old, ...answer.items] } });
  });
  await checkOut(carla);
  await radio(carla, /8431/).waitFor();
  expect(await radio(carla, /8431/).isDisabled()).toBe(true);
  await expect.poll(() => radio(carla, /3184/).isChecked()).toBe(true);
  await carla.goto('/account');
  await carla.getByText('Expired').waitFor();
  await expectAccessible(carla);
  await carla.unrouteAll();

  await carla.goto('/account');
  await carla.getByRole('button', { name: 'Remove Visa •••• 4242' }).click();
  await carla.getByRole('button', { name: 'Keep it' }).click();
  await carla.getByRole('button', { name: 'Remove Visa •••• 4242' }).click();
  await carla.getByRole('button', { name: 'Remove the card' }).click();
  await carla.getByRole('button', { name: 'Remove Visa •••• 4242' }).waitFor({ state: 'detached' });
  await carla.reload();
  await carla.getByRole('button', { name: 'Remove Visa •••• 3184' }).waitFor();
  await expect.poll(() => carla.getByRole('button', { name: /^Remove/ }).count()).toBe(1);
  const { stripeApi } = shop.system;
  await until('it is gone at Stripe', async () => {
    const { data } = await stripeApi.customers.list();
    const cards = await stripeApi.customers.listPaymentMethods(data[0]!.id);
    return cards.data.map(({ card }) => card?.last4).join() === '3184';
  });
});

test('a card that cannot be listed just now does not keep her from paying', async () => {
  shop.system.stripe.faults.add({
    kind: 'error_before',
    method: 'GET',
    path: '/v1/customers/*/payment_methods',
    count: null,
  });
  await checkOut(carla);
  await carla.getByText('Your saved cards could not be loaded.').waitFor();
  await fillCard(carla);
  await pay(carla);
  await seeHeadline(carla, 'The kitchen has it');
  shop.system.stripe.faults.clear();
});

test('a guest is offered none of it', async () => {
  const { page } = await shop.open(DESKTOP);
  await page.goto('/account');
  await page.getByRole('heading', { name: 'You are not signed in' }).waitFor();
  await page.goto('/');
  await addToCart(page, 'Tea');
  await goToCheckout(page);
  await fillDetails(page, { name: 'Ada', email: 'ada@example.com', table: '7' });
  await fillCard(page);
  await expect.poll(() => page.getByLabel(SAVE).count()).toBe(0);
  await expect.poll(() => page.getByRole('radio', { name: 'Another card' }).count()).toBe(0);
  await pay(page);
  await seeHeadline(page, 'The kitchen has it');
});
