import { Migration } from '@mikro-orm/migrations';

const KINDS = [
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
];
const ACCOUNTS = ['stripe', 'sales', 'tips', 'fees', 'disputes', 'cash', 'authorized', 'authorized_offset'];
const FIRST_KINDS = ['capture', 'refund'];
const FIRST_ACCOUNTS = ['stripe', 'sales', 'tips'];

/** The whole chart of the ledger: memo of authorizations, fees, disputes, failed refunds, and cash. */
export class WidenLedger extends Migration {
  override up(): void {
    this.allow('ledger_transactions', 'kind', KINDS);
    this.allow('ledger_entries', 'account', ACCOUNTS);
  }

  /** Reverts only while the wider chart has no bookings: the ledger forgets nothing. */
  override down(): void {
    this.allow('ledger_transactions', 'kind', FIRST_KINDS);
    this.allow('ledger_entries', 'account', FIRST_ACCOUNTS);
  }

  private allow(table: string, column: string, words: readonly string[]): void {
    const list = words.map((word) => `'${word}'`).join(', ');
    this.addSql(`alter table ${table} drop constraint ${table}_${column}_check`);
    this.addSql(
      `alter table ${table} add constraint ${table}_${column}_check check (${column} in (${list}))`,
    );
  }
}
