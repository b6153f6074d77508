import { Migration } from '@mikro-orm/migrations';

/** The tax class of what was sold, as it was when it was ordered. Null for lines that predate the column. */
export class KeepTaxClass extends Migration {
  override up(): void {
    this.addSql(
      `alter table lines add column tax_class text
         check (tax_class in ('standard', 'reduced', 'super_reduced', 'zero', 'exempt'))`,
    );
  }

  override down(): void {
    this.addSql(`alter table lines drop column tax_class`);
  }
}
