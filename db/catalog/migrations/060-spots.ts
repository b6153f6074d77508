import { Migration } from '@mikro-orm/migrations';

/** The shop's tables, lanes and counters, and the permanent history of staff's changes to the shop. */
export class AddSpots extends Migration {
  override up(): void {
    this.addSql(`
      create table spots (
        id uuid primary key,
        kind text not null check (kind in ('table', 'lane', 'pickup')),
        label text not null check (label <> ''),
        area text check (area <> ''),
        active boolean not null default true,
        code text not null unique check (length(code) >= 22),
        created_at timestamptz not null default clock_timestamp(),
        updated_at timestamptz not null default clock_timestamp()
      )`);
    // Two tables with the same label could not be told apart.
    this.addSql(`create unique index spots_label on spots (kind, fold_text(label)) where active`);
    this.addSql(`
      create table shop_changes (
        id bigint generated always as identity primary key,
        at timestamptz not null default clock_timestamp(),
        actor_id text not null,
        type text not null check (type in ('spot_added', 'spot_changed', 'settings_changed')),
        spot_id uuid references spots,
        data jsonb not null
      )`);
  }

  override down(): void {
    this.addSql(`drop table shop_changes, spots`);
  }
}
