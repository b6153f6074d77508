import { Migration } from '@mikro-orm/migrations';

/** Who made a change and why, who pays it, when it was applied, and whether the kitchen has seen it (ADR 28). */
export class MakersOfChanges extends Migration {
  override up(): void {
    this.addSql(`
      alter table changes
        add made_by text not null default 'guest' check (made_by in ('guest', 'staff', 'shop')),
        add reason_text text,
        add settle text check (settle in ('guest', 'cash', 'waive')),
        add applied_at timestamptz,
        add seen_at timestamptz`);
    this.addSql(`
      update changes c set applied_at = coalesce((select max(b.replaced_at) from bills b
          where b.order_id = c.order_id and b.version < c.bill_version), c.created_at),
        outcome = outcome || '{"came": [], "went": [], "noted": [], "place": null}'
      where status = 'applied'`);
    this.addSql(`alter table changes add check ((status = 'applied') = (applied_at is not null))`);
    // Everybody whose part of the bill it moves, with the share that pays what it costs her more.
    this.addSql(`
      create table change_payers (
        change_id uuid not null references changes,
        participant_id uuid not null,
        difference_amount integer not null,
        pay_amount integer not null default 0 check (pay_amount >= 0),
        share_id uuid,
        agreed_at timestamptz,
        primary key (change_id, participant_id)
      )`);
    this.addSql(`
      insert into change_payers (change_id, participant_id, difference_amount, pay_amount, share_id, agreed_at)
      select id, participant_id, difference_amount, greatest(0, difference_amount), share_id, created_at from changes`);
  }

  override down(): void {
    this.addSql(`drop table change_payers`);
    this.addSql(`
      alter table changes drop made_by, drop reason_text, drop settle, drop applied_at, drop seen_at`);
  }
}
