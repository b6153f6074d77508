import { sql } from 'kysely';
import { randomBytes } from 'node:crypto';
import type { Migration } from '@mikro-orm/migrations';
import { Client } from 'pg';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { catalogDefinition } from './catalog/definition.ts';
import {
  createDatabaseIfMissing,
  migrateDatabase,
  openDatabase,
  type Database,
  type DatabaseDefinition,
} from './database.ts';
import { MIGRATION_PATIENCE } from './patience.ts';
import { query } from './sql.ts';
import { ordersDefinition } from './orders/definition.ts';
import { UNFINISHED_STATUSES, type OrderStatus } from '../domain/order.ts';
import { OPEN_CHANGES } from '../domain/order-change.ts';
import { PAID_STATES } from '../domain/payment.ts';
import { HOLD_STATUSES } from './catalog/entities.ts';
import type { ATTEMPT_STATUSES } from './orders/entities/payment.ts';
import { usersDefinition } from './users/definition.ts';

/** The objects that each migration's `up` drops on purpose; dropping anything else is an accident. */
const DROPS: Readonly<Record<string, readonly string[]>> = {
  '001-create-users': [],
  '002-saved-cards': [],
  '027-attempts': [],
  '065-language': [],
  '070-people-changes': [],
  '100-search-words': [],
  '001-create-catalog': [],
  '002-product-request-hash': [],
  '001-create-orders': [],
  '039-workers': [],
  '050-jobs': [],
  '051-calls-made-for': [],
  '002-refund-lines': [],
  // Widening a check replaces it with another.
  '003-ledger-chart': [
    `constraint ledger_entries_account_check CHECK ((account = ANY (ARRAY['stripe'::text, 'sales'::text, 'tips'::text])))`,
    `constraint ledger_transactions_kind_check CHECK ((kind = ANY (ARRAY['capture'::text, 'refund'::text])))`,
  ],
  '004-reconciliation': [],
  '006-aftercare': [],
  '007-payment-card': [],
  '008-cash': [],
  '009-payment-customer': [],
  '010-compare-ledger': [
    `constraint differences_kind_check CHECK ((kind = ANY (ARRAY['money_without_order'::text, 'order_without_money'::text, 'unknown_outcome'::text, 'open_authorization'::text, 'amount_differs'::text, 'orphaned_intent'::text, 'missing_workflow'::text, 'overdue_hold'::text, 'failing_workflow'::text, 'stuck_activity'::text])))`,
    `constraint ledger_transactions_kind_check CHECK ((kind = ANY (ARRAY['authorization'::text, 'void'::text, 'capture'::text, 'fee'::text, 'refund'::text, 'refund_reversal'::text, 'dispute'::text, 'dispute_won'::text, 'cash'::text, 'cash_refund'::text])))`,
    `constraint mends_action_check CHECK ((action = ANY (ARRAY['refund'::text, 'void'::text, 'capture'::text, 'read_back'::text, 'release'::text, 'resume'::text, 'retry'::text])))`,
  ],
  '011-mail-claims': [],
  '025-search-words': [],
  '030-bound-abuse': [],
  '030-live-holds': [],
  '034-catalog-changes': [],
  '012-fees-of-all-captures': [
    `index CREATE INDEX payments_without_fee ON public.payments USING btree (created_at) WHERE ((status = 'captured'::text) AND (NOT fee_booked))`,
  ],
  // One reason became a list of reasons, with its value kept.
  '020-attention-list': ['column orders.needs_attention text'],
  '021-workflow-behind': [
    `constraint differences_kind_check CHECK ((kind = ANY (ARRAY['money_without_order'::text, 'order_without_money'::text, 'amount_differs'::text, 'open_authorization'::text, 'unknown_outcome'::text, 'missing_workflow'::text, 'failing_workflow'::text, 'stuck_activity'::text, 'overdue_hold'::text, 'ledger_differs'::text, 'orphaned_intent'::text])))`,
    `constraint mends_action_check CHECK ((action = ANY (ARRAY['refund'::text, 'void'::text, 'capture'::text, 'read_back'::text, 'correct'::text, 'release'::text, 'resume'::text, 'retry'::text])))`,
  ],
  '023-guests-by-mail': [],
  // A cart is not an order any more, and all orders are of one kind.
  '040-one-kind-of-order': [
    'column orders.kind text not null',
    `constraint orders_kind_check CHECK ((kind = ANY (ARRAY['solo'::text, 'shared'::text])))`,
    'constraint orders_kind_not_null NOT NULL kind',
    `constraint orders_status_check CHECK ((status = ANY (ARRAY['open'::text, 'placing'::text, 'awaiting_payment'::text, 'capturing'::text, 'confirmed'::text, 'preparing'::text, 'ready'::text, 'completed'::text, 'rejected'::text, 'expired'::text, 'canceled'::text])))`,
  ],
  '041-payment-attempts': [],
  '045-allocations': [],
  // A refund's requester gives a reason in words; otherwise the cause is the reason.
  '046-reason-codes': [
    'column refunds.reason text not null',
    'constraint refunds_reason_not_null NOT NULL reason',
  ],
  // A place changed from text to an object, which is searched by its parts.
  '060-place': ['column orders.place text', 'column orders.place_words text default fold_text(place)'],
  '060-spots': [],
  '061-settings': [],
  '062-product-facts': [],
  '070-tax-class': [],
  '072-tax-class': [],
  '063-spot-request-hash': [],
  '073-paid-shares': [],
  '074-declines-of-a-payer': [],
  // A participant is in several orders of a tab, pays several shares of one, and has lines that are in no order yet.
  '080-tabs': [
    'column lines.order_id uuid not null',
    'constraint lines_order_id_not_null NOT NULL order_id',
    'constraint lines_participant_id_fkey FOREIGN KEY (participant_id) REFERENCES participants(id)',
    'constraint participants_pkey PRIMARY KEY (id)',
    'constraint shares_order_id_bill_version_participant_id_key UNIQUE (order_id, bill_version, participant_id)',
    'constraint shares_participant_id_fkey FOREIGN KEY (participant_id) REFERENCES participants(id)',
    'index CREATE INDEX participants_order_id ON public.participants USING btree (order_id)',
    'index CREATE UNIQUE INDEX participants_pkey ON public.participants USING btree (id)',
    'index CREATE UNIQUE INDEX shares_order_id_bill_version_participant_id_key ON public.shares USING btree (order_id, bill_version, participant_id)',
  ],
  '081-tab-words': [],
  '085-off-session': [],
  '090-bound-tabs': [],
  '091-proven-payers': [],
  '093-mail-participants': [],
  '140-moved-tabs': [],
  // The host of a merged tab is in another one.
  '141-merged-tabs': [
    `constraint tabs_host_fkey FOREIGN KEY (id, host_participant_id) REFERENCES tab_participants(tab_id, id)`,
  ],
  '150-hosts-of-tabs': [],
  '121-canceled-lines': [],
  '125-allocations-by-line': [],
  // A settlement is an order of a tab, and no round.
  '120-paid-after': ['constraint orders_tab_round_check CHECK (((tab_id IS NULL) = (round IS NULL)))'],
  // Codes that people type are shorter, and renewing one is a further kind of change.
  '110-renewable-codes': [
    `constraint shop_changes_type_check CHECK ((type = ANY (ARRAY['spot_added'::text, 'spot_changed'::text, 'settings_changed'::text])))`,
    'constraint spots_code_check CHECK ((length(code) >= 22))',
  ],
  '110-tabs-at-spots': [],
  '160-tab-cards': [],
  '205-changes-seen': [],
  // It holds for the shares of the bill as it was placed.
  '180-changes': [
    'index CREATE UNIQUE INDEX shares_one_each ON public.shares USING btree (order_id, bill_version, COALESCE(owner_participant_id, participant_id))',
  ],
  '190-makers-of-changes': [],
  // Changes of staff have no participant, a change that is closing has a reason, and each payer has a share.
  '191-payers-of-changes': [
    'column changes.participant_id uuid not null',
    'column changes.share_id uuid',
    `constraint changes_check CHECK (((status = 'given_up'::text) = (reason IS NOT NULL)))`,
    'constraint changes_participant_id_not_null NOT NULL participant_id',
  ],
  // A line costs less than its units by what is discounted.
  '195-discounts': ['constraint lines_check CHECK ((amount = (quantity * unit_amount)))'],
  // It may belong to the change that took it off.
  '210-lines-taken-off': ['constraint lines_place_check CHECK ((num_nonnulls(order_id, tab_id) = 1))'],
  '200-sold-out': [],
  '215-parts-of-lines': [],
  // It is one of all shares.
  '220-shares-by-order': [
    'index CREATE UNIQUE INDEX shares_one_each_first ON public.shares USING btree (order_id, bill_version, COALESCE(owner_participant_id, participant_id)) WHERE (change_id IS NULL)',
  ],
};

