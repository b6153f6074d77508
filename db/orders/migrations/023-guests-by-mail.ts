import { Migration } from '@mikro-orm/migrations';

/** An account lists the orders that a guest placed with its address. */
export class GuestsByMail extends Migration {
  override up(): void {
    this.addSql(`create index participants_guest_email on participants (lower(email)) where user_id is null`);
  }

  override down(): void {
    this.addSql(`drop index participants_guest_email`);
  }
}
