import { Migration } from '@mikro-orm/migrations';

/** Each background job belongs to one worker: nothing runs twice. */
export class AddJobs extends Migration {
  override up(): void {
    this.addSql(`
      create table jobs (
        name text primary key,
        -- No reference: a job stays its worker's when that is gone, and is lost with it.
        worker_id uuid not null,
        claimed_at timestamptz not null default now(),
        done_at timestamptz
      )`);
    this.addSql(`alter table workers add column is_leaving boolean not null default false`);
  }

  override down(): void {
    this.addSql(`alter table workers drop column is_leaving`);
    this.addSql(`drop table jobs`);
  }
}