/** Objects that a migration renames and keeps. */
const RENAMES: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
  '041-payment-attempts': [
    ['pay_requests', 'payment_attempts'],
    ['lock_card_tries', 'lock_card_attempts'],
  ],
};

/** Returns every object of a schema, one line each, except the migrations table. */
const OBJECTS = `
  select 'table ' || relname as object from pg_class
  where relnamespace = 'public'::regnamespace and relkind = 'r' and relname <> 'migrations'
  union all
  select 'column ' || c.relname || '.' || a.attname || ' ' || format_type(a.atttypid, a.atttypmod) ||
    case when a.attnotnull then ' not null' else '' end ||
    coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
  from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
    left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
  where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> 'migrations'
  union all
  select 'index ' || pg_get_indexdef(i.indexrelid) from pg_index i join pg_class c on c.oid = i.indrelid
  where c.relnamespace = 'public'::regnamespace and c.relname <> 'migrations'
  union all
  select 'constraint ' || conname || ' ' || pg_get_constraintdef(k.oid) from pg_constraint k
  where k.connamespace = 'public'::regnamespace and k.conrelid::regclass::text <> 'migrations'
  union all
  select 'sequence ' || relname from pg_class
  where relnamespace = 'public'::regnamespace and relkind = 'S' and relname not like 'migrations%'
  union all
  select 'function ' || pg_get_functiondef(oid) from pg_proc where pronamespace = 'public'::regnamespace
  union all
  select 'trigger ' || pg_get_triggerdef(oid) from pg_trigger where not tgisinternal
  union all
  select 'type ' || typname from pg_type where typnamespace = 'public'::regnamespace and typtype in ('e', 'd')
  order by 1`;

