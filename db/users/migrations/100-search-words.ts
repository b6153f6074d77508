import { Migration } from '@mikro-orm/migrations';
import { CREATE_FOLD_TEXT } from '../../fold-text.ts';

/** The search text of accounts, folded as that of orders and products is. */
export class AddAccountWords extends Migration {
  override up(): void {
    this.addSql(CREATE_FOLD_TEXT);
    this.addSql(
      `alter table users add search_words text generated always as (fold_text(name || ' ' || email)) stored`,
    );
  }

  override down(): void {
    this.addSql(`alter table users drop search_words`);
    this.addSql(`drop function fold_text`);
  }
}
