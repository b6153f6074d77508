import { statement } from '../../test/setup/statement.ts';
import { run } from '../sql.ts';
import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  recordAuthorizedOrder,
  recordConfirmedOrder,
  recordHeldOrder,
  recordOrder,
} from '../../test/harness/records.ts';
import { createTestDatabases } from '../../test/setup/databases.ts';
import { openDatabases, type Databases } from '../databases.ts';

let databases: Databases;
beforeAll(async () => {
  databases = await openDatabases((await createTestDatabases()).urls);
});
afterAll(() => databases.close());

/** Runs statements in one transaction that our code would never write. */
const write = (...statements: [text: string, ...values: unknown[]][]) =>
  databases.orders.em.fork().transactional(async (em) => {
    for (const [text, ...values] of statements) await run(em, statement(text, ...values));
  });

const insertPayment = (order: { id: string; shareId: string }, status: string, amount = 1) =>
  write([
    `insert into payments (id, order_id, share_id, bill_version, amount, tip_amount, currency, status)
     values (?, ?, ?, 1, ?, 0, 'eur', ?)`,
    randomUUID(),
    order.id,
    order.shareId,
    amount,
    status,
  ]);

test('a share cannot have a second successful payment', async () => {
  const order = await recordAuthorizedOrder(databases.orders);
  await expect(insertPayment(order, 'authorized')).rejects.toThrow(/payments_one_success/);
  await expect(insertPayment(order, 'captured')).rejects.toThrow(/payments_one_success/);
  await insertPayment(order, 'declined');
});

test('everybody has one share of a bill as it was placed, and one of each change', async () => {
  const { id, shareId } = await recordConfirmedOrder(databases.orders);
  const changeId = randomUUID();
  const change = `insert into changes (id, order_id, request_hash, bill_version, difference_amount, draft, accept_before)
    values (?, ?, 'hash', 2, 100, '{}', now())`;
  await write([change, changeId, id]);
  const insertShare = (billVersion: number, of: string | null) =>
    write([
      `insert into shares (id, order_id, bill_version, participant_id, amount, status, change_id)
       select gen_random_uuid(), order_id, ?::int, participant_id, 100, 'due', ?::uuid from shares where id = ?`,
      billVersion,
      of,
      shareId,
    ]);
  await expect(insertShare(1, null)).rejects.toThrow(/shares_one_each/);
  await insertShare(2, changeId);
  await expect(insertShare(2, changeId)).rejects.toThrow(/shares_one_each/);
});

test('a share cannot be authorized without a payment that is, neither before nor afterwards', async () => {
  const held = await recordHeldOrder(databases.orders);
  const authorize = (shareId: string): [string, string] => [
    `update shares set status = 'authorized' where id = ?`,
    shareId,
  ];
  await expect(write(authorize(held.shareId))).rejects.toThrow(/no payment of it is/);
  const { shareId, paymentId } = await recordAuthorizedOrder(databases.orders);
  const cancel = `update payments set status = 'canceled' where id = ?`;
  await expect(write([cancel, paymentId])).rejects.toThrow(/no payment of it is/);
  // A bill of nothing needs no payment.
  await write([`update shares set amount = 0 where id = ?`, held.shareId], authorize(held.shareId));
  await write([cancel, paymentId], [`update shares set status = 'due' where id = ?`, shareId]);
});

test('no payment can have given back more than it took, or taken more than it was over', async () => {
  const { paymentId } = await recordConfirmedOrder(databases.orders);
  const set = (column: string, value: string) =>
    write([`update payments set ${column} = ${value} where id = ?`, paymentId]);
  await expect(set('refunded_amount', 'captured_amount + 1')).rejects.toThrow(/check/);
  await expect(set('refunded_amount', '-1')).rejects.toThrow(/check/);
  await expect(set('captured_amount', 'amount + 1')).rejects.toThrow(/check/);
});

