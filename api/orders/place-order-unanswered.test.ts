import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addProduct, guestOrder } from '../../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { Visitor } from '../../test/setup/visitor.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem({ worker: false });
});
afterAll(() => system?.stop());

test('without a worker it says try again after 5 s, and the order is never charged when one comes back', async () => {
  const tea = await addProduct(system.databases);
  const guest = new Visitor(system.url);
  const ready = await guest.get('/api/health/ready');
  expect(ready.status).toBe(503);
  expect(ready.body.error.details.checks).toMatchObject({
    worker: false,
    ordersDatabase: true,
    temporal: true,
  });

  const body = guestOrder(tea.variants[0]!.id, { payment: { paymentMethodId: 'pm_card_visa' } });
  const key = randomUUID();
  const start = Date.now();
  const refused = await guest.post('/api/orders', body, { key });
  expect(refused.status).toBe(503);
  expect(refused.body.error.code).toBe('try_again');
  expect(Date.now() - start).toBeGreaterThan(4_500);
  expect(Date.now() - start).toBeLessThan(20_000);
  expect(refused.headers.get('retry-after')).toBeTruthy();

  const worker = await system.startWorker();
  const repeated = await guest.post('/api/orders', body, { key });
  expect(repeated.status).toBe(503);
  expect(repeated.body.error.details).toEqual({ reason: 'too_late' });
  const [order] = await system.databases.orders.em
    .fork()
    .execute<{ status: string; reason: string }[]>('select status, reason from orders');
  expect(order).toEqual({ status: 'rejected', reason: 'too_late' });
  expect(await system.databases.orders.em.fork().execute('select * from payments')).toEqual([]);
  expect((await guest.get('/api/products')).body.items[0].variants[0].available).toBe(10);

  // A new key is a new order, and that one works.
  expect((await guest.post('/api/orders', body)).status).toBe(201);
  await worker.stop();
});

test('without Temporal it says try again, whatever is asked, and leaves no order that could be charged', async () => {
  const tea = await addProduct(system.databases, { name: 'Coffee' });
  const placedBefore = await new Visitor(system.url, null).post(
    '/api/orders',
    guestOrder(tea.variants[0]!.id),
  );
  const temporal = new Client({ connection: Connection.lazy({ address: '127.0.0.1:9' }) });
  const api = await system.startApi({ temporal });
  const guest = new Visitor(`http://127.0.0.1:${api.port}`, null);
  const ready = await guest.get('/api/health/ready');
  expect(ready.body.error.details.checks).toMatchObject({
    temporal: false,
    worker: false,
    usersDatabase: true,
  });
  expect((await guest.get('/api/health/live')).status).toBe(200);
  expect((await guest.get('/api/products')).status).toBe(200);

  const key = randomUUID();
  const body = guestOrder(tea.variants[0]!.id);
  const refused = await guest.post('/api/orders', body, { key });
  expect([refused.status, refused.body.error.code]).toEqual([503, 'try_again']);
  expect(placedBefore.body.error?.code).toBe('try_again');
}, 90_000);
