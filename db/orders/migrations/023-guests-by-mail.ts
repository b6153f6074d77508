import { Migration } from '@mikro-orm/migrations';

/** An account lists what was ordered by a guest under its address. */
export class GuestsByMail extends Migration {
  override up(): void {
    this.addSql(`create index participants_guest_email on participants (lower(email)) where user_id is null`);
  }

  override down(): void {
    this.addSql(`drop index participants_guest_email`);
  }
}