test('amounts of lines, shares and orders cannot be negative, and a line costs what its units cost', async () => {
  const { id, shareId } = await recordConfirmedOrder(databases.orders);
  await expect(write([`update orders set total_amount = -1 where id = ?`, id])).rejects.toThrow(/check/);
  await expect(write([`update lines set amount = amount + 1 where order_id = ?`, id])).rejects.toThrow(
    /check/,
  );
  await expect(write([`update lines set quantity = 0 where order_id = ?`, id])).rejects.toThrow(/check/);
  await expect(write([`update shares set amount = -1 where id = ?`, shareId])).rejects.toThrow(/check/);
  await expect(
    write([`update shares set refunded_amount = amount + tip_amount + 1 where id = ?`, shareId]),
  ).rejects.toThrow(/check/);
});

test('the ledger takes only bookings that sum to zero', async () => {
  const { id } = await recordOrder(databases.orders);
  const book = (...entries: [account: string, amount: number][]) => {
    const transaction = randomUUID();
    return write(
      [
        `insert into ledger_transactions (id, order_id, kind, reference_id, currency) values (?, ?, 'capture', ?, 'eur')`,
        transaction,
        id,
        randomUUID(),
      ],
      ...entries.map(([account, amount]): [string, ...unknown[]] => [
        `insert into ledger_entries (transaction_id, account, amount) values (?, ?, ?)`,
        transaction,
        account,
        amount,
      ]),
    );
  };
  await book(['stripe', 1000], ['sales', -900], ['tips', -100]);
  await expect(book(['stripe', 1000], ['sales', -999])).rejects.toThrow(/does not balance/);
  await expect(book(['stripe', 1000])).rejects.toThrow(/does not balance/);
  await expect(book(['stripe', 0], ['sales', 0])).rejects.toThrow(/check/);
});

test('what the ledger holds can be neither changed nor deleted, nor booked twice', async () => {
  const { id, paymentId } = await recordConfirmedOrder(databases.orders);
  await expect(write([`update ledger_entries set amount = amount * 2`])).rejects.toThrow(/append-only/);
  await expect(write([`delete from ledger_entries`])).rejects.toThrow(/append-only/);
  await expect(write([`update ledger_transactions set currency = 'usd'`])).rejects.toThrow(/append-only/);
  await expect(write([`delete from ledger_transactions`])).rejects.toThrow(/append-only/);
  await expect(
    write([
      `insert into ledger_transactions (id, order_id, kind, reference_id, currency) values (?, ?, 'capture', ?, 'eur')`,
      randomUUID(),
      id,
      paymentId,
    ]),
  ).rejects.toThrow(/ledger_transactions_kind_reference_id_key/);
});

test('an order has one event per version and per step, and one mail per event, type and recipient', async () => {
  const { id } = await recordOrder(databases.orders);
  const event = (version: number, dedupeKey: string) =>
    write([
      `insert into order_events (order_id, version, type, actor, dedupe_key, data)
       values (?, ?, 'attention_raised', 'workflow', ?, '{}')`,
      id,
      version,
      dedupeKey,
    ]);
  await expect(event(1, 'new')).rejects.toThrow(/order_events_pkey/);
  await expect(event(2, 'placed')).rejects.toThrow(/order_events_order_id_dedupe_key_key/);
  await expect(event(0, 'new')).rejects.toThrow(/check/);
  const mail = () =>
    write([
      `insert into mails (id, order_id, event_version, type, recipient, recipient_name)
       values (?, ?, 1, 'receipt', 'ada@example.test', 'Ada')`,
      randomUUID(),
      id,
    ]);
  await mail();
  await expect(mail()).rejects.toThrow(/mails_order_id_event_version_type_recipient_key/);
});

test('an order’s status is one of the list, and its version at least 1', async () => {
  const { id } = await recordOrder(databases.orders);
  await expect(write([`update orders set status = 'lost' where id = ?`, id])).rejects.toThrow(/check/);
  await expect(write([`update orders set version = 0 where id = ?`, id])).rejects.toThrow(/check/);
});
