/**
 * The only worker dies: whoever waits then is told within seconds, and from then on everybody who asks for something
 * that a worker decides is refused at once, on every API, with nothing written; all goes on when one is back.
 */

import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { placeOrder, type PlacedOrder } from '../harness/buyer.ts';
import { startSystem, type System } from '../harness/system.ts';
import { until } from '../harness/until.ts';
import { addProduct, guestOrder } from '../setup/menu.ts';
import { Visitor } from '../setup/visitor.ts';
import { askAll, openTabToAsk, type Ask } from './asks.ts';

/** Routes that may respond with try_again but need no worker. */
const NEED_NONE = [
  'POST /api/orders/find',
  'POST /api/reconciliation/run',
  'POST /api/differences/{id}/mend',
  // Refused at once for an order of one person.
  'POST /api/orders/{id}/shares/{shareId}/cover',
  'POST /api/orders/{id}/shares/{shareId}/drop',
  // Refused at once for a tab that is settled before.
  'POST /api/tabs/{id}/payments',
  'POST /api/tabs/{id}/card',
  // Refused at once where no change waits for anybody, and nothing has run out.
  'POST /api/orders/{id}/changes/{changeId}/agree',
  'POST /api/orders/{id}/changes/{changeId}/withdraw',
  'POST /api/orders/{id}/questions/{questionId}/answer',
];

let system: System;
let variantId: string;
let productId: string;
let apis: string[];
beforeAll(async () => {
  system = await startSystem({ worker: false });
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 1000 }],
  });
  productId = product.id;
  variantId = product.variants[0]!.id;
  apis = [system.url, `http://127.0.0.1:${(await system.startApi()).port}`];
});
afterAll(() => system?.stop());

/** Counts of everything that a request can write. */
const written = () =>
  query(
    system.databases.orders.em.fork(),
    sql`select (select count(*) from orders) as orders, (select count(*) from payment_attempts) as payments,
       (select count(*) from cancel_requests) as cancellations, (select count(*) from refunds) as refunds,
       (select count(*) from order_events) as events`,
  );

const withShare = async (of: PlacedOrder) => ({ id: of.id, shareId: (await of.share()).id });

/** The routes of the document that a worker decides: those that say try_again when they are asked to do something. */
async function askedOfWorkers(unwanted: PlacedOrder, confirmed: PlacedOrder) {
  const { body } = await system.agent.get('/api/openapi.json');
  const document = body as { paths: Record<string, Record<string, { responses: object }>> };
  const { body: unpaid } = await new Visitor(system.url).post('/api/orders', guestOrder(variantId));
  const asks = askAll(document, {
    variantId,
    productId,
    unpaid: { id: unpaid.order.id, shareId: unpaid.order.shares[0].id, guestToken: unpaid.guestToken },
    unwanted: await withShare(unwanted),
    confirmed: await withShare(confirmed),
    tab: await openTabToAsk(system.url, variantId),
  });
  return asks.filter(([route]) => {
    const [method, path] = route.split(' ') as [string, string];
    const responses = document.paths[path]?.[method.toLowerCase()]?.responses;
    return method === 'POST' && responses && '503' in responses && !NEED_NONE.includes(route);
  });
}

test('callers of a worker that died are refused early, with nothing written, and it goes on with the next', async () => {
  const guest = new Visitor(system.url);
  const ready = async () => (await guest.get('/api/health/ready')).body;
  expect((await ready()).error.details.checks).toMatchObject({ worker: false, temporal: true });
  const first = await system.startWorkerProcess();
  const unwanted = await placeOrder(system, { variantId });
  const confirmed = await placeOrder(system, { variantId, pay: 'pm_card_visa' });
  await confirmed.untilStatus('confirmed');
  const asks = await askedOfWorkers(unwanted, confirmed);
  expect(
    asks.map(([route]) => route).toSorted(),
    'a new route is decided by a worker, or is in NEED_NONE of this file',
  ).toEqual([
    'POST /api/orders',
    'POST /api/orders/{id}/advance',
    'POST /api/orders/{id}/cancel',
    'POST /api/orders/{id}/changes',
    'POST /api/orders/{id}/refunds',
    'POST /api/orders/{id}/shares/{shareId}/cash',
    'POST /api/orders/{id}/shares/{shareId}/pay',
    'POST /api/tabs/{id}/rounds',
  ]);

  // No work is in progress here; test/faults.test.ts covers work that a dying worker leaves.
  await system.assertInvariants();
  await first.kill();
  // Nobody knows yet that it is gone.
  const [key, body] = [randomUUID(), guestOrder(variantId, { payment: { paymentMethodId: 'pm_card_visa' } })];
  const unlucky = await guest.post('/api/orders', body, { key });
  expect([unlucky.status, unlucky.body.error.code]).toEqual([503, 'try_again']);

  await until('it is known to be gone', async () => !(await ready()).error?.details.checks.worker);
  const before = await written();
  const ask = (url: string, [, { path, options }]: [string, Ask]) => {
    const asker = new Visitor(url);
    if (!path.endsWith('/pay') && !path.endsWith('/changes'))
      asker.cookies.set('sharetab.session_token', system.agent.cookies.get('sharetab.session_token')!);
    return asker.post(path, options?.body, options);
  };
  for (const url of apis) {
    const answers = await Promise.all(asks.map((each) => ask(url, each)));
    expect(answers.map(({ status }) => status)).toEqual(asks.map(() => 503));
    expect(answers.every(({ headers }) => headers.has('retry-after'))).toBe(true);
    expect(answers.map((reply) => reply.body.error.code)).toEqual(asks.map(() => 'try_again'));
  }
  expect(await written()).toEqual(before);

  const second = await system.startWorkerProcess();
  const repeated = await guest.post('/api/orders', body, { key });
  expect([repeated.status, repeated.body.error.details]).toEqual([503, { reason: 'too_late' }]);
  expect((await guest.post('/api/orders', body)).status).toBe(201);
  for (const url of apis) {
    const answers = await Promise.all(asks.map((each) => ask(url, each)));
    expect(answers.filter(({ status }) => status >= 500).map((reply) => reply.body)).toEqual([]);
  }
  await system.assertInvariants();

  // A worker that stops normally signs off, so no request waits for it.
  await second.stop();
  const late = await written();
  expect((await guest.post('/api/orders', guestOrder(variantId))).status).toBe(503);
  expect(await written()).toEqual(late);
  await system.startWorkerProcess();
});
