import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { migrateDatabases } from '../db/databases.ts';
import { placeOrder, PlacedOrder } from './harness/buyer.ts';
import { startSystem, type System } from './harness/system.ts';
import { until } from './harness/until.ts';
import { startOperator, type Operator } from './reconciliation/find-and-mend.ts';
import { serve } from './reconciliation/plants.ts';
import { startDeployedPostgres, type DeployedPostgres } from './setup/deployed-postgres.ts';
import { addProduct } from './setup/menu.ts';
import { startTestStripe } from './setup/system.ts';
import { Visitor } from './setup/visitor.ts';

const APP_SECRET = randomBytes(32).toString('hex');
const DATABASES = ['sharetab_orders', 'sharetab_catalog', 'sharetab_users'] as const;

let postgres: DeployedPostgres;
let stripe: Awaited<ReturnType<typeof startTestStripe>>;
let before: System;
let after: System | undefined;
let variantId: string;

const startOn = () =>
  startSystem({
    databases: postgres.urls('sharetab'),
    stripe,
    environment: { RECONCILE_SETTLED_SECONDS: '0', APP_SECRET },
  });

beforeAll(async () => {
  [postgres, stripe] = await Promise.all([startDeployedPostgres(), startTestStripe()]);
  await migrateDatabases(postgres.urls('sharetab_owner'));
  before = await startOn();
  const product = await addProduct(before.databases, {
    variants: [{ name: 'Regular', unitAmount: 500, available: 1000 }],
  });
  variantId = product.variants[0]!.id;
});
afterAll(async () => {
  await after?.stop({ check: false });
  await stripe?.stop();
  await postgres?.stop();
});

async function onServer(...statements: string[]): Promise<void> {
  const client = new Client({ connectionString: postgres.superuser });
  await client.connect();
  for (const statement of statements) await client.query(statement);
  await client.end();
}

/** Copies each database to another name, in the order of deploy/backup.sh. Whoever is connected has to connect anew. */
const copy = (from: (name: string) => string, to: (name: string) => string) =>
  onServer(
    ...DATABASES.flatMap((name) => [
      `alter database ${from(name)} allow_connections false`,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${from(name)}'`,
      `drop database if exists ${to(name)} with (force)`,
      `create database ${to(name)} template ${from(name)} owner sharetab_owner`,
      `alter database ${from(name)} allow_connections true`,
      `grant connect on database ${to(name)} to sharetab`,
    ]),
  );
const live = (name: string) => name;
const saved = (name: string) => `${name}_saved`;

/** Compares and has done what is listed, until nothing differs any more. */
async function mendEverything(operator: Operator): Promise<string[]> {
  const kinds = new Set<string>();
  await until('nothing differs', async () => {
    const differences = await operator.compare();
    for (const { id, action, kind } of differences) {
      kinds.add(kind);
      if (action) await operator.admin.post(`/api/differences/${id}/mend`, { action });
    }
    return differences.length === 0;
  });
  return [...kinds];
}

it('a backup of an hour ago, beside an empty Temporal: nothing that was in it is lost, and all money is accounted for', async () => {
  const pay = (card: string) => placeOrder(before, { variantId, pay: card });
  const unpaid = await placeOrder(before, { variantId });
  const paidLater = await placeOrder(before, { variantId });
  const atTheBank = await pay('pm_card_authenticationRequired');
  await atTheBank.until('at the bank', ({ shares }) => shares[0]?.status === 'requires_action');
  const [prepared, refundedLater, canceledLater] = [
    await pay('pm_card_visa'),
    await pay('pm_card_visa'),
    await pay('pm_card_visa'),
  ];
  for (const order of [prepared, refundedLater, canceledLater]) await order.untilStatus('confirmed');
  await prepared.advance('preparing');
  const served = await pay('pm_card_visa');
  await served.untilStatus('confirmed');
  await serve(served);

  await copy(live, saved);

  // The hour that will be lost.
  await until('connected anew', async () => (await before.agent.get('/api/me')).status === 200);
  await prepared.advance('ready');
  expect((await paidLater.pay('pm_card_visa')).status).toBe(200);
  await paidLater.untilStatus('confirmed');
  await before.agent.post(`/api/orders/${refundedLater.id}/refunds`, { amount: 200, reason: 'Lukewarm' });
  await refundedLater.until('given back', ({ refundedAmount }) => refundedAmount === 200);
  await canceledLater.cancel();
  await canceledLater.untilClosed();
  const placedLater = await pay('pm_card_visa');
  await placedLater.untilStatus('confirmed');
  await before.stop({ check: false });

  await copy(saved, live);
  const restored = await startOn();
  after = restored;
  const kinds = await mendEverything(await startOperator(restored));
  expect(kinds).toContain('missing_workflow');
  expect(kinds).toContain('money_without_order');

  const again = ({ id, guest }: PlacedOrder) => {
    const visitor = new Visitor(restored.url);
    for (const [name, value] of guest.cookies) visitor.cookies.set(name, value);
    visitor.guestToken = guest.guestToken;
    return new PlacedOrder(restored, visitor, id);
  };
  expect(await again(served).read()).toMatchObject({ status: 'completed' });
  expect(await again(prepared).read()).toMatchObject({ status: 'preparing' });
  await again(prepared).advance('ready');
  await again(prepared).advance('completed');
  expect(await again(refundedLater).read()).toMatchObject({ status: 'confirmed', refundedAmount: 200 });
  await again(unpaid).pay('pm_card_visa');
  await again(unpaid).untilStatus('confirmed');
  // What was taken in the lost hour for what is not known to be paid went back.
  expect(await again(paidLater).atStripe()).toMatchObject({ captured: 500, refunded: 500 });
  expect(await again(placedLater).atStripe()).toMatchObject({ captured: 500, refunded: 500 });
  expect(await again(canceledLater).atStripe()).toMatchObject({ captured: 500, refunded: 500 });
  expect((await again(canceledLater).read()).refundedAmount).toBe(500);

  // All that must hold holds, but for what was lost for good: the history of an order that had ended, and what the mails
  // of the lost hour told of.
  await until('all mails are sent', async () => {
    const due = await restored.databases.orders.em
      .fork()
      .execute(`select id from mails where status = 'due'`);
    return due.length === 0;
  });
  const mails = [...before.mailServer.mails, ...restored.mailServer.mails];
  const violations = await restored.assertInvariants({ mails }).then(
    () => '',
    (error: Error) => error.message,
  );
  const ofTheLostHour = /^E2 .* came in, of which our database knows nothing$/;
  expect(violations.split('\n').filter((line) => !ofTheLostHour.test(line))).toEqual([
    `W1  order ${served.id}: it is completed and has no workflow`,
  ]);
});
