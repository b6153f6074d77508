import { Migration } from '@mikro-orm/migrations';

/**
 * The part of each line that each share pays is stored with the bill. Until now every order had one share, which pays
 * all of it. Lines store their product and its category: unknown for existing lines.
 */
export class StoreAllocations extends Migration {
  override up(): void {
    this.addSql(`
      create table allocations (
        share_id uuid not null references shares,
        line_id uuid not null references lines,
        amount integer not null,
        primary key (share_id, line_id)
      )`);
    this.addSql(`
      insert into allocations (share_id, line_id, amount)
      select s.id, l.id, l.amount from shares s join lines l on l.order_id = s.order_id`);
    this.addSql(`alter table lines add product_id uuid, add category text`);
  }

  override down(): void {
    this.addSql(`drop table allocations`);
    this.addSql(`alter table lines drop product_id, drop category`);
  }
}
