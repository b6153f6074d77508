import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addProduct, guestOrder } from '../../test/setup/menu.ts';
import { startTestSystem, type TestSystem } from '../../test/setup/system.ts';
import { Visitor } from '../../test/setup/visitor.ts';

let system: TestSystem;
beforeAll(async () => {
  system = await startTestSystem();
});
afterAll(() => system?.stop());

test('without Temporal it says try again, whatever is asked, and leaves no order that could be charged', async () => {
  const tea = await addProduct(system.databases, { name: 'Coffee' });
  const temporal = new Client({ connection: Connection.lazy({ address: '127.0.0.1:9' }) });
  const api = await system.startApi({ temporal });
  const guest = new Visitor(`http://127.0.0.1:${api.port}`, null);
  const ready = await guest.get('/api/health/ready');
  expect(ready.body.error.details.checks).toMatchObject({
    temporal: false,
    worker: true,
    usersDatabase: true,
  });
  expect((await guest.get('/api/health/live')).status).toBe(200);
  expect((await guest.get('/api/products')).status).toBe(200);

  const key = randomUUID();
  const body = guestOrder(tea.variants[0]!.id);
  const refused = await guest.post('/api/orders', body, { key });
  expect([refused.status, refused.body.error.code]).toEqual([503, 'try_again']);
  expect(refused.headers.get('retry-after')).toBeTruthy();
  const row = () =>
    query<{ status: string; reason: string | null }>(
      system.databases.orders.em.fork(),
      sql`select status, reason from orders`,
    );
  expect((await row()).map(({ status }) => status)).toEqual(['placing']);

  // The repeat once Temporal is back: the order was decided too late, and a new one works.
  const back = new Visitor(system.url, null);
  const repeat = async () => {
    const { status, body: answer } = await back.post('/api/orders', body, { key });
    return [status, answer.error.details];
  };
  // A busy machine may take longer than a caller waits.
  await expect.poll(repeat).toEqual([503, { reason: 'too_late' }]);
  expect(await row()).toEqual([{ status: 'rejected', reason: 'too_late' }]);
  expect((await back.command('/api/orders', body)).status).toBe(201);
});
