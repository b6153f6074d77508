import { Migration } from '@mikro-orm/migrations';

/** Further product facts for guests, such as energy: shown, and never computed with. */
export class AddProductFacts extends Migration {
  override up(): void {
    this.addSql(`alter table products add column facts jsonb not null default '{}'`);
  }

  override down(): void {
    this.addSql(`alter table products drop column facts`);
  }
}
