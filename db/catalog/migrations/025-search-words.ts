import { Migration } from '@mikro-orm/migrations';
import { CREATE_FOLD_TEXT } from '../../fold-text.ts';

/** The search text of products, folded when it is written. */
export class AddSearchWords extends Migration {
  override up(): void {
    this.addSql(CREATE_FOLD_TEXT);
    this.addSql(`
      alter table products add column search_words text generated always as (fold_text(
        name || ' ' || category || ' ' || description || ' ' ||
        jsonb_path_query_array(option_groups, '$[*].options[*].name')::text)) stored`);
  }

  override down(): void {
    this.addSql(`alter table products drop column search_words`);
    this.addSql(`drop function fold_text`);
  }
}
