import { Migration } from '@mikro-orm/migrations';

/** Who of the kitchen has seen a change is kept; changes that hang are found quickly. */
export class SeeChanges extends Migration {
  override up(): void {
    this.addSql(`alter table changes add seen_by text`);
    this.addSql(`create index orders_changing on orders (change_id) where change_id is not null`);
    this.addSql(`create index shares_changed on shares (id) where changed_amount > 0`);
  }

  override down(): void {
    this.addSql(`drop index shares_changed`);
    this.addSql(`drop index orders_changing`);
    this.addSql(`alter table changes drop seen_by`);
  }
}
