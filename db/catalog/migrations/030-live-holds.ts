import { Migration } from '@mikro-orm/migrations';

/** What is held unpaid of a variant is asked for with every order that is not paid at once. */
export class IndexLiveHolds extends Migration {
  override up(): void {
    this.addSql(`create index holds_live on holds (variant_id) include (quantity) where status = 'live'`);
  }

  override down(): void {
    this.addSql(`drop index holds_live`);
  }
}
