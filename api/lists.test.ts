/** Reads every list one entry per page, with many rows in the same instant or the same millisecond. */

import { sql } from 'kysely';
import { run } from '../db/sql.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSpot } from '../db/catalog/spots/spots.ts';
import { recordDifferences } from '../db/orders/reconciliation/differences.ts';
import { recordRunStarted } from '../db/orders/reconciliation/runs.ts';
import { DIFFERENCE_KINDS } from '../domain/reconciliation.ts';
import { until } from '../test/harness/until.ts';
import { addProduct, guestOrder } from '../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../test/setup/system.ts';
import { openTab } from '../test/setup/tabs.ts';
import { signUp, Visitor } from '../test/setup/visitor.ts';

let system: TestSystem;
let agent: Visitor;
let orderId: string;
let productId: string;
let tabId: string;

const ROWS = 9;
/** Three instants within one millisecond, three rows each. */
const CROWDED = sql`timestamptz '2026-11-29 12:00:00.123Z' + interval '1 microsecond' * (row_number() over (order by id) % 3)`;

function crowd(table: string, column: string): Promise<unknown> {
  return run(
    system.databases.orders.em.fork(),
    sql`update ${sql.table(table)} set ${sql.ref(column)} = at from (select id as one, ${CROWDED} as at from ${sql.table(table)}) as moved where id = one`,
  );
}

beforeAll(async () => {
  system = await startTestSystem();
  agent = new Visitor(system.url);
  await signUp(agent, system.databases, 'admin');
  for (let row = 0; row < 5; row += 1) await signUp(new Visitor(system.url), system.databases, 'kitchen');
  const { items: staff } = (await agent.get('/api/people?q=kitchen')).body;
  for (const { id } of staff) await agent.post(`/api/people/${id}/sign-out`);
  const { orders, catalog } = system.databases;
  const tea = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 100 }],
  });
  for (let row = 1; row < ROWS; row += 1) await addProduct(system.databases);
  await run(catalog.em.fork(), sql`update products set position = 1`);
  productId = tea.id;
  for (let row = 0; row < ROWS; row += 1)
    await agent.call('PUT', `/api/variants/${tea.variants[0]!.id}/stock`, { body: { available: 101 + row } });

  for (let row = 0; row < 5; row += 1)
    await createSpot(catalog, { kind: 'table', label: String(row), area: null });
  for (let row = 0; row < ROWS; row += 1)
    await agent.call('PATCH', '/api/settings', { body: { address: `Lane ${row}` } });

  // Five cards that stay saved.
  for (const brand of ['visa', 'mastercard', 'amex', 'discover', 'diners']) {
    const placed = await agent.post('/api/orders', {
      lines: [{ variantId: tea.variants[0]!.id, quantity: 1 }],
      payment: { paymentMethodId: `pm_card_${brand}`, savePaymentMethod: true },
    });
    orderId = placed.body.order.id;
    await until('the card is saved', async () => {
      const { order } = (await agent.get(`/api/orders/${orderId}`)).body;
      return order.status === 'confirmed';
    });
  }
  const guest = new Visitor(system.url);
  for (let row = 5; row < ROWS; row += 1) await guest.post('/api/orders', guestOrder(tea.variants[0]!.id));
  for (let row = 0; row < 5; row += 1)
    await agent.command(`/api/orders/${orderId}/refunds`, { amount: 10, reason: 'cold' });
  for (let row = 0; row < ROWS; row += 1) tabId = (await openTab(guest, { title: `Tab ${row}` })).tab.id;
  for (let row = 0; row < ROWS; row += 1)
    await guest.call('PATCH', `/api/tabs/${tabId}`, { body: { title: `Lunch ${row}` } });
  const found = Array.from({ length: ROWS * 2 }, (_, row) => ({
    kind: DIFFERENCE_KINDS[row % 2]!,
    subject: `row-${row}`,
    orderId: null,
    paymentId: null,
    intentId: null,
    amount: null,
    currency: null,
    details: {},
  }));
  const runId = crypto.randomUUID();
  await recordRunStarted(orders, { id: runId, startedBy: 'schedule' });
  await recordDifferences(orders, runId, found);
  await run(
    orders.em.fork(),
    sql`update differences set status = 'closed', closed_at = now() where subject < 'row-15'`,
  );
  await run(
    orders.em.fork(),
    sql`insert into bills (order_id, version, total_amount, lines)
        select ${orderId}, version, 100, '[]' from generate_series(1, 5) as version`,
  );
  await crowd('orders', 'created_at');
  await crowd('tabs', 'created_at');
  await crowd('refunds', 'created_at');
  await crowd('differences', 'found_at');
  await run(orders.em.fork(), sql`update differences set closed_at = found_at where status = 'closed'`);
});
afterAll(() => system?.stop());

