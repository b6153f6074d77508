import { Migration } from '@mikro-orm/migrations';

/** To whom of an order's people a mail is written: several of them may pay, and each is told of her own part. */
export class NoteMailParticipants extends Migration {
  override up(): void {
    this.addSql(`alter table mails add participant_id uuid`);
  }

  override down(): void {
    this.addSql(`alter table mails drop participant_id`);
  }
}
