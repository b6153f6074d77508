import { Migration } from '@mikro-orm/migrations';

/** Tabs, their people and history. A line lies in a tab's basket or in one order; a round is an order of a tab. */
export class AddTabs extends Migration {
  override up(): void {
    this.addSql(`
      create table tabs (
        id uuid primary key,
        title text,
        status text not null check (status in ('open', 'closing', 'closed', 'expired')),
        version integer not null check (version >= 1),
        settlement text not null check (settlement in ('before', 'after')),
        on_deadline text not null check (on_deadline in ('cancel', 'host_covers', 'drop_unpaid')),
        sends_when_ready boolean not null default false,
        currency text not null check (currency ~ '^[a-z]{3}$'),
        place jsonb check (place is null or (place->>'kind' is not null and place->>'label' is not null)),
        host_participant_id uuid not null,
        join_code text check (join_code ~ '^[A-HJ-NP-Z2-9]{6}$'),
        join_secret text check (length(join_secret) >= 22),
        is_locked boolean not null default false,
        deadline timestamptz,
        spending_limit integer check (spending_limit > 0),
        request_hash text not null,
        last_activity_at timestamptz not null default now(),
        closed_at timestamptz,
        created_at timestamptz not null default now(),
        updated_at timestamptz not null default now(),
        constraint tabs_codes_check check ((closed_at is null) = (join_code is not null and join_secret is not null))
      )`);
    // Partial, so that no change of a code counts as one of a key, which foreign keys would wait for.
    this.addSql(`create unique index tabs_join_code on tabs (join_code) where join_code is not null`);
    this.addSql(`create unique index tabs_join_secret on tabs (join_secret) where join_secret is not null`);
    this.addSql(`create index tabs_spot on tabs ((place->>'spotId')) where closed_at is null`);
    this.addSql(`create index tabs_updated_at on tabs (updated_at)`);
    this.addSql(`create index tabs_created_at on tabs (created_at desc, id)`);
    this.addSql(`
      create table tab_participants (
        id uuid primary key,
        tab_id uuid not null references tabs,
        position integer not null check (position >= 1),
        name text not null,
        shown_name text not null,
        email text,
        email_proven boolean not null default false,
        language text not null default 'en',
        user_id text,
        allergies text,
        is_ready boolean not null default false,
        joined_at timestamptz not null default now(),
        seen_at timestamptz not null default now(),
        left_at timestamptz,
        is_removed boolean not null default false,
        constraint tab_participants_removed_check check (left_at is not null or not is_removed),
        constraint tab_participants_ready_check check (left_at is null or not is_ready),
        unique (tab_id, id),
        unique (tab_id, position),
        unique (tab_id, shown_name)
      )`);
    this.addSql(
      `create index tab_participants_user_id on tab_participants (user_id) where user_id is not null`,
    );
    this.addSql(`
      create table tab_events (
        tab_id uuid not null references tabs,
        version integer not null check (version >= 1),
        type text not null,
        at timestamptz not null default now(),
        actor text not null check (actor in ('participant', 'host', 'agent', 'workflow')),
        actor_id text,
        dedupe_key text not null,
        data jsonb not null,
        primary key (tab_id, version),
        unique (tab_id, dedupe_key)
      )`);
    this.addSql(`
      alter table tabs add constraint tabs_host_fkey foreign key (id, host_participant_id)
        references tab_participants (tab_id, id)`);

    this.addSql(`
      alter table orders add tab_id uuid references tabs,
        add round integer check (round >= 1),
        add split jsonb,
        add on_deadline text check (on_deadline in ('cancel', 'host_covers', 'drop_unpaid')),
        add constraint orders_tab_round_check check ((tab_id is null) = (round is null))`);
    this.addSql(`create unique index orders_round on orders (tab_id, round) where tab_id is not null`);

    // The same participant stands in a tab and in all its rounds.
    this.addSql(`alter table lines drop constraint lines_participant_id_fkey`);
    this.addSql(`alter table shares drop constraint shares_participant_id_fkey`);
    this.addSql(`alter table participants drop constraint participants_pkey`);
    this.addSql(`alter table participants add primary key (order_id, id)`);
    this.addSql(`drop index participants_order_id`);
    this.addSql(`create index participants_id on participants (id)`);
    this.addSql(`create index participants_user_id on participants (user_id) where user_id is not null`);

    this.addSql(`alter table lines alter order_id drop not null`);
    this.addSql(`
      alter table lines add tab_id uuid,
        add version integer not null default 1 check (version >= 1),
        add weights integer[] check (0 < all (weights)),
        add constraint lines_place_check check (num_nonnulls(order_id, tab_id) = 1),
        add constraint lines_weight_each_check check (
          weights is null or cardinality(weights) = cardinality(shared_between)),
        add constraint lines_participant_fkey foreign key (order_id, participant_id)
          references participants (order_id, id),
        add constraint lines_tab_participant_fkey foreign key (tab_id, participant_id)
          references tab_participants (tab_id, id)`);
    this.addSql(`create index lines_tab_id on lines (tab_id) where tab_id is not null`);

    // Whoever covers a share pays two; everybody still has one of her own.
    this.addSql(`alter table shares drop constraint shares_order_id_bill_version_participant_id_key`);
    this.addSql(`
      alter table shares add owner_participant_id uuid,
        add constraint shares_participant_fkey foreign key (order_id, participant_id)
          references participants (order_id, id),
        add constraint shares_owner_fkey foreign key (order_id, owner_participant_id)
          references participants (order_id, id)`);
    this.addSql(`create unique index shares_one_each on shares
      (order_id, bill_version, coalesce(owner_participant_id, participant_id))`);
  }

  /** Fails if a participant is in several rounds: earlier versions know her in one order only. */
  override down(): void {
    this.addSql(`drop index shares_one_each`);
    this.addSql(`alter table shares drop owner_participant_id, drop constraint shares_participant_fkey`);
    this.addSql(`alter table shares add constraint shares_order_id_bill_version_participant_id_key
      unique (order_id, bill_version, participant_id)`);
    this.addSql(`delete from lines where order_id is null`);
    this.addSql(`alter table lines drop constraint lines_participant_fkey`);
    this.addSql(`alter table lines drop tab_id, drop version, drop weights`);
    this.addSql(`alter table lines alter order_id set not null`);
    this.addSql(`drop index participants_user_id, participants_id`);
    this.addSql(`alter table participants drop constraint participants_pkey`);
    this.addSql(`alter table participants add primary key (id)`);
    this.addSql(`create index participants_order_id on participants (order_id)`);
    this.addSql(`alter table lines add constraint lines_participant_id_fkey
      foreign key (participant_id) references participants`);
    this.addSql(`alter table shares add constraint shares_participant_id_fkey
      foreign key (participant_id) references participants`);
    this.addSql(`alter table orders drop tab_id, drop round, drop split, drop on_deadline`);
    this.addSql(`alter table tabs drop constraint tabs_host_fkey`);
    this.addSql(`drop table tab_events, tab_participants, tabs`);
  }
}
