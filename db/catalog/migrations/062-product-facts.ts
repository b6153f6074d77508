import { Migration } from '@mikro-orm/migrations';

/** What guests may know of a product besides, such as its energy: shown, and never computed with. */
export class AddProductFacts extends Migration {
  override up(): void {
    this.addSql(`alter table products add column facts jsonb not null default '{}'`);
  }

  override down(): void {
    this.addSql(`alter table products drop column facts`);
  }
}
