import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrateDatabases } from '../db/databases.ts';
import { placeOrder } from './harness/buyer.ts';
import { startSystem, type System } from './harness/system.ts';
import { startDeployedPostgres, type DeployedPostgres } from './setup/deployed-postgres.ts';
import { addProduct } from './setup/menu.ts';

let postgres: DeployedPostgres;
let system: System;

beforeAll(async () => {
  postgres = await startDeployedPostgres();
  await migrateDatabases(postgres.urls('sharetab_owner'));
  system = await startSystem({ databases: postgres.urls('sharetab') });
});
afterAll(async () => {
  await system?.stop();
  await postgres?.stop();
});

/** Runs a statement as a role; returns PostgreSQL's error code, or undefined on success. */
async function refusal(url: string, statement: string): Promise<string | undefined> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(statement);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  } finally {
    await client.end();
  }
}

async function listTables(connectionString: string): Promise<string[]> {
  const client = new Client({ connectionString });
  await client.connect();
  try {
    const { rows } = await client.query<{ name: string }>(
      `select tablename as name from pg_tables where schemaname = 'public'`,
    );
    return rows.map(({ name }) => name);
  } finally {
    await client.end();
  }
}

const INSUFFICIENT_PRIVILEGE = '42501';

describe('the product as a role that owns no table', () => {
  it('does all its work: a menu, orders, payments, refunds, the sale', async () => {
    const product = await addProduct(system.databases);
    const order = await placeOrder(system, {
      variantId: product.variants[0]!.id,
      pay: 'pm_card_visa',
      tipAmount: 50,
    });
    await order.untilStatus('confirmed');
    await order.serve();
    const refund = await system.agent.post(`/api/orders/${order.id}/refunds`, {
      amount: 100,
      reason: 'Lukewarm',
    });
    expect(refund.status).toBe(201);
    await order.until('given back', ({ refundedAmount }) => refundedAmount === 100);
  });

  it('can neither change nor drop nor make a table, in any of its databases', async () => {
    for (const url of Object.values(postgres.urls('sharetab'))) {
      const tables = await listTables(url);
      expect(tables.length).toBeGreaterThan(4);
      for (const statement of [
        ...tables.flatMap((table) => [
          `drop table ${table}`,
          `alter table ${table} add column x int`,
          `alter table ${table} disable trigger all`,
          `truncate ${table} cascade`,
        ]),
        'create table mine (id int)',
        'create role mine',
      ])
        expect(await refusal(url, statement), statement).toBe(INSUFFICIENT_PRIVILEGE);
    }
  });

  it('sees nothing of Temporal’s databases, and Temporal nothing of ours', async () => {
    for (const url of [
      postgres.url('sharetab', 'temporal'),
      postgres.url('sharetab', 'temporal_visibility'),
      postgres.url('temporal', 'sharetab_orders'),
      postgres.url('temporal', 'sharetab_users'),
    ])
      expect(await refusal(url, 'select 1'), url).toBe(INSUFFICIENT_PRIVILEGE);
  });
});
