import { Migration } from '@mikro-orm/migrations';

/** The running workers, so that nobody waits for a decision that no worker could make. */
export class AddWorkers extends Migration {
  override up(): void {
    this.addSql(`create table workers (id uuid primary key, seen_at timestamptz not null)`);
  }

  override down(): void {
    this.addSql(`drop table workers`);
  }
}
