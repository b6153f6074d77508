import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { recordConfirmedOrder, recordOrder } from '../test/harness/records.ts';
import { basketLine, fillBasket, recordRound, recordTab } from '../test/harness/tabs.ts';
import { createTestDatabases } from '../test/setup/databases.ts';
import { openDatabases, type Databases } from './databases.ts';
import { readProgress } from './orders/orders/progress.ts';
import { readNews } from './orders/orders/read-events.ts';
import { readOrder } from './orders/orders/read-order.ts';
import { readTab, readTabNews, readTabPeople } from './orders/tabs/read-tab.ts';
import { query, run } from './sql.ts';

let databases: Databases;
let planned: readonly { readonly statement: string; readonly custom: number; readonly generic: number }[];

/** PostgreSQL plans a prepared statement for its values so often before it considers a plan for any values. */
const TRIALS = 5;

const CARD = {
  ...{
    paymentMethodId: 'pm_card_visa',
    tipAmount: 0,
    account: { userId: null, stripeCustomerId: null, saveCard: false },
  },
  card: { network: null, bounds: { perPayer: 5, perNetwork: 20 } },
};

beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls, { poolSize: 1 });
  const { orders } = databases;
  for (let life = 0; life < 2 * TRIALS; life += 1) {
    const { id } = await recordConfirmedOrder(orders);
    await recordOrder(orders, { payment: CARD });
    const tab = await recordTab(orders, ['Ada', 'Ben']);
    await fillBasket(orders, tab.id, basketLine(tab.hostId));
    await recordRound(orders, tab);
    await readOrder(orders, id);
    await readNews(orders, [{ orderId: id, version: 1 }]);
    await readProgress(orders, id);
    await readTab(orders, tab.id);
    await readTabPeople(orders, tab.id);
    await readTabNews(orders, [{ tabId: tab.id, version: 1 }]);
  }
  planned = await query(
    orders.em.fork(),
    sql`select statement, custom_plans::int as custom, generic_plans::int as generic from pg_prepared_statements`,
  );
});
afterAll(() => databases.close());

const textsOf = (found: typeof planned) => found.map(({ statement }) => statement);

test('what every order and tab runs is planned for any values once, and not for its own each time', () => {
  expect(planned.filter(({ generic }) => generic >= TRIALS).length).toBeGreaterThan(20);
  expect(textsOf(planned.filter(({ custom }) => custom > TRIALS))).toEqual([]);
});

test('what every order and tab runs finds its rows by an index, and reads no table as a whole', async () => {
  const em = databases.orders.em.fork();
  await run(em, sql`analyze`);
  const grown = await query<{ name: string }>(
    em,
    // PostgreSQL is told that each page has a million rows, and so plans for large tables.
    sql`select relname as name, pg_restore_relation_stats('schemaname', 'public'::text, 'relname', relname::text,
            'relpages', 1, 'reltuples', 1e6::real)
        from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and pg_relation_size(oid) > 0`,
  );
  const names = grown.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(['orders', 'lines', 'shares', 'payments', 'order_events']));
  const reads: string[] = [];
  for (const { statement } of planned) {
    const [plan] = await query<{ 'QUERY PLAN': readonly [{ Plan: PlanNode }] }>(
      em,
      sql`explain (generic_plan, format json) ${sql.raw(statement)}`,
    );
    for (const node of nodesOf(plan!['QUERY PLAN'][0].Plan))
      if (readsAll(node) && names.includes(node['Relation Name'] ?? ''))
        reads.push(`${node['Relation Name']}, where ${node.Filter}: ${statement}`);
  }
  expect(reads).toEqual([]);
});

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Relation Name'?: string;
  readonly 'Index Cond'?: string;
  readonly Filter?: string;
  readonly Plans?: readonly PlanNode[];
}

const nodesOf = (node: PlanNode): PlanNode[] => [node, ...(node.Plans ?? []).flatMap(nodesOf)];

/** An index that is read without a condition is read whole, too. */
function readsAll(node: PlanNode): boolean {
  const type = node['Node Type'];
  return type === 'Seq Scan' || (type.startsWith('Index') && node['Index Cond'] === undefined);
}
