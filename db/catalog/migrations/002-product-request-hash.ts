import { Migration } from '@mikro-orm/migrations';

/** The hash of a product's request body, so that its idempotency key is refused for any other body. */
export class AddProductRequestHash extends Migration {
  override up(): void {
    this.addSql(`alter table products add column request_hash text`);
  }

  override down(): void {
    this.addSql(`alter table products drop column request_hash`);
  }
}
