import { Migration } from '@mikro-orm/migrations';

/** The language an account reads in; null until it is known. */
export class AddAccountLanguage extends Migration {
  override up(): void {
    this.addSql(`alter table users add column language text`);
  }

  override down(): void {
    this.addSql(`alter table users drop column language`);
  }
}
