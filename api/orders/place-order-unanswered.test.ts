import { randomUUID } from 'node:crypto';
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
