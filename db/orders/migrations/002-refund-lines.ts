import { Migration } from '@mikro-orm/migrations';

/** The lines of a refund, so that only these are restocked with it. */
export class AddRefundLines extends Migration {
  override up(): void {
    this.addSql(`alter table refunds add column lines jsonb`);
  }

  override down(): void {
    this.addSql(`alter table refunds drop column lines`);
  }
}
