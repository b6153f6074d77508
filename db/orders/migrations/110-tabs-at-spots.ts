import { Migration } from '@mikro-orm/migrations';

/** At each spot at most one tab runs; who comes later asks to be let in. */
export class BindTabsToSpots extends Migration {
  override up(): void {
    // Only the code on the table binds a tab to it: a place that was chosen by hand keeps nobody from sitting there.
    this.addSql(`alter table tabs add column spot_id uuid`);
    this.addSql(
      `create unique index tabs_spot_id on tabs (spot_id) where spot_id is not null and closed_at is null`,
    );
    // The id is the participant's once she is let in, so what proves her while she waits proves her then.
    this.addSql(`
      create table knocks (
        id uuid primary key,
        tab_id uuid not null references tabs,
        name text not null check (name <> ''),
        email text,
        email_proven boolean not null default false,
        language text not null default 'en',
        user_id text,
        status text not null check (status in ('waiting', 'let_in', 'refused')),
        created_at timestamptz not null default now(),
        expires_at timestamptz not null
      )`);
    this.addSql(`create index knocks_tab_id on knocks (tab_id, created_at)`);
  }

  override down(): void {
    this.addSql(`drop table knocks`);
    this.addSql(`alter table tabs drop column spot_id`);
  }
}
