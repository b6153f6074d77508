import { Migration } from '@mikro-orm/migrations';

/** The lines that a refund is for, so that no more than these go back on sale with it. */
export class AddRefundLines extends Migration {
  override up(): void {
    this.addSql(`alter table refunds add column lines jsonb`);
  }

  override down(): void {
    this.addSql(`alter table refunds drop column lines`);
  }
}
