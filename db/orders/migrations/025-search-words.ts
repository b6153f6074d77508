import { Migration } from '@mikro-orm/migrations';
import { CREATE_FOLD_TEXT } from '../../fold-text.ts';

/** The search text of orders, folded when it is written. */
export class AddSearchWords extends Migration {
  override up(): void {
    this.addSql(CREATE_FOLD_TEXT);
    this.addSql(
      `alter table orders add column place_words text generated always as (fold_text(place)) stored`,
    );
    this.addSql(
      `alter table participants add column name_words text generated always as (fold_text(name)) stored`,
    );
  }

  override down(): void {
    this.addSql(`alter table participants drop column name_words`);
    this.addSql(`alter table orders drop column place_words`);
    this.addSql(`drop function fold_text`);
  }
}
