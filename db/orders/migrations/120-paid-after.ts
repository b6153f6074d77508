import { Migration } from '@mikro-orm/migrations';

/**
 * Tabs that are paid after: their rounds are confirmed unpaid, and paid in parts. Each payment is an order of its own
 * kind, a settlement, whose allocations are parts of the rounds' lines (ADR 23).
 */
export class PayTabsAfter extends Migration {
  override up(): void {
    this.addSql(`
      alter table orders add kind text not null default 'goods' check (kind in ('goods', 'settlement')),
        add paid_after boolean not null default false,
        add what jsonb,
        drop constraint orders_tab_round_check,
        add constraint orders_tab_round_check check (case kind
          when 'goods' then (tab_id is null) = (round is null)
          else tab_id is not null and round is null end),
        add constraint orders_paid_after_check check (not paid_after or (kind = 'goods' and tab_id is not null)),
        add constraint orders_what_check check ((kind = 'settlement') = (what is not null))`);
    this.addSql(`create index orders_settlements on orders (tab_id) where kind = 'settlement'`);
    // What of a line is claimed, paid, canceled or written off: never more than all of it.
    this.addSql(`
      alter table lines add settled_amount integer not null default 0,
        add constraint lines_settled_amount_check check (settled_amount between 0 and amount)`);
    this.addSql(`
      create table reductions (
        id uuid primary key,
        tab_id uuid not null references tabs,
        order_id uuid not null references orders,
        line_id uuid not null references lines,
        amount integer not null check (amount > 0),
        quantity integer check (quantity > 0),
        cause text not null check (cause in ('canceled', 'written_off')),
        reason text,
        actor_id text not null,
        command_id uuid not null,
        created_at timestamptz not null default now(),
        unique (command_id, line_id)
      )`);
    this.addSql(`create index reductions_tab_id on reductions (tab_id)`);
    this.addSql(`create index reductions_order_id on reductions (order_id)`);
  }

  /** Fails once a tab was paid in parts: earlier versions know no settlements. */
  override down(): void {
    this.addSql(`drop table reductions`);
    this.addSql(`alter table lines drop settled_amount`);
    this.addSql(`drop index orders_settlements`);
    this.addSql(`alter table orders drop constraint orders_tab_round_check,
      add constraint orders_tab_round_check check ((tab_id is null) = (round is null)),
      drop constraint orders_paid_after_check, drop constraint orders_what_check, drop kind, drop paid_after, drop what`);
  }
}
