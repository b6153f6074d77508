import { Migration } from '@mikro-orm/migrations';

/** The tax class of a product; null until somebody states it, because a rate does not tell. */
export class AddTaxClass extends Migration {
  override up(): void {
    this.addSql(
      `alter table products add column tax_class text
         check (tax_class in ('standard', 'reduced', 'super_reduced', 'zero', 'exempt'))`,
    );
  }

  override down(): void {
    this.addSql(`alter table products drop column tax_class`);
  }
}
