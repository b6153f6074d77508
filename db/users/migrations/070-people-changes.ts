import { Migration } from '@mikro-orm/migrations';

/** The permanent history of who changed whose role, and who signed whom out. Ids and roles only. */
export class AddPeopleChanges extends Migration {
  override up(): void {
    this.addSql(`
      create table people_changes (
        id bigint generated always as identity primary key,
        user_id text not null,
        at timestamptz not null default clock_timestamp(),
        actor_id text,
        type text not null check (type in ('role_changed', 'signed_out')),
        data jsonb not null default '{}'
      )`);
  }

  override down(): void {
    this.addSql(`drop table people_changes`);
  }
}
