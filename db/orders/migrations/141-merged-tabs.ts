import { Migration } from '@mikro-orm/migrations';

/** A tab is merged into another: its people, lines and orders are the other's, and it knows which one that is. */
export class MergeTabs extends Migration {
  override up(): void {
    this.addSql(`
      alter table tabs add merged_into uuid references tabs,
        add constraint tabs_merged_check check (merged_into is null or (status = 'closed' and merged_into <> id))`);
    // The host of a merged tab is in the other one.
    this.addSql(`
      alter table tabs drop constraint tabs_host_fkey,
        add constraint tabs_host_participant_fkey foreign key (host_participant_id) references tab_participants (id)`);
    this.addSql(`alter table tab_participants add former_tab_ids uuid[] not null default '{}'`);
    this.addSql(
      `create index tab_participants_former on tab_participants using gin (former_tab_ids) where former_tab_ids <> '{}'`,
    );
  }

  /** Fails once tabs were merged: earlier versions have a tab's host in it. */
  override down(): void {
    this.addSql(`alter table tab_participants drop former_tab_ids`);
    this.addSql(`
      alter table tabs drop constraint tabs_host_participant_fkey,
        add constraint tabs_host_fkey foreign key (id, host_participant_id) references tab_participants (tab_id, id)`);
    this.addSql(`alter table tabs drop merged_into`);
  }
}
