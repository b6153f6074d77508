import { Migration } from '@mikro-orm/migrations';

/** A tab's host is in it. Only the host of a tab that was merged is in another one. */
export class BindHostsToTabs extends Migration {
  override up(): void {
    this.addSql(
      `alter table tabs add host_tab_id uuid generated always as (case when merged_into is null then id end) stored`,
    );
    this.addSql(`create index tabs_host on tabs (host_participant_id)`);
    // Checked at the commit: while tabs are merged, their people have moved before the tab says so.
    this.addSql(`
      alter table tabs add constraint tabs_host_fkey foreign key (host_tab_id, host_participant_id)
        references tab_participants (tab_id, id) deferrable initially deferred`);
  }

  override down(): void {
    this.addSql(`alter table tabs drop constraint tabs_host_fkey, drop host_tab_id`);
    this.addSql(`drop index tabs_host`);
  }
}
