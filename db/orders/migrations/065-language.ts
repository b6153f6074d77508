import { Migration } from '@mikro-orm/migrations';

/** The language of an order, and of each mail. */
export class AddLanguage extends Migration {
  override up(): void {
    this.addSql(`alter table participants add column language text not null default 'en'`);
    this.addSql(`alter table mails add column language text not null default 'en'`);
  }

  override down(): void {
    this.addSql(`alter table mails drop column language`);
    this.addSql(`alter table participants drop column language`);
  }
}
