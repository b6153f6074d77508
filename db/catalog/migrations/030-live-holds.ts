import { Migration } from '@mikro-orm/migrations';

/** Every order that is not paid at once queries the unpaid holds of its variants. */
export class IndexLiveHolds extends Migration {
  override up(): void {
    this.addSql(`create index holds_live on holds (variant_id) include (quantity) where status = 'live'`);
  }

  override down(): void {
    this.addSql(`drop index holds_live`);
  }
}
