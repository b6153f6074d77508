import { Connection, Client } from '@temporalio/client';
import { Client as PostgresClient } from 'pg';
import { expect, test } from 'vitest';
import { createTestDatabases } from './databases.ts';
import { createTestNamespace } from './temporal.ts';

test('gives each file migrated databases of its own', async () => {
  const [mine, theirs] = [await createTestDatabases(), await createTestDatabases()];
  expect(mine.urls.orders).not.toBe(theirs.urls.orders);
  for (const url of Object.values(mine.urls)) {
    const client = new PostgresClient({ connectionString: url });
    await client.connect();
    const found = await client.query('select count(*)::int as migrations from migrations');
    expect(found.rows[0].migrations).toBeGreaterThan(0);
    await client.end();
  }
  await Promise.all([mine.drop(), theirs.drop()]);
});

test('gives each file a Temporal namespace with our search attributes', async () => {
  const { address, namespace } = await createTestNamespace();
  const connection = await Connection.connect({ address });
  const client = new Client({ connection, namespace });
  const handle = await client.workflow.start('none', {
    taskQueue: 'nobody',
    workflowId: 'order-1',
    searchAttributes: { OrderStatus: ['placing'], OrderTotal: [100] },
  });
  expect((await handle.describe()).status.name).toBe('RUNNING');
  await handle.terminate();
  await connection.close();
});
