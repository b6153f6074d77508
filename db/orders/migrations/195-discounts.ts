import { Migration } from '@mikro-orm/migrations';

/** Discounts: what a manager gives up of a change, on the lines of it that cost more (ADR 32). */
export class Discounts extends Migration {
  override up(): void {
    this.addSql(
      `alter table lines add discount_amount integer not null default 0 check (discount_amount >= 0)`,
    );
    this.addSql(`alter table lines drop constraint lines_check, add constraint lines_amount_check
      check (amount = quantity * unit_amount - discount_amount)`);
    this.addSql(`
      create table discounts (
        id uuid primary key,
        order_id uuid not null references orders,
        change_id uuid not null unique references changes,
        name text not null,
        amount integer not null check (amount > 0),
        lines jsonb not null,
        user_id text not null,
        created_at timestamptz not null default now()
      )`);
    this.addSql(`create index discounts_order_id on discounts (order_id)`);
  }

  /** Fails once something was discounted: earlier versions know no line that costs less than its units. */
  override down(): void {
    this.addSql(`drop table discounts`);
    this.addSql(`alter table lines drop constraint lines_amount_check,
      add constraint lines_check check (amount = quantity * unit_amount)`);
    this.addSql(`alter table lines drop discount_amount`);
  }
}
