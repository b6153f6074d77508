import { Migration } from '@mikro-orm/migrations';

/** The language of an account's pages and mails; null until it is known. */
export class AddAccountLanguage extends Migration {
  override up(): void {
    this.addSql(`alter table users add column language text`);
  }

  override down(): void {
    this.addSql(`alter table users drop column language`);
  }
}
