import { Migration } from '@mikro-orm/migrations';

const KINDS = [
  'money_without_order',
  'order_without_money',
  'amount_differs',
  'open_authorization',
  'unknown_outcome',
  'missing_workflow',
  'failing_workflow',
  'workflow_behind',
  'stuck_activity',
  'overdue_hold',
  'ledger_differs',
  'orphaned_intent',
];
const ACTIONS = [
  'refund',
  'void',
  'capture',
  'read_back',
  'correct',
  'release',
  'resume',
  'catch_up',
  'retry',
];

/** A workflow that is behind its order's record is found, and caught up. */
export class FindWorkflowsBehind extends Migration {
  override up(): void {
    this.allow('differences', 'kind', KINDS);
    this.allow('mends', 'action', ACTIONS);
  }

  /** Reverts only while nothing new is found: none of that is forgotten. */
  override down(): void {
    this.allow(
      'differences',
      'kind',
      KINDS.filter((kind) => kind !== 'workflow_behind'),
    );
    this.allow(
      'mends',
      'action',
      ACTIONS.filter((action) => action !== 'catch_up'),
    );
  }

  private allow(table: string, column: string, words: readonly string[]): void {
    const list = words.map((word) => `'${word}'`).join(', ');
    this.addSql(`alter table ${table} drop constraint ${table}_${column}_check`);
    this.addSql(
      `alter table ${table} add constraint ${table}_${column}_check check (${column} in (${list}))`,
    );
  }
}
