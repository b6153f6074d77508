/** Differences as staff see and mend them: money that Stripe has set aside for an order that ended. */

import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, shoot } from './browser/look.ts';
import { DESKTOP, PHONE } from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { placeOrder } from './harness/buyer.ts';
import { addProduct } from './setup/menu.ts';

let shop: Shop;
let agent: Page;
let admin: Page;

beforeAll(async () => {
  shop = await openShop({ environment: { RECONCILE_SETTLED_SECONDS: '0', RECONCILE_MENDS_ITSELF: 'false' } });
  agent = (await shop.openAs('agent', PHONE)).page;
  admin = (await shop.openAs('admin', DESKTOP)).page;
});
afterAll(() => shop?.stop());

async function compareNow(): Promise<void> {
  await admin.getByRole('button', { name: 'Compare now' }).click();
}
const cardOn = (page: Page) => page.locator('[data-difference]');

test('where nothing differs, the page says so and when it was compared', async () => {
  await admin.goto('/agent/differences');
  await compareNow();
  await admin.getByRole('heading', { name: 'Everything agrees' }).waitFor();
  await expectAccessible(admin);
  await shoot(admin, 'differences-none');
});

test('what Stripe keeps of a canceled order appears for staff; an admin mends it, and that is written down', async () => {
  const { system } = shop;
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 500, available: 10 }],
  });
  const order = await placeOrder(system, { variantId: product.variants[0]!.id });
  await order.cancel();
  await order.untilClosed();
  const intent = await system.stripeApi.paymentIntents.create({
    amount: 500,
    currency: 'eur',
    capture_method: 'manual',
    confirm: true,
    payment_method: 'pm_card_visa',
    allowed_payment_method_types: ['card'],
    metadata: {
      order_id: order.id,
      share_id: randomUUID(),
      payment_id: randomUUID(),
      bill_version: '1',
    },
  });

  await compareNow();
  await cardOn(admin).waitFor();
  expect(await cardOn(admin).textContent()).toContain('€5.00');
  await expectAccessible(admin);
  await shoot(admin, 'differences-admin');

  await agent.goto('/agent/differences');
  await cardOn(agent).waitFor();
  expect(
    await cardOn(agent)
      .getByRole('button', { name: /Release/ })
      .count(),
  ).toBe(0);
  expect(await cardOn(agent).textContent()).toMatch(/admin/i);
  await expectAccessible(agent);
  await shoot(agent, 'differences-agent-phone');

  const button = cardOn(admin).getByRole('button', { name: 'Release €5.00' });
  await button.click();
  const dialog = admin.getByRole('dialog');
  await dialog.waitFor();
  await expectAccessible(admin);
  await shoot(admin, 'differences-dialog');
  await dialog.getByRole('button', { name: 'Release €5.00' }).click();
  await admin.getByRole('list', { name: 'What was done' }).getByText('Ada Admin').waitFor();
  expect((await system.stripeApi.paymentIntents.retrieve(intent.id)).status).toBe('canceled');

  await agent.goto('/agent/differences?show=closed');
  await cardOn(agent).waitFor();
  await shoot(agent, 'differences-closed-phone');
});