/** Checks that list the values of an enum. */
const LISTS = `
  select k.conrelid::regclass::text as table, k.conname as name, a.attname as column,
    pg_get_constraintdef(k.oid) as definition
  from pg_constraint k join pg_attribute a on a.attrelid = k.conrelid and a.attnum = k.conkey[1]
  where k.contype = 'c' and k.connamespace = 'public'::regnamespace and cardinality(k.conkey) = 1
    and pg_get_constraintdef(k.oid) like '%ANY (ARRAY[%'`;

/** Everything whose text may list statuses, besides checks, which are compared with their entities. */
const STATUS_TEXTS = `
  select i.indexrelid::regclass::text as name, pg_get_expr(i.indpred, i.indrelid) as text from pg_index i
  where i.indpred is not null
  union all
  select proname, prosrc from pg_proc where pronamespace = 'public'::regnamespace
  union all
  select tgname, pg_get_triggerdef(oid) from pg_trigger where not tgisinternal`;

const isBeforeMoney = (status: OrderStatus) =>
  UNFINISHED_STATUSES.indexOf(status) < UNFINISHED_STATUSES.indexOf('capturing');
const UNPAID_ORDERS = UNFINISHED_STATUSES.filter(isBeforeMoney);
const lists = (...all: (readonly string[])[]) => all.map((list) => list.toSorted());

const UNPAID_LOCK = lists(UNPAID_ORDERS, [
  'pending',
  'authorized',
] satisfies (typeof ATTEMPT_STATUSES)[number][]);

