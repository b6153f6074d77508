import { Migration } from '@mikro-orm/migrations';

const KINDS = [
  'money_without_order',
  'order_without_money',
  'amount_differs',
  'open_authorization',
  'unknown_outcome',
  'missing_workflow',
  'failing_workflow',
  'stuck_activity',
  'overdue_hold',
  'ledger_differs',
  'orphaned_intent',
];
const ACTIONS = ['refund', 'void', 'capture', 'read_back', 'correct', 'release', 'resume', 'retry'];
const BOOKINGS = [
  'authorization',
  'void',
  'capture',
  'fee',
  'refund',
  'refund_reversal',
  'dispute',
  'dispute_won',
  'cash',
  'cash_refund',
  'correction',
];
const FIRST_KINDS = KINDS.filter((kind) => kind !== 'ledger_differs');
const FIRST_ACTIONS = ACTIONS.filter((action) => action !== 'correct');
const FIRST_BOOKINGS = BOOKINGS.filter((kind) => kind !== 'correction');

/** Reconciliation includes the ledger, and corrects it by further bookings: it is never rewritten. */
export class CompareLedger extends Migration {
  override up(): void {
    this.allow('differences', 'kind', KINDS);
    this.allow('mends', 'action', ACTIONS);
    this.allow('ledger_transactions', 'kind', BOOKINGS);
    // The subject of a correction: its own reference is the mend that requested it.
    this.addSql(`alter table ledger_transactions add column corrects uuid,
      add constraint ledger_transactions_corrects_check check ((kind = 'correction') = (corrects is not null))`);
    this.addSql(`create index ledger_transactions_corrects on ledger_transactions (corrects)
      where corrects is not null`);
    this.addSql(`create index refunds_payment_id on refunds (payment_id)`);
    this.addSql(`
      create view payment_bookings as
      select t.reference_id as payment_id, e.account, e.amount
      from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
      where t.kind in ('authorization', 'void', 'capture', 'fee', 'cash')
      union all
      select r.payment_id, e.account, e.amount
      from refunds r join ledger_transactions t on t.reference_id = r.id
          and t.kind in ('refund', 'refund_reversal', 'cash_refund')
        join ledger_entries e on e.transaction_id = t.id
      union all
      select t.corrects, e.account, e.amount
      from ledger_transactions t join ledger_entries e on e.transaction_id = t.id
      where t.corrects is not null`);
    // The objects that a run has seen at Stripe: PaymentIntents now with their fee, and disputes by their reference in
    // our ledger.
    this.addSql(`alter table seen_intents add column fee_amount integer`);
    this.addSql(`
      create unlogged table seen_disputes (
        reconciliation_id uuid not null,
        dispute_id uuid not null,
        primary key (reconciliation_id, dispute_id)
      )`);
    this.addSql(`alter table reconciliations add column compared_orders integer not null default 0,
      add column compared_bookings integer not null default 0`);
  }

  /** Reverts only while nothing new is booked or found: none of that is forgotten. */
  override down(): void {
    this.addSql(`alter table reconciliations drop column compared_orders, drop column compared_bookings`);
    this.addSql(`drop table seen_disputes`);
    this.addSql(`alter table seen_intents drop column fee_amount`);
    this.addSql(`drop view payment_bookings`);
    this.addSql(`drop index refunds_payment_id`);
    this.addSql(`drop index ledger_transactions_corrects`);
    this.addSql(`alter table ledger_transactions drop column corrects`);
    this.allow('ledger_transactions', 'kind', FIRST_BOOKINGS);
    this.allow('mends', 'action', FIRST_ACTIONS);
    this.allow('differences', 'kind', FIRST_KINDS);
  }

  private allow(table: string, column: string, words: readonly string[]): void {
    const list = words.map((word) => `'${word}'`).join(', ');
    this.addSql(`alter table ${table} drop constraint ${table}_${column}_check`);
    this.addSql(
      `alter table ${table} add constraint ${table}_${column}_check check (${column} in (${list}))`,
    );
  }
}
