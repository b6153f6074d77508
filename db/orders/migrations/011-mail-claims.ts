import { Migration } from '@mikro-orm/migrations';

/** The sender of a mail, and how long its claim lasts. */
export class AddMailClaims extends Migration {
  override up(): void {
    this.addSql(`alter table mails
      add column claim_id uuid,
      add column claimed_until timestamptz,
      add constraint mails_claim_check check ((claim_id is null) = (claimed_until is null)
        and (claim_id is null or status = 'due'))`);
  }

  override down(): void {
    this.addSql(`alter table mails drop column claimed_until, drop column claim_id`);
  }
}
