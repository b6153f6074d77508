/** Differences as staff see and mend them: an open authorization at Stripe for an order that has ended. */

import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { expectAccessible, shoot } from './browser/look.ts';
import { DESKTOP, PHONE } from './browser/people.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { placeOrder } from './harness/buyer.ts';
import { until } from './harness/until.ts';
import { addProduct } from './setup/menu.ts';
import { signUp, Visitor } from './setup/visitor.ts';

let shop: Shop;
let agent: Page;
let admin: Page;
let variantId: string;

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
const statusAtStripe = async ({ id }: { readonly id: string }) =>
  (await shop.system.stripeApi.paymentIntents.retrieve(id)).status;

/** Leaves an open authorization at Stripe for a canceled order. */
async function leaveAuthorization(amount: number): Promise<{ readonly id: string }> {
  const order = await placeOrder(shop.system, { variantId });
  await order.cancel();
  await order.untilClosed();
  return shop.system.stripeApi.paymentIntents.create({
    amount,
    currency: 'eur',
    capture_method: 'manual',
    confirm: true,
    payment_method: 'pm_card_visa',
    allowed_payment_method_types: ['card'],
    metadata: { order_id: order.id, share_id: randomUUID(), payment_id: randomUUID(), bill_version: '1' },
  });
}

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
  variantId = product.variants[0]!.id;
  const intent = await leaveAuthorization(500);

  await compareNow();
  await cardOn(admin).waitFor();
  await expect.poll(() => cardOn(admin).textContent()).toContain('€5.00');
  await expectAccessible(admin);
  await shoot(admin, 'differences-admin');

  await agent.goto('/agent/differences');
  await cardOn(agent).waitFor();
  await expect
    .poll(() =>
      cardOn(agent)
        .getByRole('button', { name: /Release/ })
        .count(),
    )
    .toBe(0);
  await expect.poll(() => cardOn(agent).textContent()).toMatch(/admin/i);
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
  await expect.poll(() => statusAtStripe(intent)).toBe('canceled');

  await agent.goto('/agent/differences?show=closed');
  await cardOn(agent).waitFor();
  await shoot(agent, 'differences-closed-phone');
});

test('several are chosen and mended together; what somebody else has mended leaves the dialog', async () => {
  const intents = [
    await leaveAuthorization(610),
    await leaveAuthorization(620),
    await leaveAuthorization(630),
  ];
  await compareNow();
  const all = admin.getByRole('checkbox', { name: 'Choose all 3' });
  await all.check();
  await cardOn(admin).filter({ hasText: '€6.30' }).getByRole('checkbox').uncheck();
  await expect.poll(() => all.isChecked()).toBe(false);
  await admin.getByRole('button', { name: 'Set 2 right' }).click();
  const dialog = admin.getByRole('dialog', { name: 'Set these 2 right?' });
  await dialog.waitFor();
  await expectAccessible(admin);

  const other = new Visitor(shop.system.url);
  await signUp(other, shop.system.databases, 'admin');
  const { items } = (await other.get('/api/differences')).body;
  const { id, action } = items.find(({ amount }: { amount: number }) => amount === 610);
  expect((await other.command(`/api/differences/${id}/mend`, { action })).status).toBeLessThan(300);

  const rest = admin.getByRole('dialog', { name: 'Set this one right?' });
  await rest.getByRole('button', { name: /^Do it/ }).click();
  await rest.waitFor({ state: 'detached' });
  const done = cardOn(admin).filter({ hasText: '€6.20' }).getByRole('list', { name: 'What was done' });
  await done.getByText('Ada Admin').waitFor();
  const statuses = () => Promise.all(intents.map(statusAtStripe));
  await expect.poll(statuses).toEqual(['canceled', 'canceled', 'requires_capture']);
  const last = 'Release €6.30';
  await cardOn(admin).getByRole('button', { name: last }).click();
  await admin.getByRole('dialog').getByRole('button', { name: last }).click();
  await until('all are released', async () => (await statuses()).every((status) => status === 'canceled'));
});
