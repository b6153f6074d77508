/**
 * `npm run check:invariants`: checks the system that `npm start` runs in this clone, or the one that the environment
 * names (see .env.example), prints every violation, and exits with 1 if there is any. Changes nothing.
 */

import { sql } from 'kysely';
import { query } from '../../db/sql.ts';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { ConfigError, readConfig } from '../../config.ts';
import { openDatabases } from '../../db/databases.ts';
import { findRunningStart } from '../../dev/claim.ts';
import { childEnvironment, loadEnvironmentFile } from '../../dev/environment.ts';
import { createStripe } from '../../workers/operations/stripe.ts';
import { temporalConnection } from '../../temporal/connection.ts';
import { bundleWorkflows } from '../../workers/worker.ts';
import { checkInvariants } from './check.ts';
import { describeViolation, INVARIANTS } from './violation.ts';

async function main(): Promise<number> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  loadEnvironmentFile();
  const config = readConfig({ ...findRunningStart()?.environment, ...childEnvironment() });
  const databases = await openDatabases(config.databases, { poolSize: 4 });
  const connection = await Connection.connect(temporalConnection(config.temporal));
  try {
    console.log(`Checking ${config.publicUrl} …`);
    const violations = await checkInvariants({
      databases,
      stripe: createStripe(config.stripe),
      temporal: new Client({ connection, namespace: config.temporal.namespace }),
      standInUrl: config.stripe.apiUrl,
      workflowBundle: await bundleWorkflows(),
      // Other systems may use a real account as well.
      exclusive: config.stripe.apiUrl !== undefined,
    });
    for (const violation of violations) console.error(describeViolation(violation));
    for (const id of new Set(violations.map((violation) => violation.id)))
      console.error(`  ${id}: ${INVARIANTS[id]}`);
    const orders = await query<{ count: number }>(
      databases.orders.em.fork(),
      sql`select count(*)::int as count from orders`,
    );
    console.log(
      violations.length === 0
        ? `All invariants hold, of ${orders[0]!.count} orders.`
        : `${violations.length} violations, of ${orders[0]!.count} orders.`,
    );
    return violations.length === 0 ? 0 : 1;
  } finally {
    await connection.close();
    await databases.close();
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(
    error instanceof ConfigError
      ? `Nothing runs in this clone, and the environment names no system.\n${error.message}`
      : error,
  );
  process.exitCode = 2;
}