/** Addresses of each list of the document. A list that is missing here fails the first test. */
const LISTS: Readonly<Record<string, () => readonly string[]>> = {
  '/api/products': () => ['/api/products?', '/api/products?all=true&q=tea&'],
  '/api/orders': () => ['/api/orders?', '/api/orders?status=confirmed&'],
  '/api/orders/{id}/events': () => [
    `/api/orders/${orderId}/events?`,
    `/api/orders/${orderId}/events?after=2&`,
  ],
  '/api/orders/{id}/bills': () => [`/api/orders/${orderId}/bills?`],
  '/api/orders/{id}/refunds': () => [`/api/orders/${orderId}/refunds?`],
  '/api/tabs': () => [
    '/api/tabs?',
    '/api/tabs?status=open&q=ada&',
    '/api/tabs?ended=false&',
    '/api/tabs?q=0&',
  ],
  '/api/tabs/{id}/events': () => [`/api/tabs/${tabId}/events?`, `/api/tabs/${tabId}/events?after=2&`],
  '/api/spots': () => ['/api/spots?', '/api/spots?all=true&'],
  '/api/payment-methods': () => ['/api/payment-methods?'],
  '/api/products/{id}/changes': () => [`/api/products/${productId}/changes?`],
  '/api/people': () => ['/api/people?', '/api/people?q=A KITCHEN&'],
  '/api/people/changes': () => ['/api/people/changes?'],
  '/api/settings/changes': () => ['/api/settings/changes?'],
  '/api/differences': () => ['/api/differences?', '/api/differences?status=closed&'],
};

test('every list that has pages is read here', async () => {
  const { body: document } = await agent.get('/api/openapi.json');
  const paged = Object.entries<Record<string, object>>(document.paths)
    .filter(([, { get }]) => JSON.stringify(get ?? {}).includes('"nextCursor"'))
    .map(([path]) => path);
  expect(Object.keys(LISTS).toSorted(), 'LISTS of this file has every paged list').toEqual(paged.toSorted());
});

/** The key of a list's items: their id, or an event's version. */
const nameOf = (item: { id?: string; version?: number }) => item.id ?? item.version;

test.each(Object.keys(LISTS))('%s, read one by one, or by two, is the list', async (path) => {
  for (const address of LISTS[path]!()) {
    const whole = await agent.get(`${address}limit=100`);
    expect(whole.status, address).toBe(200);
    const expected = whole.body.items.map(nameOf);
    expect(expected.length, address).toBeGreaterThanOrEqual(5);
    expect(whole.body.nextCursor).toBeNull();
    expect((await agent.get(address)).body.items.map(nameOf)).toEqual(expected);
    for (const limit of [1, 2]) {
      const read: unknown[] = [];
      let cursor: string | null = '';
      while (cursor !== null) {
        const page: { body: { items: object[]; nextCursor: string | null } } = await agent.get(
          `${address}limit=${limit}${cursor && `&cursor=${cursor}`}`,
        );
        expect(page.body.items.length).toBeLessThanOrEqual(limit);
        read.push(...page.body.items.map(nameOf));
        cursor = page.body.nextCursor;
      }
      expect(read, `${address}limit=${limit}`).toEqual(expected);
    }
    const strange = await agent.get(`${address}cursor=${Buffer.from('{"after":"x"}').toString('base64url')}`);
    expect([strange.status, strange.body.error.details[0].path]).toEqual([400, ['cursor']]);
  }
});
