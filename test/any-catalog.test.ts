/**
 * Any catalog and shop settings that the product accepts render on every page that shows them. CATALOG_SEED=n repeats
 * one seed, CATALOG_RUNS=n tries that many catalogs.
 */

import fc from 'fast-check';
import sharp from 'sharp';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readConfig } from '../config.ts';
import { setting } from '../dev/environment.ts';
import { ALLERGENS } from '../domain/allergens.ts';
import type { CreateProduct, Product } from '../domain/contract/catalog.ts';
import { DESKTOP, PHONE } from './browser/people.ts';
import { settingsWith } from './setup/system.ts';
import { openShop, type Shop } from './browser/shop.ts';
import { PlacedOrder } from './harness/buyer.ts';
import { Visitor } from './setup/visitor.ts';

const SEED = Number(setting('CATALOG_SEED') ?? Date.now() % 1_000_000);
const RUNS = Number(setting('CATALOG_RUNS') ?? 2);

let shop: Shop;
let guest: Page;
let agent: Page;
let pictures: Uint8Array<ArrayBuffer>[];
const broken: string[] = [];

beforeAll(async () => {
  shop = await openShop();
  guest = (await shop.open(PHONE)).page;
  agent = (await shop.openAs('agent', DESKTOP)).page;
  pictures = await Promise.all(
    ['#c93a1c', '#12683c'].map(async (background) => {
      const picture = sharp({ create: { width: 8, height: 8, channels: 3, background } }).png();
      return new Uint8Array(await picture.toBuffer());
    }),
  );
  for (const page of [guest, agent]) {
    page.on('console', (message) => {
      if (message.text().startsWith('A part of the page could not be shown')) broken.push(message.text());
    });
  }
});
afterAll(() => shop?.stop());

/** Names that differ only in features that keys, anchors and searches may drop: case, accents, width, marks, length. */
const name = fc
  .oneof(
    fc.constantFrom(
      'Pizza',
      'pizza',
      'Pizza!',
      'PIZZA',
      'Pizzá',
      '!',
      '…',
      'menu',
      'ピザ',
      'Пицца',
      '1',
      'a b',
      'a-b',
      // Fonts draw it without a width.
      '\u{1D14F}',
    ),
    fc.constantFrom(
      'constructor',
      '__proto__',
      'toString',
      '<b>Bold</b>',
      '{{x}}',
      '%s',
      '"',
      "'",
      '&amp;',
      '\\',
    ),
    fc.string({ minLength: 1, maxLength: 80, unit: 'grapheme' }),
    fc.constantFrom('x'.repeat(80), 'ه'.repeat(80), '👩‍👩‍👧‍👦'.repeat(7)),
  )
  .map((text) => text.slice(0, 80));
/** Mostly from a few similar names. */
const category = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('Pizza', 'pizza', 'Pizza!', '!', '?') },
  { weight: 1, arbitrary: name },
);
const amount = fc.oneof(fc.constantFrom(0, 1, 99_999_999), fc.integer({ min: 0, max: 5000 }));

const product: fc.Arbitrary<CreateProduct> = fc.record({
  name,
  category,
  description: fc.oneof(
    fc.constant(''),
    fc.string({ maxLength: 500, unit: 'grapheme' }).map((text) => text.slice(0, 500)),
  ),
  allergens: fc.array(fc.constantFrom(...ALLERGENS), { maxLength: 20 }),
  taxRate: fc.constantFrom(0, 700, 1900, 1, 10_000),
  active: fc.constant(true),
  variants: fc.array(
    fc.record({ name, unitAmount: amount, available: fc.constantFrom(0, 1, 3, 1_000_000) }),
    { minLength: 1, maxLength: 4 },
  ),
  optionGroups: fc.array(
    fc
      .tuple(
        name,
        fc.array(fc.record({ name, amount: fc.integer({ min: -500, max: 500 }) }), {
          minLength: 1,
          maxLength: 12,
        }),
        fc.nat(),
        fc.nat(),
      )
      .map(([group, options, low, high]) => {
        const maximum = 1 + (high % options.length);
        return { name: group, options, maximum, minimum: low % (maximum + 1) };
      }),
    { maxLength: 3 },
  ),
});

const settings = fc.record({
  SHOP_NAME: fc.oneof(fc.constantFrom('Sharetab', '', '<i>', 'x'.repeat(200)), name),
  SHOP_ADDRESS: fc.oneof(
    fc.constantFrom('', ',', 'Main Street 1, Main Street 1', 'a,,b, a ,b', ','.repeat(50)),
    fc.array(name, { maxLength: 5 }).map((rows) => rows.join(',')),
  ),
  SHOP_TAX_ID: fc.oneof(fc.constant(''), name),
  SHOP_TIME_ZONE: fc.constantFrom(
    'UTC',
    'Asia/Kathmandu',
    'America/St_Johns',
    'Pacific/Kiritimati',
    '+05:45',
  ),
});

