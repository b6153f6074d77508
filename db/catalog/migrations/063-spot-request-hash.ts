import { Migration } from '@mikro-orm/migrations';

/** The hash of a spot's request body, so that its idempotency key is refused for any other body. */
export class AddSpotRequestHash extends Migration {
  override up(): void {
    this.addSql(`alter table spots add column request_hash text`);
  }

  override down(): void {
    this.addSql(`alter table spots drop column request_hash`);
  }
}
