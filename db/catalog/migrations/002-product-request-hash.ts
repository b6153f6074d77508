import { Migration } from '@mikro-orm/migrations';

/** What a product was made of, so that its idempotency key is refused for anything else. */
export class AddProductRequestHash extends Migration {
  override up(): void {
    this.addSql(`alter table products add column request_hash text`);
  }

  override down(): void {
    this.addSql(`alter table products drop column request_hash`);
  }
}