it(`renders every page of it (CATALOG_SEED=${SEED})`, async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ product, picture: fc.constantFrom(null, 0, 0, 1) }), { maxLength: 9 }),
      settings,
      async (wanted, environment) => {
        const url = await openWith(environment);
        if (url === undefined) return;
        const made = await changeMenu(wanted);
        await lookAt(url, made);
        expect(broken).toEqual([]);
      },
    ),
    // Each shrinking step takes a timeout, so the test reports the seed instead.
    { seed: SEED, numRuns: RUNS, endOnFailure: true },
  );
});

/** Starts an API with these settings; resolves with undefined if they are rejected. */
async function openWith(environment: Record<string, string>): Promise<string | undefined> {
  const { config } = shop.system;
  let accepted;
  try {
    accepted = readConfig({
      NODE_ENV: 'test',
      APP_SECRET: config.appSecrets[0],
      STRIPE_SECRET_KEY: config.stripe.secretKey,
      STRIPE_PUBLISHABLE_KEY: config.stripe.publishableKey,
      STRIPE_WEBHOOK_SECRET: config.stripe.webhookSecret,
      ...environment,
    }).firstSettings;
  } catch (error) {
    expect(String(error)).toContain('SHOP_');
    return undefined;
  }
  const { port } = await shop.system.startApi({ settings: settingsWith(shop.system.settings, accepted) });
  return `http://localhost:${port}`;
}

/** Replaces the menu with the accepted products of this catalog. */
async function changeMenu(wanted: { product: CreateProduct; picture: number | null }[]): Promise<Product[]> {
  const staff = shop.system.agent;
  const { body } = await staff.get<{ items: Product[] }>('/api/products?limit=100');
  for (const { id } of body.items)
    await staff.call('PATCH', `/api/products/${id}`, { body: { active: false } });
  const made: Product[] = [];
  for (const { product: input, picture } of wanted) {
    const answer = await staff.post('/api/products', input);
    if (answer.status !== 201) {
      expect(answer.status, JSON.stringify(answer.body)).toBe(400);
      continue;
    }
    made.push(answer.body.product);
    if (picture === null) continue;
    const path = `/api/products/${answer.body.product.id}/image`;
    const raw = pictures[picture]!;
    expect((await staff.call('PUT', path, { raw, contentType: 'image/png' })).status).toBe(200);
  }
  return made;
}

async function lookAt(url: string, made: readonly Product[]): Promise<void> {
  await guest.goto(`${url}/`);
  const cards = guest.getByRole('article');
  if (made.length === 0) return guest.getByText('The kitchen is closed').waitFor();
  await cards.nth(made.length - 1).waitFor();
  await expect.poll(() => cards.count()).toBe(made.length);
  // Every product can be opened and closed.
  for (const card of await cards.all()) {
    await card.getByRole('button').first().click();
    await guest.getByRole('dialog').waitFor();
    await guest.keyboard.press('Escape');
    await guest.getByRole('dialog').waitFor({ state: 'detached' });
  }
  await agent.goto(`${shop.url}/agent/catalog`);
  await agent.getByRole('link', { name: 'New product' }).waitFor();
  await agent
    .getByRole('listitem')
    .nth(made.length - 1)
    .waitFor();

  const order = await orderSomeOf(made);
  if (!order) return;
  await guest
    .context()
    .addCookies([...order.guest.cookies].map(([cookie, value]) => ({ name: cookie, value, url })));
  await guest.goto(`${url}/orders/${order.id}`);
  await guest.getByRole('heading', { level: 1 }).waitFor();
  await guest.goto(`${url}/orders/${order.id}/receipt`);
  await guest.getByRole('button', { name: 'Print' }).waitFor();
  await agent.goto(`${shop.url}/agent/orders/${order.id}`);
  await agent.getByRole('heading', { name: 'Bill' }).waitFor();
}

/** An order with one of each available product, with the minimum number of choices. */
async function orderSomeOf(made: readonly Product[]): Promise<PlacedOrder | undefined> {
  const lines = made.flatMap(({ variants, optionGroups }) => {
    const variant = variants.find(({ available }) => available > 0);
    const options = optionGroups.flatMap(({ minimum, options: offered }) =>
      offered.slice(0, minimum).map(({ id }) => id),
    );
    return variant ? [{ variantId: variant.id, quantity: 1, options }] : [];
  });
  const visitor = new Visitor(shop.url);
  const { status, body } = await visitor.post('/api/orders', {
    lines,
    contact: { name: 'Ada', email: 'ada@example.com' },
    payment: { paymentMethodId: 'pm_card_visa' },
  });
  if (status !== 201) return undefined;
  const order = new PlacedOrder(shop.system, visitor, body.order.id);
  const { status: reached } = await order.until(
    'its end or its confirmation',
    (now) =>
      ['confirmed', 'rejected', 'canceled', 'awaiting_payment'].includes(now.status) &&
      now.shares[0]?.status !== 'due',
  );
  return reached === 'confirmed' ? order : undefined;
}
