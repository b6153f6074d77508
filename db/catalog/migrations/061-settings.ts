import { Migration } from '@mikro-orm/migrations';

/** The settings of the shop: one row each, so that a new setting needs no migration. */
export class AddSettings extends Migration {
  override up(): void {
    this.addSql(`
      create table settings (
        name text primary key,
        value jsonb not null,
        updated_at timestamptz not null default clock_timestamp()
      )`);
  }

  override down(): void {
    this.addSql(`drop table settings`);
  }
}
