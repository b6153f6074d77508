import { sql } from 'kysely';
import { query } from '../db/sql.ts';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { orderUntilDecided, PlacedOrder } from './harness/buyer.ts';
import { startSystem, type System } from './harness/system.ts';
import { addProduct } from './setup/menu.ts';

let system: System;
beforeAll(async () => {
  system = await startSystem();
});
afterAll(() => system?.stop());

test('fifty buyers at once of ten units: exactly ten are sold and charged, and forty are told', async () => {
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 10 }],
  });
  const variantId = product.variants[0]!.id;
  const buyers = await Promise.all(
    Array.from({ length: 50 }, () => orderUntilDecided(system, { variantId, pay: 'pm_card_visa' })),
  );

  const accepted = buyers.filter(({ reply }) => reply.status === 201);
  const refused = buyers.filter(({ reply }) => reply.status === 409);
  expect([accepted.length, refused.length]).toEqual([10, 40]);
  for (const { reply } of refused) expect(reply.body.error.code).toBe('out_of_stock');

  const orders = accepted.map(({ guest, reply }) => new PlacedOrder(system, guest, reply.body.order.id));
  const confirmed = await Promise.all(orders.map((order) => order.untilStatus('confirmed', 60_000)));
  expect(new Set(confirmed.map(({ number }) => number)).size).toBe(10);

  const { charges } = { charges: await system.stripeApi.charges.list({ limit: 100 }) };
  expect(charges.data.map(({ amount_captured }) => amount_captured)).toEqual(Array(10).fill(350));
  const holds = await query<{ status: string; units: number }>(
    system.databases.catalog.em.fork(),
    sql`select status, sum(quantity)::int as units from holds where variant_id = ${variantId} group by status`,
  );
  expect(holds).toEqual([{ status: 'sold', units: 10 }]);
});

test('what ten buyers give back is sold to the next, to the last unit', async () => {
  const product = await addProduct(system.databases, {
    variants: [{ name: 'Regular', unitAmount: 350, available: 3 }],
  });
  const variantId = product.variants[0]!.id;
  const buy = async () => {
    const { guest, reply } = await orderUntilDecided(system, { variantId });
    return reply.status === 201 ? new PlacedOrder(system, guest, reply.body.order.id) : undefined;
  };
  const first = (await Promise.all(Array.from({ length: 10 }, buy))).filter((order) => order !== undefined);
  expect(first).toHaveLength(3);
  await Promise.all(first.map((order) => order.cancel()));
  await Promise.all(first.map((order) => order.workflow.result()));
  const second = (await Promise.all(Array.from({ length: 10 }, buy))).filter((order) => order !== undefined);
  expect(second).toHaveLength(3);
});
