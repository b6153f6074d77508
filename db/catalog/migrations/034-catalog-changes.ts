import { Migration } from '@mikro-orm/migrations';

/** The permanent history of staff's changes to the catalog. */
export class AddCatalogChanges extends Migration {
  override up(): void {
    this.addSql(`
      create table catalog_changes (
        id bigint generated always as identity primary key,
        product_id uuid not null references products,
        variant_id uuid,
        at timestamptz not null default clock_timestamp(),
        actor_id text not null,
        type text not null check (type in ('created', 'changed', 'priced', 'counted', 'pictured')),
        data jsonb not null default '{}'
      )`);
    this.addSql(`create index catalog_changes_product_id on catalog_changes (product_id, id desc)`);
  }

  override down(): void {
    this.addSql(`drop table catalog_changes`);
  }
}
