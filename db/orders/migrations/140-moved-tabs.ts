import { Migration } from '@mikro-orm/migrations';

/** A tab moves to another place with all that is on its way: its orders know where they were to go before. */
export class MoveTabs extends Migration {
  override up(): void {
    this.addSql(`alter table orders add moved_from jsonb`);
  }

  override down(): void {
    this.addSql(`alter table orders drop moved_from`);
  }
}
