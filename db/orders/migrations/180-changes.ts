import { Migration } from '@mikro-orm/migrations';

/**
 * Changes of an order that was confirmed: each is requested, held, and applied as the next version of the bill, or given
 * up (ADR 28).
 */
export class ChangeOrders extends Migration {
  override up(): void {
    this.addSql(`
      create table changes (
        id uuid primary key,
        order_id uuid not null references orders,
        request_hash text not null,
        status text not null default 'requested'
          check (status in ('requested', 'held', 'closing', 'applied', 'given_up')),
        reason text,
        participant_id uuid not null,
        bill_version integer not null,
        difference_amount integer not null,
        draft jsonb not null,
        share_id uuid,
        shortages jsonb,
        outcome jsonb,
        accept_before timestamptz not null,
        deadline timestamptz,
        created_at timestamptz not null default now(),
        check ((status = 'given_up') = (reason is not null)),
        unique (order_id, bill_version)
      )`);
    // One at a time.
    this.addSql(`
      create unique index changes_open on changes (order_id) where status in ('requested', 'held', 'closing')`);
    this.addSql(`alter table orders add change_id uuid references changes`);
    this.addSql(`
      alter table shares add change_id uuid references changes,
        add changed_amount integer not null default 0 check (changed_amount >= 0)`);
    // Everybody has one share of the bill as it was placed, and one for each change that costs more.
    this.addSql(`drop index shares_one_each`);
    this.addSql(`create unique index shares_one_each_first on shares
      (order_id, bill_version, coalesce(owner_participant_id, participant_id)) where change_id is null`);
    this.addSql(`alter table refunds add part_of uuid references refunds`);
    this.addSql(`create index refunds_part_of on refunds (part_of) where part_of is not null`);
    // The bill as it was, before a change made the next version of it.
    this.addSql(`
      create table bills (
        order_id uuid not null references orders,
        version integer not null,
        total_amount integer not null,
        lines jsonb not null,
        replaced_at timestamptz not null default now(),
        primary key (order_id, version)
      )`);
  }

  /** Fails once an order was changed: earlier versions know one bill per order. */
  override down(): void {
    this.addSql(`drop table bills`);
    this.addSql(`drop index refunds_part_of`);
    this.addSql(`alter table refunds drop part_of`);
    this.addSql(`drop index shares_one_each_first`);
    this.addSql(`create unique index shares_one_each on shares
      (order_id, bill_version, coalesce(owner_participant_id, participant_id))`);
    this.addSql(`alter table shares drop change_id, drop changed_amount`);
    this.addSql(`alter table orders drop change_id`);
    this.addSql(`drop table changes`);
  }
}
