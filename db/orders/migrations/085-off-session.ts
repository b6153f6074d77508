import { Migration } from '@mikro-orm/migrations';

/** Whether an attempt charges a saved card in its owner's absence. */
export class NoteOffSessionAttempts extends Migration {
  override up(): void {
    this.addSql(`alter table payment_attempts add off_session boolean not null default false`);
  }

  override down(): void {
    this.addSql(`alter table payment_attempts drop off_session`);
  }
}
