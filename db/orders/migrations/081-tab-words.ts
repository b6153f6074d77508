import { Migration } from '@mikro-orm/migrations';

/** The search text of tabs, and the request behind each command, so that its key is refused with another one. */
export class AddTabWords extends Migration {
  override up(): void {
    this.addSql(`alter table tabs add title_words text generated always as (fold_text(title)) stored`);
    this.addSql(
      `alter table tab_participants add name_words text generated always as (fold_text(shown_name)) stored`,
    );
    this.addSql(`alter table tab_events add request_hash text`);
  }

  override down(): void {
    this.addSql(`alter table tab_events drop request_hash`);
    this.addSql(`alter table tab_participants drop name_words`);
    this.addSql(`alter table tabs drop title_words`);
  }
}
