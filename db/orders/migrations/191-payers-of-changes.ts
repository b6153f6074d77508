import { Migration } from '@mikro-orm/migrations';

/**
 * Changes of staff, who are no participants; and changes that are to be given up because somebody wants it, which says why
 * before everything of them is undone. Shares that pay a change are those of its payers.
 */
export class PayersOfChanges extends Migration {
  override up(): void {
    this.addSql(`
      alter table changes
        add actor_id text,
        alter participant_id drop not null,
        drop share_id,
        drop constraint changes_check`);
    this.addSql(`
      alter table changes add constraint changes_reason check (
        case status when 'given_up' then reason is not null when 'closing' then true else reason is null end)`);
    this.addSql(`create index change_payers_share on change_payers (share_id) where share_id is not null`);
  }

  /** Fails once staff have changed an order: earlier versions know changes of guests alone. */
  override down(): void {
    this.addSql(`drop index change_payers_share`);
    this.addSql(`update changes set reason = null where status = 'closing'`);
    this.addSql(`
      alter table changes drop constraint changes_reason,
        add constraint changes_check check ((status = 'given_up') = (reason is not null)),
        add share_id uuid, drop actor_id, alter participant_id set not null`);
    this.addSql(`
      update changes c set share_id = p.share_id from change_payers p
      where p.change_id = c.id and p.participant_id = c.participant_id`);
  }
}