/** The lists of statuses in the schemas, by what they are in. They change by a migration, when these change. */
const STATUS_LISTS: Readonly<Record<string, Readonly<Record<string, readonly (readonly string[])[]>>>> = {
  users: {},
  catalog: {
    holds_unsettled: lists(HOLD_STATUSES.filter((status) => !['sold', 'released'].includes(status))),
  },
  orders: {
    // It finds orders on the board; those not decided yet are few.
    orders_board: lists(UNFINISHED_STATUSES.filter((status) => status !== 'awaiting_payment')),
    orders_unpaid_of_guest: lists(UNPAID_ORDERS),
    orders_unpaid_of_network: lists(UNPAID_ORDERS),
    changes_open: lists(OPEN_CHANGES),
    payments_one_success: lists(PAID_STATES),
    payments_authorize_share: lists(PAID_STATES),
    assert_share_is_paid: lists(PAID_STATES),
    ...Object.fromEntries(['lock_unpaid_lines', 'lock_unpaid_holds'].map((name) => [name, UNPAID_LOCK])),
  },
};

const definitions: [string, DatabaseDefinition][] = [
  ['users', usersDefinition],
  ['catalog', catalogDefinition],
  ['orders', ordersDefinition],
];

describe.each(definitions)('the migrations of the %s database', (name, definition) => {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/migrations_${name}_${randomBytes(4).toString('hex')}`;
  const client = new Client({ connectionString: url.href });
  let database: Database;

  const objects = async () => (await client.query<{ object: string }>(OBJECTS)).rows.map((row) => row.object);

  beforeAll(async () => {
    await Promise.all([createDatabaseIfMissing(url.href), createDatabaseIfMissing(url.href)]);
    database = await openDatabase(definition, url.href);
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await database.close();
  });

  test('go up, leave nothing when they go down, and go up again to the same', async () => {
    await migrateDatabase(database);
    const migrated = await objects();
    expect(migrated.length).toBeGreaterThan(definition.entities.length);

    await database.migrator.down({ to: 0 });
    expect(await objects()).toEqual([]);

    await migrateDatabase(database);
    expect(await objects()).toEqual(migrated);
  });

  test('do nothing when they are up already, also when two processes start at once', async () => {
    const other = await openDatabase(definition, url.href);
    const before = await objects();
    await Promise.all([migrateDatabase(database), migrateDatabase(other), migrateDatabase(database)]);
    expect(await objects()).toEqual(before);
    await other.close();
  });

  test('drop nothing on their way up that they do not name', async () => {
    await database.migrator.down({ to: 0 });
    await client.query('create table bystander (id integer primary key)');
    for (const migration of definition.migrations) {
      const before = await objects();
      await database.migrator.up({ to: migration.name });
      const after = new Set(await objects());
      const renamed = before.map((object) =>
        (RENAMES[migration.name] ?? []).reduce((text, [from, to]) => text.replaceAll(from, to), object),
      );
      const gone = renamed.filter((object) => !after.has(object));
      expect(gone, `${migration.name} drops something`).toEqual(
        DROPS[migration.name] ?? 'is not listed in DROPS',
      );
    }
    await client.query('drop table bystander');
  });

  test('are listed here with what they drop, and drop no more than that in their text', async () => {
    for (const { name: migrationName, class: MigrationClass } of definition.migrations) {
      expect(Object.keys(DROPS)).toContain(migrationName);
      const migration = new (MigrationClass as new (...args: unknown[]) => Migration)(
        database.em.getDriver(),
        database.config,
      );
      await migration.up();
      const drops = migration
        .getQueries()
        .map(String)
        .filter((sql) => /^\s*(drop|truncate)\b|\balter\b.*\bdrop\b/is.test(sql));
      // One statement may drop several: a constraint goes with its index.
      expect(drops.length).toBeLessThanOrEqual(DROPS[migrationName]!.length);
    }
  });

  test('let every check of a closed list grow with the list', async () => {
    await migrateDatabase(database);
    const lists = async () =>
      (await client.query<{ table: string; name: string; column: string; definition: string }>(LISTS)).rows;
    const before = await lists();
    for (const { table, name, column } of before) {
      await client.query(
        `alter table ${table} drop constraint ${name}, add constraint ${name} check (${column} in ('it''s old', 'older'))`,
      );
    }
    await migrateDatabase(database);
    let compared = 0;
    for (const { table, column, definition } of await lists()) {
      const metadata = [...database.getMetadata().getAll().values()].find(
        ({ tableName }) => tableName === table,
      );
      const items = metadata?.props.find(({ fieldNames }) => fieldNames?.[0] === column)?.items;
      for (const value of items ?? []) expect(definition, `${table}.${column}`).toContain(`'${value}'::text`);
      // Values that the previous version may still write.
      expect(definition).toContain(`'it''s old'::text`);
      compared += items?.length ?? 0;
    }
    expect(compared).toBeGreaterThan(name === 'orders' ? 50 : 2);
    await database.migrator.down({ to: 0 });
    await migrateDatabase(database);
  });

  test('repeat statuses only as the lists of the domain have them', async () => {
    const { rows } = await client.query<{ name: string; text: string }>(STATUS_TEXTS);
    const found = rows.flatMap(({ name: object, text }) =>
      [...text.matchAll(/status[^,]*?(?:\bin|= any|<> all) \(([^)]*)\)/gi)].map(([, listed]) => [
        object,
        [...listed!.matchAll(/'(\w+)'/g)].map(([, status]) => status).toSorted(),
      ]),
    );
    expect(found.map(([object]) => object)).toEqual(expect.arrayContaining(Object.keys(STATUS_LISTS[name]!)));
    for (const [object, statuses] of found)
      expect(STATUS_LISTS[name]![String(object)], String(object)).toContainEqual(statuses);
  });

  test('give every entity a table with its columns', async () => {
    for (const metadata of database.getMetadata().getAll().values()) {
      const { rows } = await client.query<{ column_name: string }>(
        `select column_name from information_schema.columns where table_schema = 'public' and table_name = $1`,
        [metadata.tableName],
      );
      const columns = rows.map((row) => row.column_name);
      const wanted = metadata.props.flatMap((property) => property.fieldNames ?? []);
      expect(columns).toEqual(expect.arrayContaining(wanted));
    }
  });
});

test('a migration that fails half-way leaves nothing behind', async () => {
  const url = new URL(inject('postgresUrl'));
  url.pathname = `/migrations_broken_${randomBytes(4).toString('hex')}`;
  await createDatabaseIfMissing(url.href);
  const client = new Client({ connectionString: url.href });
  await client.connect();
  // The last table of the orders database already exists: its migration must fail, and roll back the rest.
  await client.query('create table stripe_events (id integer)');
  const database = await openDatabase(ordersDefinition, url.href);
  await expect(migrateDatabase(database)).rejects.toThrow(/stripe_events/);
  const { rows } = await client.query<{ object: string }>(OBJECTS);
  expect(rows.map((row) => row.object)).toEqual(['column stripe_events.id integer', 'table stripe_events']);
  await client.end();
  await database.close();
});

test('sessions end a transaction that takes too long, so that a lost process keeps no lock', async () => {
  const url = new URL(inject('postgresUrl'));
  const database = await openDatabase(usersDefinition, url.href);
  const [row] = await query<{ total: string; idle: string }>(
    database.em.fork(),
    sql`select current_setting('transaction_timeout') as total,
         current_setting('idle_in_transaction_session_timeout') as idle`,
  );
  expect(row).toEqual({ total: '10s', idle: '5s' });
  await database.close();
});

test('migrations have minutes: those of one database are one transaction', async () => {
  const url = new URL(inject('postgresUrl'));
  const database = await openDatabase(usersDefinition, url.href, { patience: MIGRATION_PATIENCE });
  const rows = await query(database.em.fork(), sql`select current_setting('transaction_timeout') as total`);
  expect(rows).toEqual([{ total: '5min' }]);
  await database.close();
});
