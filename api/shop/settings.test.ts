import { sql } from 'kysely';
import { run } from '../../db/sql.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSettings } from '../../db/catalog/shop/settings.ts';
import { shopSettingsSchema } from '../../domain/contract/settings.ts';
import { addProduct, guestOrder } from '../../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { signUp, Visitor } from '../../test/setup/visitor.ts';

let system: TestSystem;
let manager: Visitor;
/** A second API with its own memory. */
let other: Visitor;

beforeAll(async () => {
  system = await startTestSystem({ environment: { SHOP_NAME: 'At first', TIP_LIMIT: '3' } });
  manager = new Visitor(system.url);
  await signUp(manager, system.databases, 'manager');
  const api = await system.startApi({
    settings: createSettings(system.databases.catalog, system.config.firstSettings),
  });
  other = new Visitor(`http://127.0.0.1:${api.port}`);
});
afterAll(() => system?.stop());

const change = (body: object) => manager.call('PATCH', '/api/settings', { body });

test('the currency changes while nothing has a price, and is refused from then on', async () => {
  expect((await manager.get('/api/settings')).body).toMatchObject({
    settings: { name: 'At first', tipLimitAmount: 300, currency: 'eur' },
    isCurrencyFixed: false,
  });
  expect((await change({ currency: 'usd' })).body.settings.currency).toBe('usd');
  expect((await change({ currency: 'eur' })).status).toBe(200);
  await addProduct(system.databases);
  const refused = await change({ currency: 'usd', name: 'Not taken either' });
  expect([refused.status, refused.body.error.code]).toEqual([409, 'currency_in_use']);
  expect(refused.body.error.details[0].path).toEqual(['currency']);
  expect((await change({ currency: 'eur' })).status).toBe(200);
  expect((await manager.get('/api/settings')).body).toMatchObject({
    settings: { name: 'At first', currency: 'eur' },
    isCurrencyFixed: true,
  });
});

test('what a manager changes holds at every API and worker without a restart, and who changed what is kept', async () => {
  const tea = await addProduct(system.databases);
  const variantId = tea.variants[0]!.id;
  const pay = (tipAmount: number) => ({ payment: { paymentMethodId: 'pm_card_visa', tipAmount } });
  const tooMuch = Math.max(tea.variants[0]!.unitAmount, 300) + 1;
  const refused = await other.post('/api/orders', guestOrder(variantId, pay(tooMuch)));
  expect(refused.body.error.code).toBe('tip_too_large');

  const changed = await change({
    name: 'Zum Kegel',
    address: 'Am Markt 3, 10115 Berlin',
    timeZone: 'Asia/Kathmandu',
    tipLimitAmount: 5_000,
    holdMinutes: 240,
  });
  expect(shopSettingsSchema.parse(changed.body.settings)).toMatchObject({ name: 'Zum Kegel', taxId: '' });
  await expect
    .poll(async () => (await other.get('/api/config')).body)
    .toMatchObject({
      tipLimitAmount: 5_000,
      shop: { name: 'Zum Kegel', address: 'Am Markt 3, 10115 Berlin', timeZone: 'Asia/Kathmandu' },
    });
  const held = await other.post('/api/orders', guestOrder(variantId));
  const minutes = (Date.parse(held.body.order.deadline) - Date.now()) / 60_000;
  expect(minutes).toBeGreaterThan(200);

  const email = `kegel-${crypto.randomUUID()}@example.test`;
  const paid = await other.post('/api/orders', {
    ...guestOrder(variantId, pay(tooMuch)),
    contact: { name: 'Ada', email },
  });
  expect(paid.status).toBe(201);
  const receipt = () =>
    system.mails.mails.find(({ to, text }) => to.includes(email) && text.includes('Am Markt 3'))?.text;
  await expect.poll(receipt).toContain('Zum Kegel');

  const { items } = (await manager.get('/api/settings/changes')).body;
  expect(items[0]).toMatchObject({ type: 'settings_changed', by: 'A manager', spot: null });
  expect(items[0].changes).toContainEqual({ name: 'name', from: 'At first', to: 'Zum Kegel' });
  expect(items[0].changes).toHaveLength(5);
  // A change of nothing is not recorded.
  await change({ name: 'Zum Kegel' });
  expect((await manager.get('/api/settings/changes')).body.items).toHaveLength(items.length);
});

test('what is wrong is told at its field, and nothing is changed', async () => {
  const before = (await manager.get('/api/settings')).body.settings;
  for (const [name, wrong] of [
    ['name', ' '],
    ['timeZone', 'Europe/Nowhere'],
    ['currency', 'EURO'],
    ['holdMinutes', 0],
    ['holdMinutes', 1441],
    ['tipLimitAmount', -1],
    ['unpaidStockPercent', 101],
    ['declinesPerOrder', 0],
    ['colour', 'red'],
  ] as const) {
    const refused = await change({ [name]: wrong });
    expect([refused.status, refused.body.error.code], name).toEqual([400, 'invalid_request']);
    if (name !== 'colour') expect(refused.body.error.details[0].path).toEqual([name]);
  }
  expect((await manager.get('/api/settings')).body.settings).toEqual(before);
});

test('a shop that brings orders to its spots alone refuses what guests type, once it has spots', async () => {
  const tea = await addProduct(system.databases);
  await change({ takesTypedPlaces: false });
  const order = (place: object) =>
    new Visitor(system.url).post('/api/orders', guestOrder(tea.variants[0]!.id, { place }));
  expect((await order({ kind: 'table', label: '7' })).status).toBe(201);
  const spot = await manager.post('/api/spots', { kind: 'table', label: '7' });
  const refused = await order({ kind: 'table', label: '7' });
  expect([refused.status, refused.body.error.details[0].path]).toEqual([400, ['place', 'spotId']]);
  expect((await order({ spotId: spot.body.spot.id })).status).toBe(201);
  await change({ takesTypedPlaces: true });
  expect((await order({ kind: 'table', label: '7' })).status).toBe(201);
});

test('the environment counts once: what it says later changes nothing', async () => {
  const { catalog } = system.databases;
  const later = createSettings(catalog, { ...system.config.firstSettings, name: 'Another' });
  expect((await later.read()).name).toBe('Zum Kegel');
  await run(catalog.em.fork(), sql`delete from settings where name = 'taxId'`);
  // A setting that is new after an update starts with the value of the environment.
  const added = createSettings(catalog, { ...system.config.firstSettings, taxId: 'DE9' });
  expect(await added.read()).toMatchObject({ name: 'Zum Kegel', taxId: 'DE9' });
});
