import { Migration } from '@mikro-orm/migrations';

/** The card on file of a tab that is paid after, and which settlements charge one (ADR 27). */
export class AddTabCards extends Migration {
  override up(): void {
    this.addSql(`
      create table tab_cards (
        id uuid primary key,
        tab_id uuid not null references tabs,
        participant_id uuid not null references tab_participants,
        status text not null check (status in ('asked', 'live', 'ended', 'forgotten')),
        setup_intent_id text unique,
        stripe_customer_id text,
        payment_method_id text,
        is_saved boolean not null default false,
        has_account boolean not null,
        brand text,
        last4 text,
        exp_month integer,
        exp_year integer,
        charge_after_hours double precision not null,
        asked_at timestamptz not null default now(),
        told_at timestamptz,
        given_at timestamptz,
        warned_at timestamptz,
        is_charging boolean not null default false,
        was_tried boolean not null default false,
        refused text check (refused in ('declined', 'authentication_required', 'expired', 'unknown')),
        constraint tab_cards_live_check check (status <> 'live' or
          (payment_method_id is not null and stripe_customer_id is not null and given_at is not null)),
        constraint tab_cards_forgotten_check check (status <> 'forgotten' or
          (payment_method_id is null and stripe_customer_id is null)),
        constraint tab_cards_charging_check check (not is_charging or (status = 'live' and refused is null))
      )`);
    // One card at a time is charged for a tab.
    this.addSql(`create unique index tab_cards_live on tab_cards (tab_id) where status = 'live'`);
    this.addSql(`create index tab_cards_of_tab on tab_cards (tab_id)`);
    this.addSql(
      `create index tab_cards_to_do on tab_cards (asked_at) where status = 'ended' or (status = 'asked' and told_at is not null)`,
    );
    this.addSql(`
      alter table orders add tab_card_id uuid references tab_cards,
        add constraint orders_tab_card_check check (tab_card_id is null or kind = 'settlement')`);
    this.addSql(`create index orders_tab_card_id on orders (tab_card_id) where tab_card_id is not null`);
  }

  override down(): void {
    this.addSql(`alter table orders drop tab_card_id`);
    this.addSql(`drop table tab_cards`);
  }
}
